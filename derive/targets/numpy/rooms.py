"""Where results stand in the end there is room before: for values of the classes that are needed until then.

A kernel that works in the memory of its results asks for none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.loops.ir import Call, Element, Let, Loop, Name, Program, Statement, Store, Value, values_of, walk
from derive.targets.numpy.expressions import ufunc_of


@dataclass(frozen=True)
class _Step:
    """A statement at its place in a program, and the loops around it."""

    statement: Statement
    loops: tuple[str, ...]


def rooms(program: Program) -> dict[Let, str]:
    """Value of the classes -> output with one class axis, in whose array it is kept until the output is written."""
    steps = _steps(program.body, ())
    if any(len(step.loops) > 1 for step in steps):
        return {}
    found: dict[Let, str] = {}
    for output in program.outputs:
        begin = next((n for n, step in enumerate(steps) if _touches(step.statement, output.name)), 0)
        for step in steps[:begin]:
            let = step.statement
            if output.axes == 1 and isinstance(let, Let) and let not in found and _may_move(let, step, steps, begin):
                found[let] = output.name
                break
    return found


def _steps(body: tuple[Statement, ...], loops: tuple[str, ...]) -> list[_Step]:
    found: list[_Step] = []
    for one in body:
        found += _steps(one.body, (*loops, one.index)) if isinstance(one, Loop) else [_Step(one, loops)]
    return found


def _touches(statement: Statement, output: str) -> bool:
    """Whether a statement writes an output, or reads it."""
    reads = any(isinstance(part, Element) and part.array == output for part in _parts(statement))
    return reads or (isinstance(statement, Store) and statement.output == output)


def _may_move(let: Let, step: _Step, steps: list[_Step], begin: int) -> bool:
    """Whether a value differs by class, and is made once, and nothing asks for it once the output is begun."""
    if len(step.loops) != 1 or not isinstance(let.value, Call) or not ufunc_of(let.value):
        return False
    if not any(isinstance(part, Element) and part.index == step.loops[0] for part in walk(let.value)):
        return False
    if sum(isinstance(one.statement, Let) and one.statement.name == let.name for one in steps) > 1:
        return False
    for number, one in enumerate(steps):
        value = getattr(one.statement, "value", None)
        if number > begin and Name(let.name) in _parts(one.statement):
            return False
        if value == Name(let.name) and number != begin and isinstance(one.statement, Let | Store):
            return False  # another name for the same array
    return True


def _parts(statement: Statement) -> list[Value]:
    return [part for value in values_of((statement,)) for part in walk(value)]
