"""The real numbers that the oracle computes with: balls of python-flint if installed, else intervals of mpmath.

Both carry their own error bound, so that an equation, an inequality or a sign is never decided by rounding.
"""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from derive.language.errors import DeriveError


class OracleError(DeriveError):
    """An expression that the oracle cannot evaluate, or a point outside its domain."""


class UndeterminedError(OracleError):
    """The precision does not tell: more bits may."""


@dataclass(frozen=True)
class Dyadic:
    """``mantissa * 2**exponent``: an exact number, however large or small."""

    mantissa: int
    exponent: int

    @property
    def log2(self) -> float:
        """``log2`` of its size; minus infinity for 0, and ``2**1000`` or minus that beyond what a float holds."""
        if not self.mantissa:
            return -math.inf
        if self.exponent.bit_length() > LONGEST:  # as of exp(-exp(1e4))
            return 2.0**LONGEST if self.exponent > 0 else -(2.0**LONGEST)
        return math.log2(abs(self.mantissa)) + self.exponent

    @property
    def fraction(self) -> Fraction:
        """The number itself; beyond ``2**FARTHEST`` and below ``2**-FARTHEST``: those, which no format reaches."""
        size = abs(self.mantissa).bit_length() + self.exponent
        if not self.mantissa or abs(size) < FARTHEST:
            return self.mantissa * Fraction(2) ** self.exponent if self.mantissa else Fraction(0)
        sign = 1 if self.mantissa > 0 else -1
        return sign * Fraction(2) ** (FARTHEST if size > 0 else -FARTHEST)


LONGEST = 1000
"""Bits of an exponent that a float holds."""
FARTHEST = 20000
"""An exponent far outside every floating-point format."""


class Reals(Protocol):
    """What the oracle needs of a number type; the numbers themselves have ``+ - * /``, with integers too."""

    name: str

    def __hash__(self) -> int: ...

    def working(self) -> AbstractContextManager[None]:
        """Arithmetic is done inside of this: some libraries keep their precision in a global place."""
        ...

    def number(self, value: int | float | Fraction) -> Any: ...
    def pi(self) -> Any: ...
    def function(self, name: str, value: Any) -> Any:
        """A function by its name in the table of the language, or ``sqrt``.  Raises OracleError outside the domain."""
        ...

    def largest(self, one: Any, other: Any) -> Any: ...
    def blurred(self, value: Any, radius: int) -> Any:
        """The value known to no more than ``2**radius`` on either side."""
        ...

    def sign(self, value: Any) -> int | None:
        """1, 0 or -1, proved; ``None`` where the precision does not tell."""
        ...

    def refuse_infinite(self, value: Any) -> None:
        """Raise UndeterminedError where a number is not known to be finite."""
        ...

    def bounds(self, value: Any) -> tuple[Dyadic, Dyadic]:
        """Between what the number lies.  Raises UndeterminedError where it is not known to be finite."""
        ...

    def size(self, value: Any) -> float:
        """An upper bound of ``log2 |value|``; minus infinity for 0.  Raises UndeterminedError as :meth:`bounds`."""
        ...


def refuse_domain(numbers: Reals, name: str, value: Any) -> None:
    """Raise where a logarithm or a square root is asked for what is not positive, and a sign of what may be 0.

    Where a value is 0 by algebra, as a share of one class less another, no precision tells its sign.
    """
    sign = numbers.sign(value)
    if sign is None and name == "sign":
        raise UndeterminedError("sign of what may be 0")
    if sign == 1 or name not in ("log", "sqrt") or (name == "sqrt" and sign == 0):
        return
    shown = f"{name} of {FORMATS['float64'].nearest(numbers.bounds(value)[0].fraction):g}"
    if sign is None:
        raise UndeterminedError(f"{shown}, whose sign is not determined")
    raise OracleError(f"{shown}, outside its domain")


@dataclass(frozen=True)
class Format:
    """A binary floating-point format: bits of the mantissa, lowest and highest exponent."""

    bits: int
    lowest: int
    highest: int

    def unit(self, exact: Fraction) -> Fraction:
        """The distance of neighbours around a number other than 0; below the normal numbers: of the subnormal ones."""
        size = abs(exact)
        exponent = size.numerator.bit_length() - size.denominator.bit_length()
        if Fraction(2) ** exponent > size:
            exponent -= 1
        return Fraction(2) ** (max(exponent, self.lowest) - self.bits + 1)

    def nearest(self, exact: Fraction) -> float:
        """The exact number rounded once, ties to even; infinity beyond the largest."""
        if exact == 0:
            return 0.0
        unit = self.unit(exact)
        rounded = round(abs(exact) / unit) * unit
        size = math.inf if rounded >= Fraction(2) ** (self.highest + 1) else float(rounded)
        return size if exact > 0 else -size

    def tie(self, low: Fraction, high: Fraction) -> Fraction | None:
        """A number half-way between two neighbours, if one lies from ``low`` to ``high``."""
        middle = (low + high) / 2
        if middle == 0:
            return None
        half = self.unit(middle) / 2
        found = round(middle / half) * half
        return found if low <= found <= high else None


FORMATS = {"float32": Format(24, -126, 127), "float64": Format(53, -1022, 1023)}
