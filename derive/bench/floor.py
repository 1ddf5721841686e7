"""What no kernel of a program can do without: memory read and written once, and its elementary functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from derive.language.components import Vector
from derive.loops.ir import Call, Let, Loop, Name, Program, Statement, Value, walk

EXP, LOG, DIVIDE = "exp", "log", "divide"
KINDS = (EXP, LOG, DIVIDE)

COSTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("exp", "exp2", "expm1", "sin", "cos"), (EXP,)),
    **dict.fromkeys(("log", "log1p"), (LOG,)),
    **dict.fromkeys(("tanh", "erf", "erfc", "erfcx"), (EXP, DIVIDE)),
    **dict.fromkeys(("div", "sqrt", "weighted_ratio"), (DIVIDE,)),
    "log_ratio": (LOG, DIVIDE),
    "pow": (LOG, EXP),
}
"""What an operation takes at the least, in the three that are measured: their own polynomials are not shorter."""


@dataclass(frozen=True)
class Work:
    """Of one program.

    reads, writes: arrays of rows that it reads and writes; each once, however often a kernel goes over them.
    each:          operations for one element; ``once``: for one row.
    """

    reads: int
    writes: int
    each: tuple[tuple[str, int], ...]
    once: tuple[tuple[str, int], ...]

    def operations(self, rows: int, classes: int) -> dict[str, int]:
        """How often each kind of operation is carried out at this size."""
        each, once = dict(self.each), dict(self.once)
        return {kind: rows * (classes * each.get(kind, 0) + once.get(kind, 0)) for kind in KINDS}


def work_of(program: Program) -> Work | None:
    """What a program cannot do without; ``None`` where it makes a matrix for each row."""
    if any(output.axes > 1 for output in program.outputs):
        return None
    each: Counter[str] = Counter()
    once: Counter[str] = Counter()
    for statement in program.body:
        if isinstance(statement, Loop):
            each += _counted(statement.body, {one.name for one in statement.body if isinstance(one, Let)})
        else:
            once += _counted((statement,), None)
    reads = sum(isinstance(one, Vector) for one in program.inputs)
    writes = sum(output.axes for output in program.outputs)
    return Work(reads, writes, tuple(each.items()), tuple(once.items()))


def _counted(body: tuple[Statement, ...], inside: set[str] | None) -> Counter[str]:
    """``inside``: the names of values of the present class; ``None``: the statements stand outside a loop."""
    return Counter(kind for value in _values(body) for kind in _kinds(value, inside))


def _values(body: tuple[Statement, ...]) -> Iterator[Value]:
    for statement in body:
        if isinstance(statement, Loop):
            yield from _values(statement.body)
        else:
            yield from walk(statement.value)


def _kinds(value: Value, inside: set[str] | None) -> tuple[str, ...]:
    if not isinstance(value, Call) or (value.op == "div" and inside is not None and _of_row(value.args[1], inside)):
        return ()  # a quotient by a number of the row is a product with its reciprocal
    return COSTS.get(value.op, ())


def _of_row(value: Value, inside: set[str]) -> bool:
    return all(isinstance(one, Name) and one.name not in inside for one in walk(value) if not isinstance(one, Call))
