"""Sums that hold a shift: what it can be subtracted from comes before all else."""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul

from derive.language.nodes import in_parts
from derive.numerics.exponents.pairs import compared_by, count
from derive.numerics.forms import FiniteOrZero, InOrder, Log1p, Shifted


def gathered(expression: Any) -> Any:
    """``m + log(v) - x_t`` as ``log(v) - (x_t - m)``: what a shift can be subtracted from is, before all else."""
    if not expression.args or not expression.has(FiniteOrZero) or isinstance(expression, (Shifted, FiniteOrZero)):
        return expression
    expression = in_parts(gathered, expression)
    return _gathered_sum(expression) if isinstance(expression, Add) else expression


def _gathered_sum(total: Any) -> Any:
    pairs: list[Any] = []
    for shift in sorted({f for t in total.args for f in Mul.make_args(t) if isinstance(f, FiniteOrZero)}, key=str):
        for coefficient in [t / shift for t in total.args if shift in Mul.make_args(t)]:
            for unit in compared_by(shift, total):
                taken = Add(*[coefficient * term for term in Add.make_args(unit)])
                left = total - coefficient * shift + taken
                if taken != 0 and count(left) == count(total) - 1 - count(unit):
                    pairs.append(-coefficient * Shifted(unit, shift))
                    total = left
                    break
    if not pairs:
        return total
    small = [t for t in Add.make_args(total) if t.has(Log1p)]
    large = [t for t in Add.make_args(total) if not t.has(Log1p) and t != 0]
    return InOrder(*pairs, *large, *small) if len(pairs) + len(large) + len(small) > 1 else pairs[0]
