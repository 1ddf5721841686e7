"""Exponentials that need no guard: of what is never above 0 nothing can overflow, and a shorter function does.

It is left to C, whose exponentials are our own: the program that was checked stays as it is for everybody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.loops.ir import ARITY, Call, Loop, Program, Statement, Value, walk
from derive.loops.ranges import Ranges
from derive.loops.uses import map_values, put

NONPOSITIVE = "exp_nonpositive"
"""exp(u) for u that is not above 0, or is infinite: an operation that C alone has."""


def unguarded(program: Program) -> Program:
    """The program with that operation wherever the domains of its inputs leave no exponent above 0.

    One that is not in the loop IR stays as it is: what prints it refuses it.
    """
    if not _is_in_loop_ir(program.body):
        return program
    return replace(program, body=_unguarded(program.body, Ranges(program.formula, program.inputs), ""))


def _is_in_loop_ir(statements: Iterable[Statement]) -> bool:
    return all(
        _is_in_loop_ir(s.body)
        if isinstance(s, Loop)
        else isinstance(s, Statement)
        and all(len(c.args) == ARITY.get(c.op) for c in walk(s.value) if isinstance(c, Call))
        for s in statements
    )


def _unguarded(statements: Iterable[Statement], ranges: Ranges, loop: str) -> tuple[Statement, ...]:
    done: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Loop):
            done.append(Loop(statement.index, _unguarded(statement.body, ranges, statement.index)))
            continue
        done.append(map_values(statement, lambda value: _shorter(value, ranges)))
        ranges.take(statement, loop)
    return tuple(done)


def _shorter(value: Value, ranges: Ranges) -> Value:
    for part in walk(value):
        match part:
            case Call("exp", (exponent,)) if (found := ranges.of(exponent)).high <= 0 and not found.up:
                return _shorter(put(value, part, Call(NONPOSITIVE, part.args)), ranges)
    return value
