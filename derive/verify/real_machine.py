"""The operations of the loop IR on proved real numbers: what a program computes where nothing is ever rounded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from derive.language.functions import FUNCTIONS
from derive.verify.dual import inverse
from derive.verify.numbers import OracleError, Reals, UndeterminedError

MOST = 2**32
"""A whole power up to this is taken by multiplication."""


@dataclass(frozen=True)
class Undefined:
    """In place of a number: why there is none.  Operations pass it on; a result that is one is wrong."""

    why: str


class RealArithmetic:
    """One real number at a time.  Raises UndeterminedError where more precision could tell which way a program goes."""

    lowest = Undefined("there is no class")
    missing = Undefined("it is never stored")

    def __init__(self, numbers: Reals) -> None:
        self.numbers = numbers

    def number(self, value: int | float | Fraction) -> Any:
        """A float of a program stands for a constant that is not rational: it is known to half a unit, no better."""
        if not isinstance(value, float) or value.is_integer():
            return self.numbers.number(int(value) if isinstance(value, float) else value)
        return self.numbers.blurred(self.numbers.number(value), math.frexp(value)[1] - 54)

    def exceeds(self, one: Any, other: Any) -> bool:
        """What cannot be told apart is a tie: either of the two will do, where the program is right."""
        if isinstance(one, Undefined) or isinstance(other, Undefined):
            return not isinstance(one, Undefined)
        return self.numbers.sign(one + -other) == 1

    def equal(self, one: int, other: int) -> bool:
        return one == other

    def select(self, condition: bool, one: Any, other: Any) -> Any:
        return one if condition else other

    def pick(self, values: Sequence[Any], place: int) -> Any:
        return values[place]

    @cached_property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        return {name: self._passing_on(partial, name) for name, partial in REALS.items()} | {
            "weighted": self._weighted,
            "supported": self._supported,
            "max": self._largest,
            "exp": self._exp,
            "finite_or_zero": lambda u: self.numbers.number(0) if u is self.lowest else u,
            "weighted_ratio": self._weighted_ratio,
            "where_nonnegative": lambda asked, one, other: self._chosen(asked, other, one, one),
            "compare": lambda u, v, *ways: self._chosen(self.operations["sub"](u, v), *ways),
        }

    def _passing_on(self, operation: Callable[..., Any], name: str = "") -> Callable[..., Any]:
        def guarded(*values: Any) -> Any:
            for place, value in enumerate(values):
                if value is self.lowest:
                    return value if self._stays_lowest(name, values, place) else Undefined(f"{name} of {value.why}")
                if isinstance(value, Undefined):
                    return value
            try:
                return operation(self.numbers, *values)
            except UndeterminedError:
                raise
            except OracleError as error:
                return Undefined(str(error))

        return guarded

    def _stays_lowest(self, name: str, values: Sequence[Any], place: int) -> bool:
        """Whether what has no terms, below all numbers, stays so: what is added to it does not count."""
        others = [value for other, value in enumerate(values) if other != place]
        if any(isinstance(value, Undefined) and value is not self.lowest for value in others):
            return False
        if name == "add" or (name == "sub" and place == 0 and self.lowest not in others):
            return True
        scales = self.lowest not in others and all(self.numbers.sign(value) == 1 for value in others)
        return scales and (name == "mul" or (name == "div" and place == 0))

    def _largest(self, one: Any, other: Any) -> Any:
        """Of what has no terms there is no largest: beside a number it is below all."""
        found = [value for value in (one, other) if value is not self.lowest]
        return self._passing_on(REALS["max"], "max")(one, other) if len(found) != 1 else found[0]

    def _exp(self, exponent: Any) -> Any:
        return self.numbers.number(0) if exponent is self.lowest else self._passing_on(REALS["exp"], "exp")(exponent)

    def _weighted(self, weight: Any, value: Any) -> Any:
        if isinstance(weight, Undefined) or self.numbers.sign(weight) == 0:
            return weight
        return value if isinstance(value, Undefined) else weight * value

    def _supported(self, weight: Any, value: Any) -> Any:
        if isinstance(weight, Undefined):
            return weight
        return self.lowest if self.numbers.sign(weight) == 0 else value

    def _weighted_ratio(self, weight: Any, value: Any) -> Any:
        if isinstance(weight, Undefined) or self.numbers.sign(weight) == 0:
            return weight
        return self.operations["div"](weight, value)

    def _chosen(self, asked: Any, below: Any, at: Any, above: Any) -> Any:
        """By the sign of what is asked."""
        if isinstance(asked, Undefined):
            return asked
        sign = self.numbers.sign(asked)
        if sign is None:
            raise UndeterminedError("which way a program goes is not determined")
        return (at, above, below)[sign]


def _power(numbers: Reals, base: Any, exponent: Any) -> Any:
    """A whole power by multiplication, for any base; others for a base above 0, and a positive power of 0."""
    whole = _whole(numbers, exponent)
    if whole is not None:
        found: Any = numbers.number(1)
        for bit in bin(abs(whole))[2:]:
            found = found * found * base if bit == "1" else found * found
        return found if whole >= 0 else inverse(numbers, found)
    if numbers.sign(base) == 0 and numbers.sign(exponent) == 1:
        return base
    return numbers.function("exp", numbers.function("log", base) * exponent)


def _whole(numbers: Reals, value: Any) -> int | None:
    if numbers.size(value) > math.log2(MOST):
        return None
    nearest = round(numbers.bounds(value)[0].fraction)
    return nearest if numbers.sign(value + -nearest) == 0 else None


def _of(name: str) -> Callable[..., Any]:
    return lambda numbers, u: numbers.function(name, u)


REALS: dict[str, Callable[..., Any]] = {
    "add": lambda numbers, a, b: a + b,
    "sub": lambda numbers, a, b: a + -b,
    "mul": lambda numbers, a, b: a * b,
    "div": lambda numbers, a, b: a * inverse(numbers, b),
    "neg": lambda numbers, a: -a,
    **{function.name: _of(function.name) for function in FUNCTIONS},
    "exp2": lambda numbers, u: numbers.function("exp", u * numbers.function("log", numbers.number(2))),
    "expm1": lambda numbers, u: numbers.function("exp", u) + -1,
    "erfcx": lambda numbers, u: numbers.function("exp", u * u) * numbers.function("erfc", u),
    "log_ratio": lambda numbers, a, b: numbers.function("log", a * inverse(numbers, b)),
    "log1p": lambda numbers, u: numbers.function("log", u + 1),
    "pow": _power,
    "sqrt": _of("sqrt"),
    "max": lambda numbers, a, b: numbers.largest(a, b),
}
"""Every operation of the IR but those that choose; a new one of the IR has its line here."""
