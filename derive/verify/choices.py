"""How the oracle computes what depends on an order: the larger of a few values, and cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.language.spoken import spoken
from derive.verify.dual import Dual
from derive.verify.numbers import OracleError, Reals, UndeterminedError


def largest_value(numbers: Reals, values: Sequence[Any], shown: Any) -> Any:
    """Of numbers and duals.  Raises OracleError where two that change with the variable tie."""
    best = values[0]
    for value in values[1:]:
        if isinstance(best, Dual) or isinstance(value, Dual):
            best = best if order(numbers, best, value, shown) > 0 else value
        else:
            best = numbers.largest(best, value)
    return best


def first_largest(numbers: Reals, values: Sequence[Any], shown: Any) -> int:
    """The first place at which the largest of these numbers and duals stands, counted from 0."""
    best = 0
    for place, value in enumerate(values[1:], start=1):
        if _sign(numbers, value, values[best], shown) > 0:
            best = place
    return best


def order(numbers: Reals, one: Any, other: Any, shown: Any) -> int:
    """-1, 0 or 1.  Raises OracleError where two sides tie of which one changes with the variable."""
    changes = isinstance(one, Dual) or isinstance(other, Dual)
    found = _sign(numbers, one, other, shown)
    if found == 0 and changes:
        raise OracleError(f"{spoken(shown)} has no derivative where two values tie")
    return found


def _sign(numbers: Reals, one: Any, other: Any, shown: Any) -> int:
    gap = one + -other
    while isinstance(gap, Dual):
        gap = gap.value
    found = numbers.sign(gap)
    if found is None:
        raise UndeterminedError(f"which side is larger is not determined, in {spoken(shown)}")
    return found


def case(comparison: Any, evaluator: Callable[[Any], Callable[..., Any]]) -> Callable[..., Any]:
    """The value of the case that holds; no other is computed."""
    one, other = map(evaluator, comparison.sides)
    below, equal, above = map(evaluator, comparison.values)

    def compute(oracle: Any, indices: Any) -> Any:
        found = order(oracle.numbers, one(oracle, indices), other(oracle, indices), comparison)
        return (equal, above, below)[found](oracle, indices)

    return compute
