"""Dual numbers: a value and its derivative along one variable, so that a derivative is computed, never derived.

``tag`` tells the variable: a derivative inside a derivative has a tag of its own and the two cannot be mixed up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Dual:
    """``value + slope * epsilon`` with ``epsilon**2 = 0``."""

    tag: int
    value: Any
    slope: Any

    def __add__(self, other: Any) -> Any:
        tag, (a, da), (b, db) = _common(self, other)
        return Dual(tag, a + b, da + db)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(self.tag, -self.value, -self.slope)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        tag, (a, da), (b, db) = _common(self, other)
        return Dual(tag, a * b, da * b + a * db)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        tag, (a, da), (b, db) = _common(self, other)
        return Dual(tag, a / b, (da * b - a * db) / (b * b))

    def __rtruediv__(self, other: Any) -> Any:
        return Dual(self.tag, other / self.value, -other * self.slope / (self.value * self.value))


def _common(a: Any, b: Any) -> tuple[int, tuple[Any, Any], tuple[Any, Any]]:
    """Both as duals of the newer variable."""
    tag = max(part.tag for part in (a, b) if isinstance(part, Dual))
    return tag, _split(a, tag), _split(b, tag)


def _split(number: Any, tag: int) -> tuple[Any, Any]:
    if isinstance(number, Dual) and number.tag == tag:
        return number.value, number.slope
    return number, number * 0


def apply(functions: Any, name: str, number: Any) -> Any:
    """A function of a number or a dual; ``functions(name, number)`` computes it for plain numbers."""
    if not isinstance(number, Dual):
        return functions(name, number)
    value = apply(functions, name, number.value)
    slopes = {
        "exp": lambda: value,
        "log": lambda: 1 / number.value,
        "sqrt": lambda: 1 / (2 * value),
        "tanh": lambda: 1 - value * value,
        "abs": lambda: number.value / value,
    }
    return Dual(number.tag, value, slopes[name]() * number.slope)


def plain(number: Any) -> Any:
    """The value under all derivatives."""
    return plain(number.value) if isinstance(number, Dual) else number
