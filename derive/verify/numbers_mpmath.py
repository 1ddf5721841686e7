"""Real numbers of high precision: mpmath, which comes with SymPy."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from mpmath import MPContext

from derive.verify.numbers import OracleError, fraction_to_float


class MpmathReals:
    """Floating-point numbers of ``precision`` bits; errors are taken to be a few units of the last ones."""

    name = "mpmath"

    def __init__(self, precision: int = 256) -> None:
        self.precision = precision
        self.context = MPContext()
        self.context.prec = precision
        self._functions = {
            "exp": self.context.exp,
            "log": self.context.log,
            "sqrt": self.context.sqrt,
            "tanh": self.context.tanh,
            "abs": abs,
        }

    def number(self, value: int | float | Fraction) -> Any:
        if isinstance(value, Fraction):
            return self.context.mpf(value.numerator) / value.denominator
        return self.context.mpf(value)

    def function(self, name: str, value: Any) -> Any:
        if name in ("log", "sqrt") and not (value > 0 or (name == "sqrt" and value == 0)):
            raise OracleError(f"{name} of {value}, outside its domain")
        return self._functions[name](value)

    def sign(self, value: Any) -> int | None:
        return (value > 0) - (value < 0)

    def magnitude(self, value: Any) -> float:
        return _log2(value)

    def radius(self, value: Any) -> float:
        return _log2(value) - self.precision + 16

    def nearest(self, value: Any, bits: int, lowest: int, highest: int) -> float:
        sign, mantissa, exponent, _ = value._mpf_
        if exponent < -20000:
            return 0.0
        exact = Fraction(int(mantissa)) * Fraction(2) ** min(int(exponent), 20000)
        return fraction_to_float(-exact if sign else exact, bits, lowest, highest)


def _log2(value: Any) -> float:
    _, mantissa, exponent, _ = value._mpf_
    return math.log2(int(mantissa)) + int(exponent) if mantissa else -math.inf
