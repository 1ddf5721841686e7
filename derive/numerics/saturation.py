"""Saturation: what is left below the value that a function never reaches is computed as it is, not by a difference.

``1 - tanh(u)^2 = 4 w / (1 + w)^2`` with ``w = exp(-2 |u|)``: right to the last digits however large u is.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Add, Integer, Mul, exp, tanh

from derive.language.nodes import Binder
from derive.numerics.forms import InOrder, Steady

ONE = Integer(1)


def saturated(e: Any) -> Any:
    """The expression with every such difference written so."""
    if not e.args or not e.atoms(tanh):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(saturated(body), index)
    e = e.func(*[saturated(a) for a in e.args])
    return _of_sum(e) if isinstance(e, Add) else e


def _of_sum(total: Any) -> Any:
    """``a - a tanh(u)^2`` among the terms of a sum, as ``a`` times what is left of 1."""
    for squared in total.args:
        for factor in (f for f in Mul.make_args(squared) if f.is_Pow and isinstance(f.base, tanh) and f.exp == 2):
            rest = -squared / factor
            if rest in total.args:
                return _of_sum(total - rest - squared + rest * _complement(factor.base.args[0]))
            if rest.is_number and total.as_coeff_Add()[0] == rest:
                return _of_sum(total - rest - squared + rest * _complement(factor.base.args[0]))
    return total


def _complement(u: Any) -> Any:
    small = Steady(exp(-2 * Abs(u)))
    return Steady(4 * small / InOrder(ONE, small) ** 2)
