"""Intervals: what a value may be, and what each operation of the loop IR makes of that.

They are about floats: an exponential may underflow to 0.  Of sums, products and quotients it is taken that they stay
in range, and of an exponential that it does not overflow: where it may, that is a caveat.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

INF = math.inf
UNDERFLOW = -80.0
"""Below it an exponential may be 0 in float32."""
ERFC_UNDERFLOW = 9.0
"""Above it erfc may be 0 in float32."""


@dataclass(frozen=True)
class Range:
    """The finite values lie from ``low`` to ``high``; what else a value may be is said by the flags.

    A bound of infinity says that there is none; whether infinity itself is taken is for ``down`` (-inf) and ``up``
    to say.  ``zero``: it may be 0; ``minus_zero``: it may be -0.0.
    """

    low: float = -INF
    high: float = INF
    zero: bool = True
    down: bool = False
    up: bool = False
    nan: bool = False
    minus_zero: bool = False

    @property
    def unbounded(self) -> bool:
        """It may be infinite or no number at all: beside it a 0 does not make 0."""
        return self.down or self.up or self.nan

    @property
    def near_zero(self) -> bool:
        """It comes as near to 0 as you like, or reaches it."""
        return self.low <= 0 <= self.high

    @property
    def below(self) -> bool:
        """It may be less than 0."""
        return self.low < 0 or self.down

    @property
    def above(self) -> bool:
        """It may be more than 0."""
        return self.high > 0 or self.up

    def __contains__(self, value: float) -> bool:
        if math.isnan(value):
            return self.nan
        if math.isinf(value):
            return self.up if value > 0 else self.down
        if value == 0:
            return self.zero and (self.minus_zero or math.copysign(1, value) > 0)
        return self.low <= value <= self.high


ANYTHING = Range(down=True, up=True, nan=True, minus_zero=True)
FINITE = Range()


def exactly(value: float) -> Range:
    return Range(value, value, zero=value == 0)


def join(one: Range, other: Range) -> Range:
    """Either."""
    flags = {f: getattr(one, f) or getattr(other, f) for f in ("zero", "down", "up", "nan", "minus_zero")}
    return Range(min(one.low, other.low), max(one.high, other.high), **flags)


# --- operations ----------------------------------------------------------------------------------------------------
def _neg(a: Range) -> Range:
    return Range(-a.high, -a.low, a.zero, down=a.up, up=a.down, nan=a.nan, minus_zero=a.zero)


def _add(a: Range, b: Range) -> Range:
    low, high = _sum(a.low, b.low, -INF), _sum(a.high, b.high, INF)
    one_sign = min(a.low, b.low) >= 0 or max(a.high, b.high) <= 0
    return Range(
        low,
        high,
        zero=a.zero and b.zero if one_sign else low <= 0 <= high,
        down=a.down or b.down,
        up=a.up or b.up,
        nan=a.nan or b.nan or (a.up and b.down) or (a.down and b.up),
        minus_zero=a.minus_zero and b.minus_zero,
    )


def _sum(a: float, b: float, unknown: float) -> float:
    return unknown if math.isnan(a + b) else a + b


def _sub(a: Range, b: Range) -> Range:
    return replace(_add(a, _neg(b)), minus_zero=a.minus_zero and b.zero)


def _mul(a: Range, b: Range) -> Range:
    ends = [0.0 if 0 in (x, y) else x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    minus = (a.below or a.minus_zero) and (b.above or b.zero), (b.below or b.minus_zero) and (a.above or a.zero)
    zero = a.zero or b.zero
    return Range(
        min(ends),
        max(ends),
        zero=zero,
        down=(a.up and b.below) or (a.down and b.above) or (b.up and a.below) or (b.down and a.above),
        up=(a.up and b.above) or (a.down and b.below) or (b.up and a.above) or (b.down and a.below),
        nan=a.nan or b.nan or (a.zero and (b.up or b.down)) or (b.zero and (a.up or a.down)),
        minus_zero=zero and any(minus),
    )


def inverse(b: Range) -> Range:
    """``1/b``."""
    low, high = _inverse_ends(b)
    found = Range(low, high, down=b.zero and b.minus_zero, up=b.zero, zero=False, nan=b.nan, minus_zero=b.down)
    return _with_zero(found) if b.up or b.down else found


def _inverse_ends(b: Range) -> tuple[float, float]:
    if b.low < 0 < b.high or b.low == b.high == 0:
        return -INF, INF
    low = -INF if b.high == 0 else 1 / b.high
    high = INF if b.low == 0 else 1 / b.low
    return low, high


def _div(a: Range, b: Range) -> Range:
    found = _mul(a, inverse(b))
    return replace(found, nan=found.nan or (a.zero and b.zero) or ((a.up or a.down) and (b.up or b.down)))


def _at(function: Callable[[float], float], end: float) -> float:
    try:
        return function(end)
    except OverflowError:
        return INF


def _exponential(function: Callable[[float], float]) -> Callable[[Range], Range]:
    def of(a: Range) -> Range:
        low, high = _at(function, a.low), _at(function, a.high)
        zero = a.down or a.low < UNDERFLOW
        return Range(0.0 if zero else low, high, zero=zero, up=a.up, nan=a.nan)

    return of


def _expm1(a: Range) -> Range:
    low, high = (-1.0 if a.down else _at(math.expm1, a.low)), _at(math.expm1, a.high)
    return Range(low, max(low, high), a.zero, up=a.up, nan=a.nan, minus_zero=a.minus_zero)


def _log(a: Range) -> Range:
    low, high = (_log_at(end) for end in (a.low, a.high))
    return Range(low, high, low <= 0 <= high, down=a.zero, up=a.up, nan=a.nan or a.low < 0 or a.down)


def _log_at(end: float) -> float:
    return -INF if end <= 0 else math.log(end)


def _log1p(a: Range) -> Range:
    low, high = (-INF if end <= -1 else math.log1p(end) for end in (a.low, a.high))
    down = a.low <= -1
    return Range(low, high, a.zero, down, a.up, nan=a.nan or a.down or a.low < -1, minus_zero=a.minus_zero)


def _pow(a: Range, b: Range) -> Range:
    whole = b.low == b.high and b.low == int(b.low) if math.isfinite(b.low) else False
    big = (b.low < 0 and a.near_zero) or a.up or a.down or b.up or b.down
    below = a.low < 0 or a.down
    low, high = (-INF, INF) if below else (0.0, INF)
    if not below and b.low >= 0 and not b.up and not b.down:
        low, high = (1.0, INF) if a.low >= 1 else (0.0, 1.0) if a.high <= 1 else (low, high)
    return Range(
        low,
        high,
        zero=low <= 0,
        down=big and below,
        up=big,
        nan=a.nan or b.nan or (below and not whole),
        minus_zero=a.below or a.minus_zero,
    )


def _sqrt(a: Range) -> Range:
    low, high = (math.sqrt(end) if end > 0 else 0.0 for end in (a.low, a.high))
    return Range(low, high, a.zero, up=a.up, nan=a.nan or a.low < 0 or a.down, minus_zero=a.minus_zero)


def _abs(a: Range) -> Range:
    low = 0.0 if a.near_zero else min(abs(a.low), abs(a.high))
    return Range(low, max(abs(a.low), abs(a.high)), a.zero, up=a.up or a.down, nan=a.nan)


def _tanh(a: Range) -> Range:
    low, high = (-1.0 if a.down else math.tanh(a.low)), (1.0 if a.up else math.tanh(a.high))
    return Range(low, high, a.zero, nan=a.nan, minus_zero=a.minus_zero)


def _max(a: Range, b: Range) -> Range:
    least = [-INF if r.down else r.low for r in (a, b)]
    low, high = max(least), max(a.high, b.high)
    zero = (a.zero and least[1] <= 0) or (b.zero and least[0] <= 0)
    minus = (a.minus_zero or b.minus_zero) and zero
    return Range(low, high, zero, down=a.down and b.down, up=a.up or b.up, nan=a.nan or b.nan, minus_zero=minus)


def _finite_or_zero(a: Range) -> Range:
    off = a.unbounded
    low, high = (min(a.low, 0.0), max(a.high, 0.0)) if off else (a.low, a.high)
    return Range(low, high, a.zero or off, minus_zero=a.minus_zero)


def _weighted(w: Range, u: Range) -> Range:
    """A weight of 0 gives 0; a value that is no number is one only where its weight is 0, as far as is known."""
    found = _mul(w, u)
    lost = w.nan or u.nan or (u.zero and (w.up or w.down))
    return replace(_with_zero(found) if w.zero else found, nan=lost)


def _weighted_ratio(w: Range, u: Range) -> Range:
    found = _div(w, u)
    lost = w.nan or u.nan or ((u.up or u.down) and (w.up or w.down))
    return replace(_with_zero(found) if w.zero else found, nan=lost)


def _with_zero(a: Range) -> Range:
    return replace(a, low=min(a.low, 0.0), high=max(a.high, 0.0), zero=True)


def _log_ratio(a: Range, b: Range) -> Range:
    return join(_log(_div(a, b)), _sub(_log(a), _log(b)))


def _supported(w: Range, u: Range) -> Range:
    return replace(u, down=u.down or w.zero, nan=u.nan or w.nan)


def _where_nonnegative(c: Range, a: Range, b: Range) -> Range:
    found = b if c.high < 0 and not c.up and not c.zero else a if c.low >= 0 and not c.down else join(a, b)
    return replace(found, nan=found.nan or c.nan)


def _compare(u: Range, v: Range, a: Range, b: Range, c: Range) -> Range:
    found = join(join(a, b), c)
    return replace(found, nan=found.nan or u.nan or v.nan)


def _sign(a: Range) -> Range:
    low, high = (-1.0 if a.below else 0.0 if a.zero else 1.0), (1.0 if a.above else 0.0 if a.zero else -1.0)
    return Range(low, high, a.zero, nan=a.nan, minus_zero=a.minus_zero)


def _wave(a: Range) -> Range:
    """Of the sine and the cosine."""
    return Range(-1, 1, nan=a.nan or a.up or a.down, minus_zero=a.minus_zero)


def _erf(a: Range) -> Range:
    low, high = (-1.0 if a.down else math.erf(a.low)), (1.0 if a.up else math.erf(a.high))
    return Range(low, high, a.zero, nan=a.nan, minus_zero=a.minus_zero)


def _erfc(a: Range) -> Range:
    """It falls, and is 0 where it is below all floats."""
    low, high = (0.0 if a.up else math.erfc(a.high)), (2.0 if a.down else math.erfc(a.low))
    zero = a.up or a.high > ERFC_UNDERFLOW
    return Range(0.0 if zero else low, high, zero=zero, nan=a.nan)


def _erfcx(a: Range) -> Range:
    """It falls, from infinity to 0."""
    low = 0.0 if a.up else 1 / (4 * a.high) if a.high > 1 else _erfcx_at(a.high)
    high = INF if a.down else 1 / a.low if a.low > 1 else _erfcx_at(a.low)
    return Range(low, high, zero=a.up, up=a.down, nan=a.nan)


def _erfcx_at(u: float) -> float:
    """Up to 1; above that it lies between ``1 / (4 u)`` and ``1 / u``."""
    return math.exp(u * u) * math.erfc(u) if u > -26 else INF


OPERATIONS: dict[str, Callable[..., Range]] = {
    "add": _add, "sub": _sub, "mul": _mul, "div": _div, "neg": _neg,
    "exp": _exponential(math.exp), "exp2": _exponential(lambda u: 2.0**u), "expm1": _expm1,
    "log": _log, "log1p": _log1p, "pow": _pow, "sqrt": _sqrt, "abs": _abs, "tanh": _tanh, "max": _max,
    "finite_or_zero": _finite_or_zero, "weighted": _weighted, "weighted_ratio": _weighted_ratio,
    "log_ratio": _log_ratio, "sin": _wave, "cos": _wave, "erf": _erf, "erfc": _erfc, "erfcx": _erfcx,
    "sign": _sign, "compare": _compare,
    "supported": _supported, "where_nonnegative": _where_nonnegative,
}  # fmt: skip
"""Operation -> the range of its result.  What is not known here may give anything."""
