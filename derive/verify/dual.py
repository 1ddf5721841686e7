"""Dual numbers: a value and its derivative along one variable, so that a derivative is computed, never derived.

``tag`` tells the variable: a derivative inside a derivative has a tag of its own and the two cannot be mixed up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derive.verify.numbers import OracleError, Reals, UndeterminedError


@dataclass(frozen=True)
class Dual:
    """``value + slope * epsilon`` with ``epsilon**2 = 0``; what has no slope of this tag is a constant to it."""

    tag: int
    value: Any
    slope: Any

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Dual) and other.tag >= self.tag:
            if other.tag == self.tag:
                return Dual(self.tag, self.value + other.value, self.slope + other.slope)
            return other + self
        return Dual(self.tag, self.value + other, self.slope)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(self.tag, -self.value, -self.slope)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Dual) and other.tag >= self.tag:
            if other.tag == self.tag:
                slope = self.slope * other.value + self.value * other.slope
                return Dual(self.tag, self.value * other.value, slope)
            return other * self
        return Dual(self.tag, self.value * other, self.slope * other)

    __rmul__ = __mul__


def inverse(numbers: Reals, number: Any) -> Any:
    """``1 / number``.  Raises OracleError at 0, and where it is not sure that the number is not 0."""
    if isinstance(number, Dual):
        value = inverse(numbers, number.value)
        return Dual(number.tag, value, -(value * value) * number.slope)
    sign = numbers.sign(number)
    if sign == 0:
        raise OracleError("division by 0")
    if sign is None:
        raise UndeterminedError("division by what may be 0")
    return 1 / number


def function(numbers: Reals, name: str, number: Any) -> Any:
    """A function of a number or a dual.  Raises OracleError where it, or its derivative, is not defined."""
    if not isinstance(number, Dual):
        return numbers.function(name, number)
    value = function(numbers, name, number.value)
    return Dual(number.tag, value, slope(numbers, name, number.value, value) * number.slope)


def slope(numbers: Reals, name: str, at: Any, value: Any) -> Any:
    """The derivative of a function at a point where it has the value."""
    if name not in _SLOPES:
        raise OracleError(f"the oracle does not know the derivative of {name}")
    return _SLOPES[name](numbers, at, value)


def _slope_of_abs(numbers: Reals, at: Any, value: Any) -> Any:
    return at * inverse(numbers, value)


def _slope_of_erf(numbers: Reals, at: Any, value: Any) -> Any:
    return 2 * function(numbers, "exp", -(at * at)) * inverse(numbers, function(numbers, "sqrt", numbers.pi()))


def _slope_of_sign(numbers: Reals, at: Any, value: Any) -> Any:
    inverse(numbers, value)  # at 0 it jumps
    return value * 0


_SLOPES: dict[str, Callable[[Reals, Any, Any], Any]] = {
    "exp": lambda numbers, at, value: value,
    "log": lambda numbers, at, value: inverse(numbers, at),
    "sqrt": lambda numbers, at, value: inverse(numbers, 2 * value),
    "tanh": lambda numbers, at, value: 1 + -(value * value),
    "sin": lambda numbers, at, value: function(numbers, "cos", at),
    "cos": lambda numbers, at, value: -function(numbers, "sin", at),
    "erf": _slope_of_erf,
    "erfc": lambda numbers, at, value: -_slope_of_erf(numbers, at, value),
    "abs": _slope_of_abs,
    "sign": _slope_of_sign,
}
"""Of each function its derivative at a point, where it has the value."""
