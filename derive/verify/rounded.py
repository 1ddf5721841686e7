"""Elementary functions rounded once, in float32 and float64: the same bits on every machine.

``+ - * /`` and the square root are IEEE operations, which NumPy leaves to the processor.  A library's ``exp`` is not
the same everywhere; it only speeds up what it cannot change: float32 values far enough from the middle of two floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from mpmath import libmp

from derive.verify.numbers import FORMATS

Array = Any

SAFE = 2.0**-44
"""No library's float64 function is wrong by more, relative to its value."""
EXTRA = 40
"""Bits beyond those of the format: what is rounded to so many lies hardly ever in the middle of two floats."""
LIMITS = {"exp": (-800.0, 800.0), "exp2": (-1200.0, 1200.0), "expm1": (-800.0, 800.0)}
"""Beyond these a library gives 0, -1 or infinity, and is right."""


def rounded(name: str, *given: Array) -> Array:
    """A function of arrays of one dtype, correctly rounded; at infinities, NaN and outside the domain as in IEEE."""
    dtype = given[0].dtype
    with np.errstate(all="ignore"):
        wide = LIBRARY[name](*[np.asarray(u, np.float64) for u in given])
        found = wide.astype(dtype)
        low, high = LIMITS.get(name, (-math.inf, math.inf))
        doubtful = np.isfinite(wide) & (wide != 0) & (given[0] > low) & (given[0] < high)
        for u in given:
            doubtful &= np.isfinite(u) & (u != 0)
        if dtype == np.float32:
            near = (wide * (1 - SAFE)).astype(dtype) != (wide * (1 + SAFE)).astype(dtype)
            doubtful &= near
        for place in zip(*np.nonzero(doubtful), strict=True):
            found[place] = _exactly(name, dtype.name, *[float(u[place]) for u in given])
    return found


@lru_cache(maxsize=2**18)
def _exactly(name: str, dtype: str, *given: float) -> float:
    precision = FORMATS[dtype].bits + EXTRA
    value = EXACT[name](precision, *[libmp.from_float(u) for u in given])
    sign, mantissa, exponent, _ = value
    if not mantissa:
        return 0.0
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return FORMATS[dtype].nearest(-exact if sign else exact)


def _expm1(precision: int, u: Any) -> Any:
    """As many bits more as the 1 takes away."""
    lost = max(0, -(u[2] + u[3]))
    return libmp.mpf_sub(libmp.mpf_exp(u, precision + 2 * lost + 4), libmp.fone, precision)


def _exp2(precision: int, u: Any) -> Any:
    return libmp.mpf_pow(libmp.from_int(2), u, precision)


def _erfcx(precision: int, u: Any) -> Any:
    """The exponential and erfc with the bits that the square takes; far out, where erfc has none, as a series."""
    more = precision + 2 * max(0, u[2] + u[3]) + 10
    square = libmp.mpf_mul(u, u)
    if libmp.mpf_lt(u, libmp.from_int(1000)):
        return libmp.mpf_mul(libmp.mpf_exp(square, more), libmp.mpf_erfc(u, more), precision)
    total = term = libmp.fone
    for k in range(1, 40, 2):  # 1 - 1/(2 u^2) + 1 * 3/(2 u^2)^2 - ...
        term = libmp.mpf_div(libmp.mpf_mul(term, libmp.from_int(-k)), libmp.mpf_shift(square, 1), more)
        total = libmp.mpf_add(total, term, more)
    return libmp.mpf_div(total, libmp.mpf_mul(u, libmp.mpf_sqrt(libmp.mpf_pi(more), more)), precision)


def _erfcx_in_double(u: float) -> float:
    if math.isnan(u) or u == math.inf:
        return u if math.isnan(u) else 0.0
    if u < -30:
        return math.inf
    return float(libmp.to_float(_erfcx(60, libmp.from_float(u))))


EXACT: dict[str, Callable[..., Any]] = {
    "exp": lambda precision, u: libmp.mpf_exp(u, precision),
    "exp2": _exp2,
    "expm1": _expm1,
    "log": lambda precision, u: libmp.mpf_log(u, precision),
    "log1p": lambda precision, u: libmp.mpf_log(libmp.mpf_add(u, libmp.fone), precision),
    "pow": lambda precision, a, b: libmp.mpf_pow(a, b, precision),
    "tanh": lambda precision, u: libmp.mpf_tanh(u, precision),
    "sin": lambda precision, u: libmp.mpf_sin(u, precision),
    "cos": lambda precision, u: libmp.mpf_cos(u, precision),
    "erf": lambda precision, u: libmp.mpf_erf(u, precision),
    "erfc": lambda precision, u: libmp.mpf_erfc(u, precision),
    "erfcx": _erfcx,
}

LIBRARY: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "pow": np.power,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "erf": np.vectorize(math.erf, otypes=[np.float64]),
    "erfc": np.vectorize(math.erfc, otypes=[np.float64]),
    "erfcx": np.vectorize(_erfcx_in_double, otypes=[np.float64]),
}
