"""Real numbers as balls: python-flint's ``arb``."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from derive.verify.numbers import OracleError, fraction_to_float

FUNCTIONS: dict[str, Any] = {"exp": arb.exp, "log": arb.log, "sqrt": arb.sqrt, "tanh": arb.tanh, "abs": abs}


class FlintReals:
    """Balls with midpoints of ``precision`` bits."""

    name = "flint"

    def __init__(self, precision: int = 256) -> None:
        self.precision = precision
        ctx.prec = precision

    def number(self, value: int | float | Fraction) -> Any:
        ctx.prec = self.precision
        if isinstance(value, Fraction):
            return arb(fmpq(value.numerator, value.denominator))
        return arb(value)

    def function(self, name: str, value: Any) -> Any:
        if name in ("log", "sqrt") and not (value > 0 or (name == "sqrt" and value == 0)):
            raise OracleError(f"{name} of {value.str(8)}, outside its domain")
        return FUNCTIONS[name](value)

    def sign(self, value: Any) -> int | None:
        if value > 0:
            return 1
        if value < 0:
            return -1
        return 0 if value == 0 else None

    def magnitude(self, value: Any) -> float:
        return _log2(value.abs_upper())

    def radius(self, value: Any) -> float:
        return _log2(value.rad())

    def nearest(self, value: Any, bits: int, lowest: int, highest: int) -> float:
        return fraction_to_float(_exact(value), bits, lowest, highest)


def _exact(value: Any) -> Fraction:
    mantissa, exponent = value.mid().man_exp()
    power = int(exponent)
    if power < -20000:
        return Fraction(int(mantissa) > 0, 2**20000) if mantissa else Fraction(0)
    return Fraction(int(mantissa)) * Fraction(2) ** min(power, 20000)


def _log2(value: Any) -> float:
    mantissa, exponent = value.mid().man_exp()
    return math.log2(abs(int(mantissa))) + int(exponent) if mantissa else -math.inf
