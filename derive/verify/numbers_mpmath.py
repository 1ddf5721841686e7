"""Real numbers as intervals: mpmath, which comes with SymPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import libmp

from derive.verify.numbers import Dyadic, OracleError, UndeterminedError, refuse_domain


@dataclass(frozen=True)
class Interval:
    """From ``ends[0]`` to ``ends[1]``: two numbers of mpmath, rounded outwards to ``precision`` bits."""

    ends: tuple[Any, Any]
    precision: int

    def __add__(self, other: Any) -> Any:
        return self._with(other, libmp.mpi_add)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, libmp.mpi_sub)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, libmp.mpi_mul)

    def __rtruediv__(self, other: int) -> Any:
        return _exact(other, self.precision)._with(self, libmp.mpi_div)

    def __neg__(self) -> Interval:
        return Interval(libmp.mpi_neg(self.ends), self.precision)

    __radd__, __rmul__ = __add__, __mul__

    def _with(self, other: Any, operation: Callable[[Any, Any, int], Any]) -> Any:
        if isinstance(other, int):
            other = _exact(other, self.precision)
        if not isinstance(other, Interval):
            return NotImplemented
        return Interval(operation(self.ends, other.ends, self.precision), self.precision)


class MpmathReals:
    """Intervals between two numbers of ``precision`` bits."""

    name = "mpmath"

    def __init__(self, precision: int = 256) -> None:
        self.precision = precision

    def working(self) -> AbstractContextManager[None]:
        return nullcontext()

    def number(self, value: int | float | Fraction) -> Interval:
        if isinstance(value, int):
            return _exact(value, self.precision)
        if isinstance(value, Fraction):
            above, below = (_exact(part, self.precision) for part in (value.numerator, value.denominator))
            return Interval(libmp.mpi_div(above.ends, below.ends, self.precision), self.precision)
        if math.isnan(value):
            raise OracleError("the oracle cannot compute with NaN")
        end = libmp.from_float(value)
        return Interval((end, end), self.precision)

    def pi(self) -> Interval:
        return Interval((libmp.mpf_pi(self.precision, "f"), libmp.mpf_pi(self.precision, "c")), self.precision)

    def function(self, name: str, value: Interval) -> Interval:
        refuse_domain(self, name, value)
        return Interval(FUNCTIONS[name](value.ends, self.precision), self.precision)

    def largest(self, one: Interval, other: Interval) -> Interval:
        (a, b), (c, d) = one.ends, other.ends
        return Interval((c if libmp.mpf_lt(a, c) else a, d if libmp.mpf_lt(b, d) else b), self.precision)

    def blurred(self, value: Interval, radius: int) -> Interval:
        end = libmp.mpf_shift(libmp.from_int(1), radius)
        return value + Interval((libmp.mpf_neg(end), end), self.precision)

    def sign(self, value: Interval) -> int | None:
        low, high = (int(libmp.mpf_sign(end)) for end in value.ends)
        return low if low == high else None

    def refuse_infinite(self, value: Interval) -> None:
        self.bounds(value)

    def bounds(self, value: Interval) -> tuple[Dyadic, Dyadic]:
        low, high = value.ends
        return _dyadic(low), _dyadic(high)

    def size(self, value: Interval) -> float:
        return max(bound.log2 for bound in self.bounds(value))


def _growing(function: Callable[..., Any]) -> Callable[[Any, int], Any]:
    """Of a function that grows, the ends go to the ends."""

    def of(ends: Any, precision: int) -> Any:
        low, high = ends
        return function(low, precision, "f"), function(high, precision, "c")

    return of


def _sign(number: Any, *_: Any) -> Any:
    return libmp.from_int(libmp.mpf_sign(number))


def _tanh(ends: Any, precision: int) -> Any:
    """It grows.  The library rounds to 1 far out, whichever way it is told to round."""
    (low, _), (_, high) = (_tanh_around(end, precision) for end in ends)
    return low, high


def _tanh_around(end: Any, precision: int) -> Any:
    """Bounds at a number: beyond 1 from ``1 - 2/(exp(2u) + 1)``, which does not cancel there."""
    if end in (libmp.finf, libmp.fninf):
        return (libmp.from_int(libmp.mpf_sign(end)),) * 2
    if libmp.mpf_lt(libmp.mpf_abs(end), libmp.fone):
        near = libmp.mpf_tanh(end, precision + 20, "n")
        return libmp.mpi_mul((near, near), _around_one(precision), precision)
    doubled, one, two = libmp.mpf_shift(end, 1), (libmp.fone, libmp.fone), (libmp.ftwo, libmp.ftwo)
    above = libmp.mpi_add(libmp.mpi_exp((doubled, doubled), precision + 10), one, precision + 10)
    return libmp.mpi_sub(one, libmp.mpi_div(two, above, precision + 10), precision)


def _around_one(precision: int) -> Any:
    margin = libmp.mpf_shift(libmp.fone, -precision)
    return libmp.mpf_sub(libmp.fone, margin), libmp.mpf_add(libmp.fone, margin)


def _erf(ends: Any, precision: int) -> Any:
    """It grows.  The library's series loses ``1.5 u^2`` bits: so many more are asked for, and a margin is left."""
    low, high = (_erf_near(end, precision) for end in ends)
    return libmp.mpi_mul((low, high), _around_one(precision), precision)


def _erf_near(end: Any, precision: int) -> Any:
    """Beyond ``u^2 = precision`` it is 1 within the margin."""
    size = abs(libmp.to_float(end)) if libmp.mpf_lt(libmp.mpf_abs(end), libmp.from_int(2**20)) else 2.0**20
    if size * size > precision:
        return libmp.from_int(libmp.mpf_sign(end))
    return libmp.mpf_erf(end, precision + 30 + int(1.5 * size * size), "n")


def _erfc(ends: Any, precision: int) -> Any:
    """It falls.  Below 1/2 as ``1 - erf``; above, the library's own, with the bits that its exponential loses."""
    high, low = (_erfc_near(end, precision) for end in ends)
    return libmp.mpi_mul((low, high), _around_one(precision), precision)


def _erfc_near(end: Any, precision: int) -> Any:
    if libmp.mpf_lt(end, libmp.mpf_shift(libmp.fone, -1)):
        return libmp.mpf_sub(libmp.fone, _erf_near(end, precision + 10), precision + 10, "n")
    return libmp.mpf_erfc(end, precision + 30 + 2 * max(0, end[2] + end[3]), "n")


FUNCTIONS = {
    "exp": libmp.mpi_exp,
    "log": libmp.mpi_log,
    "sqrt": libmp.mpi_sqrt,
    "tanh": _tanh,
    "sin": libmp.mpi_sin,
    "cos": libmp.mpi_cos,
    "erf": _erf,
    "erfc": _erfc,
    "abs": libmp.mpi_abs,
    "sign": _growing(_sign),
}


def _exact(value: int, precision: int) -> Interval:
    end = libmp.from_int(value)
    return Interval((end, end), precision)


def _dyadic(number: Any) -> Dyadic:
    sign, mantissa, exponent, _ = number
    if not mantissa and exponent:  # how mpmath writes infinities and NaN
        raise UndeterminedError("the value is not known to be finite")
    return Dyadic(-int(mantissa) if sign else int(mantissa), int(exponent))
