"""Real numbers as balls: python-flint's ``arb``."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from derive.verify.numbers import Dyadic, OracleError, UndeterminedError, refuse_domain

FUNCTIONS: dict[str, Any] = {
    "exp": arb.exp, "log": arb.log, "sqrt": arb.sqrt, "tanh": arb.tanh, "sin": arb.sin, "cos": arb.cos, "erf": arb.erf,
    "erfc": arb.erfc,
    "abs": abs, "sign": arb.sgn,
}  # fmt: skip


class _Precision:
    """Sets the precision, which the library keeps in a global place, and puts it back."""

    __slots__ = ("before", "wanted")

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted

    def __enter__(self) -> None:
        self.before = ctx.prec
        if self.before != self.wanted:  # to set it takes longer than most operations
            ctx.prec = self.wanted

    def __exit__(self, *_: object) -> None:
        if self.before != self.wanted:
            ctx.prec = self.before


class FlintReals:
    """Balls with midpoints of ``precision`` bits."""

    name = "flint"

    def __init__(self, precision: int = 256) -> None:
        self.precision = precision

    def working(self) -> AbstractContextManager[None]:
        return _Precision(self.precision)

    def number(self, value: int | float | Fraction) -> Any:
        if isinstance(value, int):  # most are: a delta, a class, the derivative of a constant
            return arb(value)
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

    def refuse_infinite(self, value: Any) -> None:
        if not value.is_finite():
            raise UndeterminedError("the value is not known to be finite")

    def bounds(self, value: Any) -> tuple[Dyadic, Dyadic]:
        self.refuse_infinite(value)
        with self.working():
            return _dyadic(value.lower()), _dyadic(value.upper())

    def size(self, value: Any) -> float:
        self.refuse_infinite(value)
        with self.working():
            return _dyadic(value.abs_upper()).log2


def _dyadic(exact: Any) -> Dyadic:
    mantissa, exponent = exact.man_exp()
    return Dyadic(int(mantissa), int(exponent))
