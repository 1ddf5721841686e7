"""Conventions: what a user of a kernel has to know of its arithmetic, read off the finished program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.loops.ir import Call, Loop, Statement, walk
from derive.loops.ranges import Ranges


def conventions(body: Iterable[Statement], ranges: Ranges) -> tuple[str, ...]:
    """What holds at the edges: where a weight is 0, where a logarithm is taken of 0 or 0 divides."""
    found = {fact for statement in body for fact in _facts(statement, ranges, "")}
    ieee = ["log(0) is -inf"] * ("log" in found)
    if "div" in found:
        ieee.append("a divisor of 0 gives inf" + ", or NaN for 0/0" * ("0/0" in found))
    zero = "A term with a weight of 0 is 0, whatever its other factor: 0 log 0 = 0."
    rest = f"By IEEE arithmetic {' and '.join(ieee)}."
    return (zero,) * ("weighted" in found) + (rest,) * bool(ieee)


def _facts(statement: Statement, ranges: Ranges, loop: str) -> Iterator[str]:
    """What may happen in a statement and those in it, as words of :func:`conventions`; the ranges learn it."""
    if isinstance(statement, Loop):
        for inner in statement.body:
            yield from _facts(inner, ranges, statement.index)
        return
    for part in walk(statement.value):
        match part:
            case Call("weighted"):
                yield "weighted"
            case Call("log", (of,)) if ranges.of(of).zero:
                yield "log"
            case Call("log_ratio", (above, _)) if ranges.of(above).zero:
                yield "log"
            case Call("div" | "weighted_ratio" as op, (above, below)) if ranges.of(below).zero:
                yield "weighted" if op == "weighted_ratio" else "0/0" if ranges.of(above).zero else "div"
                yield "div"
    ranges.take(statement, loop)
