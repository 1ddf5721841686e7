"""Where the numbers of a floating-point format end, and where its exponential does."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.readers.exhibits.exhibit import Exhibit
from derive.verify.numbers import Format
from derive.verify.oracle import reals

NAMES = {
    "float16": Text("half (float16)", zh="半精度（float16）"),
    "float32": Text("single (float32)", zh="单精度（float32）"),
    "float64": Text("double (float64)", zh="双精度（float64）"),
}


def exponential(x: Any) -> float:
    """exp(x) rounded once to the format of x: what an exact library would return."""
    info = np.finfo(x.dtype)
    numbers = reals()
    with numbers.working():
        low, high = (b.fraction for b in numbers.bounds(numbers.function("exp", numbers.number(Fraction(float(x))))))
    wanted = Format(info.nmant + 1, int(info.minexp), int(info.maxexp) - 1)
    found = {wanted.nearest(low), wanted.nearest(high)}
    assert len(found) == 1, f"the precision does not tell exp({x})"
    return found.pop()


def largest_exponent(dtype: str) -> Any:
    """The largest x of the format whose exponential is finite."""
    return _last(np.dtype(dtype).type(0), np.finfo(dtype).max, lambda x: exponential(x) < float("inf"))


def lowest_exponent(dtype: str) -> Any:
    """The most negative x of the format whose exponential is not 0."""
    return -_last(np.dtype(dtype).type(0), np.finfo(dtype).max, lambda x: exponential(-x) > 0)


def _last(low: Any, high: Any, holds: Callable[[Any], bool]) -> Any:
    """The last number of the format from ``low`` on for which it holds: by halving, until the two are neighbours."""
    kind = type(low)
    high = kind(min(float(high), 4096.0))  # far outside for every format
    assert holds(low) and not holds(high)
    while np.nextafter(low, high) != high:
        middle = kind((float(low) + float(high)) / 2)
        if middle in (low, high):
            middle = np.nextafter(low, high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def exhibit() -> Exhibit:
    infos = [np.finfo(dtype) for dtype in NAMES]
    lines = (
        (Text("largest finite number", zh="最大有限数"), [info.max for info in infos]),
        (Text("smallest normal number", zh="最小规格化数"), [info.smallest_normal for info in infos]),
        (Text("smallest subnormal number", zh="最小非规格化数"), [info.smallest_subnormal for info in infos]),
        (Text("largest x with exp(x) finite", zh="使 exp(x) 有限的最大 x"), [largest_exponent(d) for d in NAMES]),
        (Text("most negative x with exp(x) > 0", zh="使 exp(x) > 0 的最小 x"), [lowest_exponent(d) for d in NAMES]),
    )
    return Exhibit(
        "float_ranges",
        Text("Where floating-point numbers end", zh="浮点数的范围"),
        Text(
            "Beyond the largest finite number lies infinity, below half the smallest subnormal number lies 0. The "
            "last two lines say what that means for an exponent, for a library that rounds exp correctly: the "
            "exponential turns logits that are not large at all into infinity. Once the largest logit is subtracted, "
            "no exponent is above 0, and only the harmless end is left.",
            zh="超过最大有限数即为无穷，不足最小非规格化数的一半即舍入为 0。最后两行说明这对指数意味着什么（设 exp "
            "正确舍入）：并不算大的 logits 经指数运算就成了无穷。减去最大的 logit 之后，指数都不大于 0，"
            "只剩下无害的下溢一端。",
        ),
        columns=(Text("", zh=""), *NAMES.values()),
        rows=tuple((name, *(f"{float(value):.8g}" for value in values)) for name, values in lines),
    )
