"""Balance: what is made of powers of one exponential is written by ``w = exp(-|u|)``, which is never above 1.

The pass knows no formula.  Where ``exp(u)``, ``exp(-u)``, ``exp(2 u)``... stand in fractions and logarithms it takes
the two cases ``u >= 0`` (``exp(u) = 1/w``) and ``u < 0`` (``exp(u) = w``), brings each to lowest terms, and takes

*   ``log(w) = -|u|``, that is ``-u`` or ``u``: it joins the terms in ``u`` that are there already, before anything
    small is added;
*   ``log(1 + q)`` with a ``q`` that is a polynomial in ``w`` without negative terms: by ``log1p``;
*   ``1 - w``: by ``expm1``.

What both cases have in common is written once; only what differs is selected.  A case that grows beyond all bounds
as ``w`` falls to 0 is no success: then the parts are tried, and in the end the expression stays as it was.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Mul, Pow, exp

from derive.language.components import CACHED, Component
from derive.language.nodes import Binder, Sum
from derive.numerics.exponents.cases import SignCases, Unbalanced
from derive.numerics.exponents.families import exponentials, family, is_open
from derive.numerics.forms import Steady


@lru_cache(maxsize=CACHED)
def balance(expression: Any) -> Any:
    """The expression with every such part written by exponentials that cannot overflow."""
    if isinstance(expression, Steady) or not expression.atoms(exp, Pow):
        return expression
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(balance(body), index)
    if not expression.args:
        return expression
    if isinstance(expression, Mul):
        expression = _sign_inside(expression)
    families = exponentials(expression)
    whole = _balanced(expression) if families else None
    if whole is not None:
        return whole
    if isinstance(expression, (Add, Mul)) and families:
        return _by_family(expression)
    return _each(expression)


def _by_family(expression: Any) -> Any:
    """A sum or product with exponentials of several exponents: what belongs together is balanced together."""
    groups: dict[Any, list[Any]] = {}
    loose: list[Any] = []
    for part in expression.args:
        found = family(exponentials(part))
        if found is None:
            loose.append(part)
        else:
            groups.setdefault(found[:2], []).append(part)
    done = []
    for (_, exponent), parts in groups.items():
        near = [p for p in loose if not exponentials(p) and p.atoms(Component) & exponent.atoms(Component)]
        loose = [p for p in loose if p not in near]
        together = expression.func(*parts, *near)
        done.append(_each(expression) if together == expression else balance(together))
    return expression.func(*done, *[balance(part) for part in loose])


def _each(expression: Any) -> Any:
    return expression.func(*[balance(a) for a in expression.args])


def _balanced(expression: Any) -> Any:
    found = family(exponentials(expression)) if is_open(expression) else None
    if found is None:
        return None
    try:
        return Steady(SignCases(expression, *found, balance).written())
    except Unbalanced:
        return None


def _sign_inside(product: Any) -> Any:
    """``-sum of f`` as the sum of ``-f``, where f has exponentials: the sign then finds a better place in it."""
    number, rest = product.as_coeff_Mul()
    if not (number.is_negative and type(rest) is Sum and exponentials(rest.body)):
        return product
    body, index = rest.open()
    return Mul(-number, rest.rebuild(-body, index))
