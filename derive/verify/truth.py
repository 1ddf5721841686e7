"""What a kernel should give on a row, and the error that rounding its inputs alone would make there.

Both are the oracle's, of the formula as it was written.  The condition of a result f is ``|f| + sum over the inputs v
of |v df/dv|``: nobody can ask for an error far below it, times the unit of the dtype.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product
from typing import Any

from derive.language.axes import axis_of
from derive.language.components import Along, Vector
from derive.language.formula import Formula, Variable
from derive.language.kinds import by_name, direction_name, taken_apart
from derive.language.nodes import Partial
from derive.verify.numbers import Dyadic, OracleError, UndeterminedError
from derive.verify.oracle import Oracle, Point, key_of, reals
from derive.verify.tape import Node, TapeReals, plain_slopes, slopes

KNOWN = 64
"""A result is known where its error is below this many bits of its size."""
MANY = 256
"""Bits, of which two doubles hold fewer than half."""


@dataclass(frozen=True)
class Result:
    """A right result, ``near + rest`` as doubles; ``ask`` computes its condition."""

    near: float
    rest: float
    ask: Callable[[], float]

    @cached_property
    def condition(self) -> float:
        """log2 of the condition; minus infinity for 0."""
        return self.ask()


class Truth:
    """The oracle at a row.  Its numbers remember how they were made, so that all kernels share what is computed.

    Where classes are counted as alike, what is asked of one of them has no result: ``None``.
    """

    def __init__(self, formula: Formula, extra: Sequence[Vector], point: Point, precision: int) -> None:
        self.formula, self.extra, self.point, self.precision = formula, extra, point, precision
        tape = TapeReals(reals(precision=precision))
        self.oracle = Oracle(point, tape)
        self.oracle.vectors = {name: [tape.variable(v) for v in vs] for name, vs in point.vectors.items()}
        self.oracle.scalars = {name: tape.variable(v) for name, v in point.scalars.items()}
        self.numbers = tape
        self._found: dict[str, list[Result | None]] = {}
        self._slopes: dict[Variable, list[Any]] = {}

    def results(self, kind: str) -> list[list[Result | None]]:
        """Of each output of a kernel of a kind its results, a matrix row by row.

        Raises OracleError where one has none, or the precision does not tell it.
        """
        slopes = [by_name("grad", self.formula, by) for by in self.formula.variables]
        with self.numbers.working():
            return [self._once(part) for part in (["", *slopes] if kind == "value_and_grad" else [kind])]

    def _once(self, kind: str) -> list[Result | None]:
        if kind not in self._found:
            values, single = self._of(kind), self._single(kind)
            self._found[kind] = [
                Result(*_pair(value, self.numbers), partial(self.condition, value)) if alone else None
                for value, alone in zip(values, single, strict=True)
            ]
        return self._found[kind]

    def _single(self, kind: str) -> list[bool]:
        """Of each result whether it is of one class alone: as often as its kind has axes."""
        base, by = taken_apart(kind, self.formula)
        if self.point.sizes:
            return [True] * len(self._of(kind))
        alone = [count == 1 for count in self.point.counts or [1] * self.point.classes]
        if not isinstance(by, Vector) and base in ("grad", "vjp"):
            return [True]
        if base == "jacobian" and isinstance(by, Vector):
            return [one and other for one in alone for other in alone]
        return [True] if kind == "" and self.formula.over is None else alone

    def condition(self, result: Any) -> float:
        if not isinstance(result, Node):  # 0, whatever the inputs are
            return -math.inf
        plain = self.numbers.numbers
        with plain.working():
            inputs = [v for vs in self.oracle.vectors.values() for v in vs] + list(self.oracle.scalars.values())
            try:
                found = [v.value * s for v, s in zip(inputs, plain_slopes(result, inputs), strict=True)]
            except OracleError:  # at a corner, or where a root begins, the result alone says how near is near enough
                found = []
            sizes = [plain.size(part) for part in (result.value, *found)]
        most = max(sizes)
        return most + math.log2(sum(2.0 ** (s - most) for s in sizes)) if most > -math.inf else most

    def _of(self, kind: str) -> list[Any]:
        base, by = taken_apart(kind, self.formula)
        if base == "":
            return self._values
        if base == "jvp":
            return self._along(by)
        x = self.oracle.vectors[by.name] if isinstance(by, Vector) else [self.oracle.scalars[by.name]]
        if base == "jacobian":
            return [slope for value in self._values for slope in slopes(value, x)]
        if base in ("grad", "vjp"):
            return slopes(self._pulled(self._values), x)
        return slopes(self._pulled(self._along(by)), x)

    @cached_property
    def _values(self) -> list[Any]:
        return self._at_each(self.formula.expression)

    def _along(self, by: Variable) -> list[Any]:
        """The slopes along the direction, computed once for all kernels that ask."""
        if by not in self._slopes:
            self._slopes[by] = self._at_each(Partial(self.formula.expression, Along(by, self._direction(by))))
        return self._slopes[by]

    def _direction(self, by: Variable) -> Vector:
        """The one that goes along a variable: of a formula that names its axes each has a name of its own."""
        if not self.formula.has_axes:
            return self.extra[-1]
        others = [direction_name("", self.formula, other) for other in self.formula.variables[1:]]
        wanted = direction_name("", self.formula, by)
        fits = [v for v in self.extra if v.name.endswith(wanted) and (wanted or not v.name.endswith(tuple(others)))]
        return next(v for v in reversed(fits) if isinstance(by, Vector) and v.axes == by.axes)

    def _at_each(self, expression: Any) -> list[Any]:
        """The last index fastest."""
        indices = self.formula.indices
        names = list(map(key_of, indices))
        ranges = [range(1, self.oracle.size(axis_of(index)) + 1) for index in indices]
        return [self.oracle.value(expression, dict(zip(names, place, strict=True))) for place in product(*ranges)]

    def _pulled(self, values: list[Any]) -> Any:
        """What the upstream gradient makes one number of."""
        if self.formula.over is None:
            return values[0]
        weights = self.oracle.vectors[self.extra[0].name]
        total: Any = 0
        for k, (weight, value) in enumerate(zip(weights, values, strict=True)):
            part = weight * value
            total = (part * self.oracle.counts[k] if self.oracle.counts else part) + total
        return total


def _pair(value: Any, tape: TapeReals) -> tuple[float, float]:
    """A result as the sum of two doubles.  Raises UndeterminedError where the precision does not tell it so well."""
    if not isinstance(value, Node):
        return float(value), 0.0
    low, high = (_doubles(bound) for bound in tape.bounds(value))
    if low[0] != high[0] or abs(high[1] - low[1]) > 2.0**-KNOWN * abs(high[0]):
        raise UndeterminedError("the precision is too low for the row")
    return high


def _doubles(bound: Dyadic) -> tuple[float, float]:
    """Infinity beyond the largest; 0 below the smallest."""
    extra = max(0, bound.mantissa.bit_length() - MANY)
    mantissa, exponent = bound.mantissa >> extra, bound.exponent + extra
    near = float(mantissa)
    try:
        return math.ldexp(near, exponent), math.ldexp(float(mantissa - int(near)), exponent)
    except OverflowError:
        return math.copysign(math.inf, near), 0.0
