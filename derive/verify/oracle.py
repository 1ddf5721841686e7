"""The oracle: what an expression of the language is worth at a point, to high precision.

It shares no code with the engine.  Sums are loops over the classes, a named value is computed from its
definition, and a derivative is computed with dual numbers (never by a rule of the calculus).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from sympy import Expr, Symbol

from derive.language.axes import CLASSES, Axis
from derive.language.components import Along, Component
from derive.language.spoken import spoken
from derive.verify.dual import Dual
from derive.verify.evaluators import FAR, class_of, evaluator, key_of, place_of
from derive.verify.numbers import FORMATS, OracleError, Reals, UndeterminedError
from derive.verify.numbers_mpmath import MpmathReals


@dataclass(frozen=True)
class Point:
    """Where an expression is evaluated.

    classes: how many there are.
    vectors: input name -> one number per class (floats and fractions are taken exactly).
    indices: the name of an index or label -> its class, counted from 1.
    scalars: the name of a parameter or constant -> its value.
    permutations: the name of a permutation -> the class, counted from 1, that each class becomes.
    counts: how many alike stand for each class, in a row of many; empty: each is one.
    sizes: how many places an axis has that is not the classes, by the letter of its size.
    picks: the name of an array of labels -> the place, counted from 1, that each of them names.

    An array along several axes is given flat, the last axis fastest.

    Minus or plus infinity is taken as a limit, where the value has one.
    """

    classes: int
    vectors: Mapping[str, Sequence[float | Fraction]]
    indices: Mapping[str, int] = field(default_factory=dict)
    scalars: Mapping[str, float | Fraction] = field(default_factory=dict)
    permutations: Mapping[str, Sequence[int]] = field(default_factory=dict)
    counts: Sequence[int] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    picks: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"n = {self.classes}", *(f"{name} = {size}" for name, size in self.sizes.items())]
        parts += [f"{name} = [{', '.join(f'{float(v):g}' for v in values)}]" for name, values in self.vectors.items()]
        parts += [f"{name} = {float(v):g}" for name, v in {**self.indices, **self.scalars}.items()]
        parts += [f"{name} = {list(images)}" for name, images in {**self.permutations, **self.picks}.items()]
        return ", ".join(parts)


@cache
def reals(name: str = "", precision: int = 256) -> Reals:
    """The numbers to compute with: ``"flint"``, ``"mpmath"``, or the better of what is installed."""
    if name == "flint" or (not name and importlib.util.find_spec("flint")):
        from derive.verify.numbers_flint import FlintReals

        return FlintReals(precision)
    return MpmathReals(precision)


class Oracle:
    """Evaluates expressions at one point, each closed part of them once.

    known: what evaluators left here for the classes that they were asked at.
    tags: how many variables the inputs carry a slope for.
    """

    def __init__(self, point: Point, numbers: Reals | None = None) -> None:
        self.point = point
        self.numbers = numbers or reals()
        self.classes = point.classes
        self.vectors = {name: [self.numbers.number(v) for v in values] for name, values in point.vectors.items()}
        self.indices = dict(point.indices)
        self.scalars = {name: self.numbers.number(v) for name, v in point.scalars.items()}
        self.permutations, self.counts = point.permutations, tuple(point.counts)
        self.sizes, self.picks = point.sizes, point.picks
        self.known: dict[Any, Any] = {}
        self.tags = 0
        self._elsewhere: dict[Any, Oracle] = {}
        for name, values in self.vectors.items():
            if len(values) != self.classes and not self.sizes:
                raise OracleError(f"the vector {name} has {len(values)} values for {self.classes} classes")

    def moved(self, point: Point) -> Oracle:
        """The oracle at a point that differs in its indices alone: what is known here is known there."""
        other = Oracle.__new__(Oracle)
        vars(other).update(vars(self))
        other.point, other.indices = point, dict(point.indices)
        return other

    def value(self, expression: Any, indices: Mapping[str, int] | None = None) -> Any:
        """A real number.  Raises OracleError outside the domain, and for what is not in the language.

        Raises UndeterminedError, a kind of OracleError, where more precision could give the value.
        """
        compute = evaluator(expression)
        with self.numbers.working():
            value = compute(self, {**self.indices, **indices} if indices else self.indices)
            self.numbers.refuse_infinite(value)
            return value

    def far(self, expression: Any, variable: Any, to: Any, indices: Mapping[str, int] | None = None) -> Any:
        """The value with the variable so far out that what converges like ``1/z`` has come within ``2**-110``."""
        compute, within = evaluator(expression), {**self.indices, **(indices or {})}
        with self.numbers.working():
            return compute(self.far_out(variable, to, FAR, within), within)

    @property
    def n(self) -> int:
        """How many classes there are, those that are alike counted."""
        return sum(self.counts) or self.classes

    def size(self, axis: Axis) -> int:
        """How many places an axis has here."""
        if axis == CLASSES:
            return self.classes
        if axis.size.name not in self.sizes:
            raise OracleError(f"the oracle does not know how many {axis.name} there are")
        return self.sizes[axis.size.name]

    def place(self, index: Any, opened: Mapping[str, int] | None = None) -> int:
        """The class, counted from 1, that an index names at this point."""
        return class_of(index)(self, {**self.indices, **(opened or {})})

    def sloped(self, by: Any, indices: dict[str, int]) -> Oracle:
        """The oracle where an input carries a slope of 1; ``Along(x, v)``: where each component of x carries v's."""
        key = (by.vector, place_of(by)(self, indices)) if isinstance(by, Component) else by
        if key not in self._elsewhere:
            self._elsewhere[key] = self._with_slope(by, indices)
        return self._elsewhere[key]

    def _with_slope(self, by: Any, indices: dict[str, int]) -> Oracle:
        inner = self._copy()
        inner.tags = self.tags + 1
        if isinstance(by, Along):
            pairs = zip(self.vectors[by.vector.name], self.vectors[by.direction.name], strict=True)
            inner.vectors[by.vector.name] = [Dual(inner.tags, value, slope) for value, slope in pairs]
            return inner
        if not isinstance(by, (Component, Symbol)) or by.is_integer:
            raise OracleError(f"the oracle cannot differentiate by {spoken(by)}")
        inner._put(by, Dual(inner.tags, evaluator(by)(self, indices), self.numbers.number(1)), indices)
        return inner

    def far_out(self, variable: Any, to: Any, out: int, indices: dict[str, int]) -> Oracle:
        """The oracle where a component or a scalar has gone to ``out``, ``-out`` or ``1/out``."""
        place = place_of(variable)(self, indices) if isinstance(variable, Component) else 0
        key = variable.args[:1] or variable, place, to, out
        if key not in self._elsewhere:
            reached = {sympy.oo: Fraction(out), -sympy.oo: Fraction(-out), sympy.S.Zero: Fraction(1, out)}[to]
            inner = self._elsewhere[key] = self._copy()
            inner._put(variable, self.numbers.number(reached), indices)
        return self._elsewhere[key]

    def _put(self, variable: Any, value: Any, indices: dict[str, int]) -> None:
        """Give a component or a scalar another value, before anything is computed here."""
        if isinstance(variable, Component):
            values = list(self.vectors[variable.vector.name])
            values[place_of(variable)(self, indices) - 1] = value
            self.vectors[variable.vector.name] = values
        elif isinstance(variable, Symbol):
            self.scalars[variable.name] = value

    def _copy(self) -> Oracle:
        here = Point(self.classes, {}, {}, {}, self.permutations, self.counts, self.sizes, self.picks)
        inner = Oracle(here, self.numbers)
        inner.vectors, inner.scalars, inner.tags = dict(self.vectors), dict(self.scalars), self.tags
        return inner


