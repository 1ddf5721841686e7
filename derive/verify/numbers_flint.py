"""Real numbers as balls: python-flint's ``arb``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from derive.verify.numbers import Dyadic, OracleError, UndeterminedError, refuse_domain

FUNCTIONS: dict[str, Any] = {"exp": arb.exp, "log": arb.log, "sqrt": arb.sqrt, "tanh": arb.tanh, "abs": abs}


class FlintReals:
    """Balls with midpoints of ``precision`` bits."""

    name = "flint"

    def __init__(self, precision: int = 256) -> None:
        self.precision = precision

    @contextmanager
    def working(self) -> Iterator[None]:
        before = ctx.prec
        ctx.prec = self.precision
        try:
            yield
        finally:
            ctx.prec = before

    def number(self, value: int | float | Fraction) -> Any:
        if isinstance(value, float) and math.isnan(value):
            raise OracleError("the oracle cannot compute with NaN")
        if isinstance(value, Fraction):
            with self.working():
                return arb(fmpq(value.numerator, value.denominator))
        return arb(value)

    def pi(self) -> Any:
        return arb.pi()

    def function(self, name: str, value: Any) -> Any:
        refuse_domain(self, name, value)
        return FUNCTIONS[name](value)

    def largest(self, one: Any, other: Any) -> Any:
        return one.max(other)

    def blurred(self, value: Any, radius: int) -> Any:
        return value + arb(0, self.number(Fraction(2) ** radius))

    def sign(self, value: Any) -> int | None:
        if value > 0:
            return 1
        if value < 0:
            return -1
        return 0 if value == 0 else None

    def bounds(self, value: Any) -> tuple[Dyadic, Dyadic]:
        if not value.is_finite():
            raise UndeterminedError("the value is not known to be finite")
        with self.working():
            return _dyadic(value.lower()), _dyadic(value.upper())


def _dyadic(exact: Any) -> Dyadic:
    mantissa, exponent = exact.man_exp()
    return Dyadic(int(mantissa), int(exponent))
