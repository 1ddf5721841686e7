"""Quotients: NumPy divides a row by a number as fast as it multiplies it by the reciprocal, and rounds once less.

Both take as long as memory does, and a reciprocal is a call more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from derive.loops.ir import Call, Let, Name, Number, Program, Value, values_of
from derive.loops.uses import map_values

ONE = Number(Fraction(1))


def with_quotients(program: Program) -> Program:
    """The program without the reciprocals that are only multiplied by: what they multiply is divided instead."""
    made = {s.name: s.value.args[1] for s in program.body if isinstance(s, Let) and _is_reciprocal(s.value)}
    found = {name: divisor for name, divisor in made.items() if _is_only_a_factor(name, program, made)}
    kept = (s for s in program.body if not (isinstance(s, Let) and s.name in found))
    return replace(program, body=tuple(map_values(s, lambda value: _divided(value, found)) for s in kept))


def _is_reciprocal(value: Value) -> TypeGuard[Call]:
    return isinstance(value, Call) and value.op == "div" and value.args[0] == ONE and isinstance(value.args[1], Name)


def _is_only_a_factor(name: str, program: Program, made: Mapping[str, Value]) -> bool:
    """Whether a name stands nowhere but in products, beside something that is no reciprocal itself."""
    parts = values_of(program.body)
    used = sum(part == Name(name) for part in parts)
    return used == sum(_by(part, made) == name for part in parts)


def _by(value: Value, made: Mapping[str, Value]) -> str | None:
    """The reciprocal that a product multiplies something else by, which is not what was inverted."""
    if not isinstance(value, Call) or value.op != "mul":
        return None
    named = [a.name for a in value.args if isinstance(a, Name) and a.name in made]
    return named[0] if len(named) == 1 and made[named[0]] not in value.args else None


def _divided(value: Value, found: Mapping[str, Value]) -> Value:
    if not isinstance(value, Call):
        return value
    args = [_divided(a, found) for a in value.args]
    name = _by(value, found)
    if name is None:
        return Call(value.op, tuple(args))
    (rest,) = (a for a in args if a != Name(name))
    return Call("div", (rest, found[name]))
