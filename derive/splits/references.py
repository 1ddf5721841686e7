"""How a term changes with the reference of its exponentials: by a factor, where the terms of all shards can be merged.

A shard knows its own largest score m, not that of the row, M.  A term that is exp(c m) times something without m, as
exp(x - m) is with c = -1, becomes the term of the row when it is multiplied by exp(c (M - m)); so does a sum of such
terms.  That this merge is associative, commutative, and of a concatenation the merge of the parts, is what the theorems
of the catalogue about the merge of blocks say, for c = -1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from derive.loops.ir import Call, Name, Number, Value
from derive.splits.equations import Equation, OfClass, OfRow, mentioned

Meanings = Mapping[str, Equation]

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))


class Scales:
    """The factor of a value in one reference: ``finite_or_zero(largest)``."""

    def __init__(self, known: Meanings, largest: str) -> None:
        self.known, self.reference = known, Call("finite_or_zero", (Name(largest),))
        self.largest = largest
        self._touched: dict[str, bool] = {}
        self._powers: dict[str, Value | None] = {}
        self._slopes: dict[str, Value | None] = {}

    def power(self, value: Value) -> Value | None:
        """The ``c`` of a value that is exp(c reference) times what has no reference; ``None``: it is nothing such."""
        if not self._touches(value):
            return ZERO
        if isinstance(value, Name):
            return self._of_name(value.name, self._powers, self.power)
        if not isinstance(value, Call):
            return None
        match value.op, value.args:
            case "exp", (exponent,):
                return self.slope(exponent)
            case (("mul" | "weighted"), (left, right)):
                return _sum(self.power(left), self.power(right))
            case (("div" | "weighted_ratio"), (left, right)):
                return _sum(self.power(left), _negative(self.power(right)))
            case "neg", (inner,):
                return self.power(inner)
            case (("add" | "sub"), (left, right)):
                return _common(self.power(left), self.power(right))
            case "where_nonnegative", (asked, left, right) if not self._touches(asked):
                return _common(self.power(left), self.power(right))
        return None

    def slope(self, value: Value) -> Value | None:
        """The ``c`` of a value that is c reference plus what has no reference; ``None``: it is nothing such."""
        if value == self.reference:
            return ONE
        if not self._touches(value):
            return ZERO
        if isinstance(value, Name):
            return self._of_name(value.name, self._slopes, self.slope)
        if not isinstance(value, Call):
            return None
        match value.op, value.args:
            case "add", (left, right):
                return _sum(self.slope(left), self.slope(right))
            case "sub", (left, right):
                return _sum(self.slope(left), _negative(self.slope(right)))
            case "neg", (inner,):
                return _negative(self.slope(inner))
            case "mul", (factor, inner) | (inner, factor) if self._is_of_all(factor):
                return _product(factor, self.slope(inner))
            case "div", (inner, divisor) if self._is_of_all(divisor):
                return _quotient(self.slope(inner), divisor)
        return None

    def _of_name(
        self, name: str, found: dict[str, Value | None], asked: Callable[[Value], Value | None]
    ) -> Value | None:
        """What is asked of the value behind a name, once."""
        if name not in found:
            inner = self._inner(name)
            found[name] = None if inner is None else asked(inner)
        return found[name]

    def _inner(self, name: str) -> Value | None:
        equation = self.known.get(name)
        return equation.value if isinstance(equation, OfRow | OfClass) else None

    def _touches(self, value: Value) -> bool:
        return any(self._is_touched(name) for name in mentioned(value))

    def _is_touched(self, name: str) -> bool:
        """Whether a name is that maximum, or follows from it."""
        if name == self.largest:
            return True
        if name not in self._touched:
            inner = self._inner(name)
            self._touched[name] = inner is not None and self._touches(inner)
        return self._touched[name]

    def _is_of_all(self, value: Value) -> bool:
        """Whether a value is a number, or made of numbers and parameters: the same in all classes."""
        if isinstance(value, Number):
            return True
        if isinstance(value, Call):
            return all(map(self._is_of_all, value.args))
        return isinstance(value, Name) and (value.name not in self.known or self._is_of_all_named(value.name))

    def _is_of_all_named(self, name: str) -> bool:
        equation = self.known[name]
        return isinstance(equation, OfRow) and self._is_of_all(equation.value)


def _sum(left: Value | None, right: Value | None) -> Value | None:
    if left is None or right is None:
        return None
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(Fraction(left.value) + Fraction(right.value))
    return right if left == ZERO else left if right == ZERO else Call("add", (left, right))


def _negative(value: Value | None) -> Value | None:
    if value is None or isinstance(value, Number):
        return None if value is None else Number(-value.value)
    return value.args[0] if isinstance(value, Call) and value.op == "neg" else Call("neg", (value,))


def _product(factor: Value, value: Value | None) -> Value | None:
    if value is None or value == ZERO:
        return value
    if isinstance(factor, Number) and isinstance(value, Number):
        return Number(Fraction(factor.value) * Fraction(value.value))
    return factor if value == ONE else Call("mul", (factor, value))


def _quotient(value: Value | None, divisor: Value) -> Value | None:
    if value is None or value == ZERO:
        return value
    if isinstance(divisor, Number) and isinstance(value, Number) and divisor.value:
        return Number(Fraction(value.value) / Fraction(divisor.value))
    return Call("div", (value, divisor))


def _common(left: Value | None, right: Value | None) -> Value | None:
    return left if left == right else None
