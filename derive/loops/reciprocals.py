"""Reciprocals: what every class is divided by is inverted once for the row, ``a_k / s = a_k (1 / s)``.

A division takes several times as long as a product.  It is done where 1 / s is a normal number whatever the row holds:
elsewhere the reciprocal of a large s would have lost digits, or be 0, where the quotient is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from derive.loops.ir import Call, Let, Loop, Name, Number, Statement, Value, walk
from derive.loops.ranges import Ranges
from derive.loops.uses import makes, map_values, put, values

SAFE = 1e30
"""A number between 1 / SAFE and SAFE has a normal reciprocal in float32."""


def with_reciprocals(
    statements: Iterable[Statement], ranges: Ranges, fresh: Callable[[str], str]
) -> tuple[Statement, ...]:
    """The statements with each such scalar of the row inverted behind the statement that makes it."""
    done = tuple(statements)
    for statement in done:
        ranges.take(statement)
    for name in dict.fromkeys(d for s in done if isinstance(s, Loop) for d in _divisors(s) if _is_tame(d, ranges)):
        done = _inverted(done, name, fresh(f"{name}_inverse"))
    return done


def _divisors(loop: Loop) -> list[str]:
    """The scalars of the row by which a loop divides, in order."""
    own = makes(loop)
    parts = (part for value in values(loop) for part in walk(value))
    names = [p.args[1].name for p in parts if isinstance(p, Call) and p.op == "div" and isinstance(p.args[1], Name)]
    return [name for name in names if name not in own]


def _is_tame(name: str, ranges: Ranges) -> bool:
    found = ranges.of(Name(name))
    return not found.unbounded and found.low >= 1 / SAFE and found.high <= SAFE


def _inverted(statements: tuple[Statement, ...], name: str, inverse: str) -> tuple[Statement, ...]:
    made = next((place for place, statement in enumerate(statements, start=1) if name in makes(statement)), 0)
    let = Let(inverse, Call("div", (Number(Fraction(1)), Name(name))))
    after = (map_values(s, lambda v: _by(v, name, inverse)) if isinstance(s, Loop) else s for s in statements[made:])
    return (*statements[:made], let, *after)


def _by(value: Value, name: str, inverse: str) -> Value:
    """The value with every quotient by the scalar as a product."""
    for part in walk(value):
        if isinstance(part, Call) and part.op == "div" and part.args[1] == Name(name):
            return _by(put(value, part, Call("mul", (part.args[0], Name(inverse)))), name, inverse)
    return value
