"""Roots: what a root is above a part of what it is the root of is a quotient, and no difference.

    sqrt(u) - b  =  (u - b^2) / (sqrt(u) + b)              where b >= 0
    sqrt(u) + b  =  (u - b^2) / (sqrt(u) - b)              where b < 0

``u - b^2`` is what stands beside ``b^2`` in u, and is never negative: nothing is subtracted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sympy import Add, Mul, Pow, Rational, exp, expand_mul

from derive.algebra import is_nonnegative
from derive.language.nodes import in_parts
from derive.numerics.forms import Larger, Select, Smaller, Steady

HALF = Rational(1, 2)


def roots_apart(e: Any) -> Any:
    """The expression with every such difference written so."""
    if not e.args or not any(p.exp in (HALF, -HALF) for p in e.atoms(Pow)):
        return e
    e = in_parts(roots_apart, e)
    return _in_sum(e) if isinstance(e, Add) else e


def _in_sum(total: Any) -> Any:
    for one, other in permutations(total.args, 2):
        for apart in _apart(one, other):
            return _in_sum(total - one - other + apart)
    return total


def _apart(one: Any, other: Any) -> Iterator[Any]:
    """``one = c sqrt(u)`` and ``other = c b``, or both over the root."""
    for root in (f for f in Mul.make_args(one) if isinstance(f, Pow) and f.exp == HALF):
        yield from _beside(root.base, other * root / one, one / root)
    for root in (f for f in Mul.make_args(other) if isinstance(f, Pow) and f.exp == -HALF):
        yield from _beside(root.base, other / (one * root), one * root)


def _beside(u: Any, b: Any, c: Any) -> Iterator[Any]:
    """``c (sqrt(u) + b)``."""
    left = u - expand_mul(b**2) if u.is_Add and not u.has(exp) else None
    if left is None or len(Add.make_args(left)) >= len(u.args) or not all(map(is_nonnegative, u.args)):
        return
    root = u**HALF
    if is_nonnegative(-b):
        yield c * Steady(left / Steady(root - b))
    elif not is_nonnegative(b):
        below = Steady(left / Steady(root - Smaller(b, 0)))
        yield c * Steady(Select(b, Steady(root + Larger(b, 0)), below))
