"""The operations of the loop IR in float32 or float64, each rounded once, on many rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np

from derive.verify.rounded import EXACT, rounded

Array = Any


class FloatArithmetic:
    """A value is an array with one number for each row; what is NaN is never larger than anything."""

    def __init__(self, dtype: str, rows: int) -> None:
        self.dtype, self.rows = np.dtype(dtype), rows
        self.lowest, self.missing = self.number(-np.inf), self.number(np.nan)

    def number(self, value: int | float | Fraction) -> Array:
        """The nearest float: of a fraction the nearest double first, which is what the targets print."""
        return np.full(self.rows, float(value), np.float64).astype(self.dtype)

    def exceeds(self, one: Array, other: Array) -> Array:
        return one > other

    def equal(self, one: Any, other: Any) -> Array:
        return one == other  # two plain numbers are the same in all rows, or in none

    def select(self, condition: Any, one: Any, other: Any) -> Any:
        if isinstance(condition, bool):
            return one if condition else other
        return np.where(condition, one, other)

    def pick(self, values: Sequence[Array], place: Any) -> Array:
        return values[place] if isinstance(place, int) else np.stack(values)[place, np.arange(self.rows)]

    @cached_property
    def operations(self) -> Mapping[str, Callable[..., Array]]:
        return {name: partial(rounded, name) for name in EXACT} | FLOATS


def _compare(u: Array, v: Array, below: Array, at: Array, above: Array) -> Array:
    chosen = np.where(u < v, below, np.where(u == v, at, above))
    return np.where(np.isnan(u) | np.isnan(v), u.dtype.type(np.nan), chosen)


def _log_ratio(above: Array, below: Array) -> Array:
    ratio, limits = above / below, np.finfo(above.dtype)
    normal = (ratio >= limits.tiny) & (ratio <= limits.max)
    return np.where(normal, rounded("log", ratio), rounded("log", above) - rounded("log", below))


FLOATS: dict[str, Callable[..., Array]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "max": np.maximum,
    "finite_or_zero": lambda u: np.where(np.isfinite(u), u, u.dtype.type(0)),
    "supported": lambda w, u: np.where(w == 0, u.dtype.type(-np.inf), u),
    "weighted": lambda w, u: np.where(w == 0, w.dtype.type(0), w * u),
    "weighted_ratio": lambda w, u: np.where(w == 0, w.dtype.type(0), w / u),
    "log_ratio": _log_ratio,
    "where_nonnegative": lambda c, a, b: np.where(c >= 0, a, np.where(c < 0, b, c)),
    "compare": _compare,
}
"""What IEEE arithmetic, or a comparison, gives exactly."""
