"""Weights: a factor of 0 makes a product 0, also where another factor is infinite: ``0 log 0`` is 0.

Whether that can happen is read off the ranges of the factors.  What cannot be infinite is then gathered into one
weight, so that a row without a sum (NaN) gives NaN and not 0.  A quotient is guarded alike: an outcome of probability
0 counts nothing, though what divides is 0 too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import Any

from sympy import KroneckerDelta

from derive.language.components import Component
from derive.loops.intervals import Range, exactly, inverse
from derive.loops.ir import Call, Loop, Name, Number, Statement, Value
from derive.loops.masks import NONE, Masks, Scores, masks_of
from derive.loops.opposites import are_as_large
from derive.loops.ranges import Ranges
from derive.loops.uses import map_values, with_arguments
from derive.numerics.cases_apart import is_indicator

ONE = Number(Fraction(1))


def choices(factors: Sequence[Any]) -> list[Any]:
    """The factors that choose, a delta, one minus a delta, a comparison: weights whatever stands beside them.

    (Beside what is no input a comparison needs no care.)
    """
    found = [f for f in factors if is_indicator(f) or any(isinstance(g, KroneckerDelta) for g in (f, 1 - f))]
    if all(map(is_indicator, found)) and not any(f.atoms(Component) for f in factors if f not in found):
        return []
    return found if len(found) < len(factors) else []


def weigh(statements: Iterable[Statement], ranges: Ranges) -> tuple[Statement, ...]:
    """The statements with every product and quotient guarded in which a 0 may meet an infinity.

    ``ranges`` are those of the inputs; they learn what the statements make.
    """
    return _Weighing(ranges).block(statements)


@dataclass(frozen=True)
class _Factor:
    """A value that multiplies, or divides where it is ``below``; ``source`` is what it was before the pass."""

    source: Value
    value: Value
    below: bool
    range: Range
    masks: Masks
    is_power: bool

    def is_wild(self, gone: Scores) -> bool:
        """Whether it may be infinite or no number, and not only at masked scores where all is 0 anyway."""
        return self.range.unbounded and (self.masks.wild is None or not self.masks.wild <= gone)


class _Weighing:
    """The pass; ``gone`` are masked scores at which a factor around a value is 0."""

    def __init__(self, ranges: Ranges) -> None:
        self.ranges = ranges
        self.done: dict[tuple[int, Scores], tuple[Value, Value]] = {}  # of a statement; the values too, for their ids

    def block(self, statements: Iterable[Statement], loop: str = "") -> tuple[Statement, ...]:
        done: list[Statement] = []
        for statement in statements:
            if isinstance(statement, Loop):
                done.append(Loop(statement.index, self.block(statement.body, statement.index)))
            else:
                self.done.clear()
                done.append(map_values(statement, self.value))
                self.ranges.take(done[-1], loop)
        return tuple(done)

    def value(self, value: Value, gone: Scores = NONE) -> Value:
        """Guarded; once, for a factor is looked at with each product that it stands in."""
        key = id(value), gone
        if key not in self.done:
            self.done[key] = value, self._guarded(value, gone)
        return self.done[key][1]

    def _guarded(self, value: Value, gone: Scores) -> Value:
        match value:
            case Call("mul" | "div"):
                return self._product(value, gone)
            case Call("log", (Call("div", (above, below)),)) if self.ranges.of(below).near_zero:
                return Call("log_ratio", (self.value(above, gone), self.value(below, gone)))
            case Call():
                return with_arguments(value, [self.value(a, gone) for a in value.args])
        return value

    def _product(self, product: Call, gone: Scores) -> Value:
        factors = self._factors(product, gone, below=False)
        if not _meet(factors, gone):
            return self._as_it_stands(product, gone)
        steady = [f for f in factors if not f.is_wild(gone)]
        wild = [f for f in factors if f.is_wild(gone)]
        if not any(f.range.zero for f in steady):
            return _chain([*([_product(steady)] if steady else []), _nested(wild)])
        inside = gone.union(*(f.masks.gone for f in steady))
        wild = [replace(f, value=self.value(f.source, inside)) for f in wild]
        return _guarded([*steady, *self._row(steady, wild)], wild)

    def _row(self, steady: Sequence[_Factor], wild: Sequence[_Factor]) -> list[_Factor]:
        """The sum over the row divided by itself: 1, or NaN in a row without one, where a weight of 0 then is NaN."""
        known, lost = (set().union(*(self.ranges.row_sums(f.value) for f in some)) for some in (steady, wild))
        if known or not lost:
            return []
        total = Name(min(lost))
        one = Call("div", (total, total))
        return [_Factor(one, one, False, exactly(1), Masks(), False)]

    def _as_it_stands(self, value: Value, gone: Scores) -> Value:
        if isinstance(value, Call) and value.op in ("mul", "div"):
            return with_arguments(value, [self._as_it_stands(a, gone) for a in value.args])
        return self.value(value, gone)

    def _factors(self, value: Value, gone: Scores, below: bool, whole: bool = True) -> list[_Factor]:
        """A quotient inside that is finite by itself stays one factor: on its scale a power of it does not overflow."""
        if isinstance(value, Call) and value.op in ("mul", "div") and (whole or not self._is_finite_quotient(value)):
            first, second = value.args
            under = below is not (value.op == "div")
            return [*self._factors(first, gone, below, False), *self._factors(second, gone, under, False)]
        made = self.value(value, gone)
        found, masks = self.ranges.of(made), self.ranges.masks(made)
        power = self.ranges.operation(made) == "pow"
        if below:
            above = inverse(found)
            found, masks = above, masks_of("div", (Masks(), masks), (exactly(1), found), above)
        return [_Factor(value, made, below, found, masks, power)]

    def _is_finite_quotient(self, value: Call) -> bool:
        above, below = map(self.ranges.of, value.args)
        return value.op == "div" and not (above.unbounded or inverse(below).unbounded)


def _meet(factors: Sequence[_Factor], gone: Scores = NONE) -> bool:
    """Whether one factor may be 0 where another is infinite or no number, as far as the ranges tell.

    In a square none does: what is 0 is 0 in both.
    """
    wild = [f for f in factors if f.is_wild(gone)]
    return any(f.range.zero and any(not _as_large(w, f) for w in wild) for f in factors)


def _as_large(one: _Factor, other: _Factor) -> bool:
    """Whether two factors are the same but for their sign."""
    return one.below == other.below and are_as_large(one.value, other.value)


def _guarded(steady: Sequence[_Factor], wild: Sequence[_Factor]) -> Value:
    """The product with all that is never infinite as its weight; numbers stay with the rest."""
    if all(f.below for f in wild):
        return Call("weighted_ratio", (_product(steady), _chain([f.value for f in wild])))
    if _meet(wild):
        return Call("weighted", (_product(steady), _nested(wild)))
    numbers = [f for f in steady if isinstance(f.value, Number)]
    weight = _product([f for f in steady if f not in numbers])
    return Call("weighted", (weight, _product([*numbers, *wild])))


def _nested(wild: Sequence[_Factor]) -> Value:
    """Factors each of which may be 0 and may be infinite: a power, and what divides, is infinite where it is not 0."""
    above = sorted((f for f in wild if not f.below), key=lambda f: f.is_power)
    below = [f for f in wild if f.below]
    *weights, last = [f.value for f in above] or [ONE]
    found = Call("weighted_ratio", (last, _chain([f.value for f in below]))) if below else last
    for weight in reversed(weights):
        found = Call("weighted", (weight, found))
    return found


def _product(factors: Sequence[_Factor]) -> Value:
    above, below = [f.value for f in factors if not f.below], [f.value for f in factors if f.below]
    value = _chain(above or [ONE])
    return Call("div", (value, _chain(below))) if below else value


def _chain(values: Sequence[Value]) -> Value:
    return reduce(lambda one, other: Call("mul", (one, other)), values)