PRECISIONS = (256, 1024, 4096)
"""Bits that are tried, one after the other."""


def evaluate_float(expression: Expr, point: Point, dtype: str) -> float:
    """The value rounded once, to ``"float32"`` or ``"float64"``: to nearest, ties to even, infinity beyond the largest.

    The precision grows until the rounding is certain.  Raises OracleError outside the domain, and where 4096 bits do
    not tell.
    """
    wanted = FORMATS[dtype]
    for precision in PRECISIONS:
        numbers = reals(precision=precision)
        try:
            low, high = (b.fraction for b in numbers.bounds(Oracle(point, numbers).value(expression)))
        except UndeterminedError:
            if precision == PRECISIONS[-1]:
                raise
            continue
        floats = wanted.nearest(low), wanted.nearest(high)
        if floats[0] == floats[1]:
            return floats[1]
    # What lies within 2**-4000 of a point half-way between two floats is taken to be that point.
    tie = wanted.tie(low, high)
    if tie is not None and (high - low) * 2**2000 < abs(tie):
        return wanted.nearest(tie)
    raise OracleError(f"{spoken(expression)} is not determined with {PRECISIONS[-1]} bits at {point}")


__all__ = ["PRECISIONS", "Oracle", "Point", "evaluate_float", "key_of", "reals"]
