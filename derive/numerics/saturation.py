"""Saturation: what is left below the value that a function never passes is computed as it is, not by a difference.

``1 - tanh(u)^2 = 4 w / (1 + w)^2`` with ``w = exp(-2 |u|)``: right to the last digits however large u is.
``1 - erf(u) = erfc(u)``, ``1 + erf(u) = erfc(-u)`` and ``2 - erfc(u) = erfc(-u)``: right to the last digits in the
tails.
``1 - exp(u) = -expm1(u)`` where u is never above 0, or not in its case: right to the last digits however near to 0
it is.
``1 - b^q = -expm1(q log(b))`` where q is no number: however near b is to 1, or q to 0.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Abs, Add, Integer, Mul, erf, exp, log, tanh

from derive.algebra import is_nonnegative, is_positive, rewrite
from derive.algebra.rational import normal
from derive.algebra.rules import LOGARITHMS
from derive.language.choices import Compare
from derive.language.components import CACHED
from derive.language.functions import erfc
from derive.language.nodes import Binder, in_parts
from derive.numerics.forms import Expm1, InOrder, Steady

ONE = Integer(1)


@lru_cache(maxsize=CACHED)  # a value and a gradient are asked for alone and together
def saturated(e: Any) -> Any:
    """The expression with every such difference written so."""
    if not e.args or not e.atoms(tanh, exp, erf, erfc):
        return e
    e = in_parts(saturated, e)
    if isinstance(e, Compare):
        return _in_cases(e)
    return _of_sum(e) if isinstance(e, Add) else e


def _in_cases(cases: Compare) -> Any:
    """In the case ``u < v`` the difference ``u - v`` is known not to be above 0, in the case ``u > v`` its negative."""
    (one, other), (below, equal, above) = cases.sides, cases.values
    gap = one - other
    return Compare(one, other, _below(below, gap), _below(equal, gap), _below(above, -gap))


def _below(e: Any, gap: Any) -> Any:
    """``exp(c gap) - 1`` where the gap is not above 0 and c is positive."""
    if not e.args or not e.atoms(exp) or isinstance(e, Binder):
        return e
    e = e.func(*[_below(a, gap) for a in e.args])
    return _of_sum(e, lambda u: is_positive(normal(u / gap))) if isinstance(e, Add) else e


def _of_sum(total: Any, is_below: Callable[[Any], bool] = lambda u: is_nonnegative(-u)) -> Any:
    """``a - a f`` among the terms of a sum, as ``a`` times what is left of 1 by such a function.

    is_below: whether an exponent is known not to be above 0.
    """
    if not isinstance(total, Add):
        return total
    for term in total.args:
        for factor in Mul.make_args(term):
            others = Mul(*[f for f in Mul.make_args(term) if f is not factor])
            less, more, half = _complement(factor, is_below), _completed(factor), _turned(factor)
            for rest, left in ((-others, less), (others, more), (-2 * others, half)):
                beside = rest in total.args or (rest.is_number and total.as_coeff_Add()[0] == rest)
                if left is not None and beside:
                    return _of_sum(total - rest - term + rest * left, is_below)
    return total


def _completed(factor: Any) -> Any:
    """``1 + f``; ``None`` for any other function."""
    return erfc(-factor.args[0]) if isinstance(factor, erf) else None


def _turned(factor: Any) -> Any:
    """``1 - f / 2``; ``None`` for any other function."""
    return erfc(-factor.args[0]) / 2 if isinstance(factor, erfc) else None


def _complement(factor: Any, is_below: Callable[[Any], bool]) -> Any:
    """``1 - f``; ``None`` for any other function."""
    if factor.is_Pow and isinstance(factor.base, tanh) and factor.exp == 2:
        small = Steady(exp(-2 * Abs(factor.base.args[0])))
        return Steady(4 * small / InOrder(ONE, small) ** 2)
    if isinstance(factor, erf):
        return erfc(factor.args[0])
    if isinstance(factor, exp) and is_below(factor.args[0]):
        return -Expm1(factor.args[0])
    if factor.is_Pow and not factor.exp.is_number and factor.base.has(exp) and is_positive(factor.base):
        return -Expm1(factor.exp * rewrite(LOGARITHMS, log(factor.base)))
    return None
