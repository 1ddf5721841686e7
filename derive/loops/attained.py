"""Attained maxima: a term that was set apart because it is the largest needs no exponential.

What is left of its exponent is 0, or infinite in a row whose scores are: of such a number ``exp(u) - 1`` is the larger
one of ``u`` and -1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from derive.loops.intervals import exactly
from derive.loops.ir import ArgMax, Call, Let, Loop, Name, Number, Statement, Value, walk
from derive.loops.ranges import Ranges
from derive.loops.uses import map_values, put, rename_index

LEAST = Number(Fraction(-1))
NOTE = "(the largest term less 1: 0, or -1 where every score is -inf)"


def without_attained(statements: Iterable[Statement], ranges: Ranges) -> tuple[Statement, ...]:
    """The statements without ``expm1`` of what is 0 at the class of a maximum.

    ``ranges`` are those of the inputs; they learn what the statements make.
    """
    return _plain(statements, ranges, {}, "")


def _plain(
    statements: Iterable[Statement], ranges: Ranges, attained: dict[Value, Name], loop: str
) -> tuple[Statement, ...]:
    """``attained``: what the classes of the maxima have, and the maximum that it is; learns those of the statements."""
    done: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Loop):
            done.append(Loop(statement.index, _plain(statement.body, ranges, attained, statement.index)))
            continue
        if isinstance(statement, ArgMax) and statement.where is not None:
            attained[rename_index(statement.value, loop, statement.where)] = Name(statement.name)
        plain = map_values(statement, lambda value: _without_exponential(value, ranges, attained))
        if isinstance(plain, Let) and plain != statement:
            plain = replace(plain, note=plain.note or NOTE)
        done.append(plain)
        ranges.take(done[-1], loop)
    return tuple(done)


def _without_exponential(value: Value, ranges: Ranges, attained: Mapping[Value, Name]) -> Value:
    for part in walk(value):
        match part:
            case Call("expm1", (exponent,)) if ranges.of(exponent) == exactly(0):
                for found, maximum in attained.items():
                    exponent = put(exponent, found, maximum)
                less_one = Call("max", (exponent, LEAST))
                return _without_exponential(put(value, part, less_one), ranges, attained)
    return value
