"""The real numbers that the oracle computes with: balls of python-flint where it is installed, else mpmath.

Both are used through the same few functions.  A ball carries its own error bound, so that an inequality or a
sign is never decided by rounding; with mpmath the precision alone has to be enough.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

from derive.language.errors import DeriveError


class OracleError(DeriveError):
    """An expression that the oracle cannot evaluate, or a point outside its domain."""


class Reals(Protocol):
    """What the oracle needs of a number type; the numbers themselves have ``+ - * /`` and ``**`` with integers."""

    name: str

    def number(self, value: int | float | Fraction) -> Any: ...
    def function(self, name: str, value: Any) -> Any: ...
    def sign(self, value: Any) -> int | None:
        """1, 0 or -1; ``None`` where the precision does not tell."""
        ...

    def magnitude(self, value: Any) -> float:
        """An upper bound of ``log2 |value|``; minus infinity for 0."""
        ...

    def radius(self, value: Any) -> float:
        """An upper bound of ``log2`` of its error; minus infinity for an exact value."""
        ...

    def nearest(self, value: Any, bits: int, lowest: int, highest: int) -> float:
        """The nearest number with ``bits`` of mantissa, exponents ``lowest..highest``, as a float; infinity beyond."""
        ...


def fraction_to_float(exact: Fraction, bits: int, lowest: int, highest: int) -> float:
    """The exact number rounded to the nearest of a binary format (ties to even), subnormals included."""
    if exact == 0:
        return 0.0
    size = abs(exact)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** exponent > size:
        exponent -= 1
    unit = Fraction(2) ** (max(exponent, lowest) - bits + 1)
    rounded = round(size / unit) * unit
    if rounded >= Fraction(2) ** (highest + 1):
        return float("inf") if exact > 0 else float("-inf")
    return float(rounded) if exact > 0 else -float(rounded)
