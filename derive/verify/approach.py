"""What a kernel should give at the ends of its inputs' domains: the limit, where there is one.

A class whose score is -inf is masked where the others are what they are without it: so it is in shares, and not
where the score is what is averaged.  A weight of 0 makes its term 0, whatever is beside it.  Numbers cannot prove a
limit.  Two points near the end, which each component has approached at a pace of its own, refute what is none: their
results have to agree in every bit that is asked for, so what only creeps to its limit, or to infinity, is not known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import cycle

from derive.language.components import Vector
from derive.language.domains import domain_of
from derive.language.formula import Formula
from derive.verify.numbers import OracleError
from derive.verify.oracle import Point
from derive.verify.truth import KNOWN, Result, Truth

FAR, NEAR = 2**16, 2**12
"""-inf is approached by minus multiples of FAR, 0 by powers of 2 whose exponents are minus multiples of NEAR."""
VANISHED = 2.0**-1074
"""What is no larger is 0 in every format."""
PACES = (3, 19, 7, 29, 13), (23, 5, 31, 2, 11)
"""Of the components in turn, at the one point and at the other: who is ahead at the one is behind at the other."""


def at_an_end(vector: Vector, value: float | Fraction) -> bool:
    """Whether a component is where a formula may have a limit and no value: -inf, or 0 where what is below is out."""
    return value == -math.inf or (value == 0 and domain_of(vector).low == 0)


class Approach:
    """The limit at a row, as a :class:`Truth` is the value: ``None`` where a result has none that numbers tell."""

    def __init__(self, formula: Formula, extra: Sequence[Vector], point: Point, precision: int) -> None:
        own = {one.name: one for one in formula.inputs if isinstance(one, Vector)}
        self._near = [Truth(formula, extra, _approached(point, own, paces), precision) for paces in PACES]
        self._kept = [k for k in range(point.classes) if all(vs[k] != -math.inf for vs in point.vectors.values())]
        self._alone = Truth(formula, extra, _of_classes(point, self._kept), precision)

    def results(self, kind: str) -> list[list[Result | None]]:
        """Raises OracleError where a class with a score of -inf is not masked, but still there for the others."""
        if not self._masks:
            raise OracleError("the other classes are not what they are without it")
        one, other = (truth.results(kind) for truth in self._near)
        return [[_agreed(*pair) for pair in zip(*outputs, strict=True)] for outputs in zip(one, other, strict=True)]

    @cached_property
    def _masks(self) -> bool:
        """Whether the values of the other classes are what they are without those that are at -inf."""
        if len(self._kept) == self._near[0].point.classes:
            return True
        (near,), (alone,) = self._near[0].results(""), self._alone.results("")
        near = near if self._near[0].formula.over is None else [near[k] for k in self._kept]
        return all(_agreed(*pair) is not None for pair in zip(near, alone, strict=True))


def _agreed(one: Result | None, other: Result | None) -> Result | None:
    if one is None or other is None:
        return None
    sizes = abs(one.near), abs(other.near)
    gap = abs(one.near - other.near + (one.rest - other.rest))
    return other if max(sizes) <= VANISHED or gap <= 2.0**-KNOWN * max(sizes) < math.inf else None


def _approached(point: Point, own: Mapping[str, Vector], paces: Sequence[int]) -> Point:
    """A point near the end.  Directions have none."""
    turns = cycle(paces)
    vectors = {
        name: [_beside(value, turns) if at_an_end(own[name], value) else value for value in values]
        for name, values in point.vectors.items()
        if name in own
    }
    return replace(point, vectors={**point.vectors, **vectors})


def _of_classes(point: Point, kept: Sequence[int]) -> Point:
    """The point with these classes alone; a label of another one names the first."""
    vectors = {name: [values[k] for k in kept] for name, values in point.vectors.items()}
    labels = {name: 1 + (kept.index(place - 1) if place - 1 in kept else 0) for name, place in point.indices.items()}
    return replace(point, classes=len(kept), vectors=vectors, indices=labels)


def _beside(value: float | Fraction, paces: Iterator[int]) -> Fraction:
    return Fraction(1, 2 ** (NEAR * next(paces))) if value == 0 else Fraction(-FAR * next(paces))
