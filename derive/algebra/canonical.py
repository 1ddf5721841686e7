"""One form for all expressions that the arithmetic of sums, fractions and exponentials makes equal."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Dummy, Function, KroneckerDelta, Mul, Symbol, exp, nan, zoo

from derive.algebra.lowest_terms import expanded_fraction
from derive.algebra.rational import merge_delta_powers, normal, with_atoms
from derive.algebra.rewriting import rewrite
from derive.algebra.rules import EXPONENTIALS, SUMS
from derive.language.nodes import Binder, rename


def same(one: Any, other: Any) -> bool:
    """Whether algebra alone makes two expressions equal; what is divided by 0 is equal to nothing."""
    if any(e.has(zoo, nan) for e in (one, other)):
        return False
    return one == other or normal(canonical(one) - canonical(other)) == 0


@lru_cache(maxsize=4096)
def canonical(expression: Any) -> Any:
    """Sums taken apart, exponents split, fractions multiplied out, deltas sifted, at every level."""
    while True:
        after = rewrite((*EXPONENTIALS, *SUMS), _at_the_delta(merge_delta_powers(_multiplied_out(_split(expression)))))
        if after == expression:
            return expression
        expression = after


def _at_the_delta(expression: Any) -> Any:
    """``delta_ij f_j`` as ``delta_ij f_i``: the indices are equal wherever the product is not 0."""
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_at_the_delta(body), index)
    if not expression.args:
        return expression
    if isinstance(expression, Mul):
        for delta in sorted((f for f in expression.args if isinstance(f, KroneckerDelta)), key=str):
            first, second = sorted(delta.args, key=lambda index: (isinstance(index, Dummy), str(index)))
            if isinstance(second, Symbol) and second not in first.free_symbols:
                expression = delta * rename(expression / delta, second, first)
    return expression.func(*[_at_the_delta(a) for a in expression.args]) if expression.args else expression


def _multiplied_out(expression: Any) -> Any:
    return with_atoms(expanded_fraction, _inside(expression))


def _inside(part: Any) -> Any:
    if isinstance(part, Binder):
        body, index = part.opened()
        return part.rebuild(_multiplied_out(body), index)
    if not part.args:
        return part
    if isinstance(part, Function) and not isinstance(part, exp):  # what a logarithm is taken of, as one fraction
        return part.func(*[normal(_multiplied_out(a)) for a in part.args])
    return part.func(*[_inside(a) for a in part.args])


def _split(expression: Any) -> Any:
    """Every exponent multiplied out."""
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_split(body), index)
    if not expression.args:
        return expression
    if isinstance(expression, exp):
        return exp(_multiplied_out(expression.args[0]))
    return expression.func(*[_split(a) for a in expression.args])
