"""The two real types of the kernels, and how a constant is written in each."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Real:
    """A C real type.

    name:   its name in C.
    tag:    what the names of its functions end in.
    suffix: what its literals, and the functions of <math.h> for it, end in.
    digits: the significant bits.
    index:  the whole numbers of the same size: a vector holds as many.
    """

    name: str
    tag: str
    suffix: str
    digits: int
    index: str

    def literal(self, value: Fraction | float) -> str:
        """The value as a literal: exact where the type holds it, else the nearest value it holds."""
        nearest = self.nearest(value)
        if math.isnan(nearest):
            return "NAN"
        if math.isinf(nearest):
            return "INFINITY" if nearest > 0 else "-INFINITY"
        return f"{_shortest(nearest, self)}{self.suffix}"

    def nearest(self, value: Fraction | float) -> float:
        """The value rounded once to the type (ties to even)."""
        if isinstance(value, float) and not math.isfinite(value):
            return value
        try:
            rounded = float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
        return rounded if self is DOUBLE else _nearest_float(Fraction(value), rounded)

    def zero(self) -> str:
        return self.literal(0.0)


FLOAT = Real("float", "f32", "f", 24, "uint32_t")
DOUBLE = Real("double", "f64", "", 53, "uint64_t")
REALS = (FLOAT, DOUBLE)


def _nearest_float(exact: Fraction, rounded: float) -> float:
    """The float32 nearest to ``exact``, not to its double: rounding twice may miss by one."""
    try:
        (bits,) = struct.unpack("<i", struct.pack("<f", rounded))
    except OverflowError:
        return math.copysign(math.inf, rounded)
    near = [_from_bits(b) for b in (bits - 1, bits, bits + 1) if b & 0x7FFFFFFF <= 0x7F800000]
    finite = [v for v in near if math.isfinite(v)]
    if bits & 0x7FFFFFFF == 0 or not finite:
        return _from_bits(bits)
    return min(finite, key=lambda v: (abs(Fraction(v) - exact), _bits(v) & 1))


def _from_bits(bits: int) -> float:
    made: float = struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF))[0]
    return made


def _bits(value: float) -> int:
    made: int = struct.unpack("<I", struct.pack("<f", value))[0]
    return made


def _shortest(value: float, real: Real) -> str:
    """The shortest decimal that reads back as the value, always with a point or an exponent."""
    text = repr(value)
    if real is FLOAT:
        candidates = (float(f"{value:.{digits}g}") for digits in range(1, 10))
        text = repr(next(c for c in candidates if FLOAT.nearest(c) == value))
    return text if any(mark in text for mark in ".e") else f"{text}.0"
