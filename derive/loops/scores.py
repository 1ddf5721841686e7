"""Scores: which vectors of a formula may be masked, a component of them being -inf."""

from __future__ import annotations

from typing import Any

from sympy import Add, KroneckerDelta, Mul, Pow, Rational, Symbol, erf, exp

from derive.algebra import is_positive
from derive.language.components import Component, Vector
from derive.language.functions import erfc
from derive.language.nodes import Binder


def in_exponents(expression: Any) -> set[Any]:
    """The vectors of which components stand in an exponent, or in an error function, which has an end at -inf too."""
    exponents = [e.args[-1] for e in expression.atoms(exp, Pow, erf, erfc) if not e.args[-1].is_number]
    return {symbol for e in exponents for symbol in e.free_symbols if isinstance(symbol, Vector)}


def is_weighted(expression: Any, vector: Vector) -> bool:
    """Whether a vector stands in products alone of which another factor may be 0: what is masked there is left out.

    (A sum with nothing beside it in a product is infinite where one of its scores is, whatever is done.)
    """
    if vector not in expression.free_symbols:
        return True
    if isinstance(expression, Component):
        return False
    if isinstance(expression, Binder):
        return is_weighted(expression.body, vector)
    if isinstance(expression, Mul):
        beside = [factor for factor in expression.args if vector not in factor.free_symbols]
        return any(map(_may_be_0, beside)) or all(is_weighted(a, vector) for a in expression.args)
    return bool(expression.args) and all(is_weighted(a, vector) for a in expression.args)


def _may_be_0(factor: Any) -> bool:
    """Whether a factor is a weight: made of inputs alone, and its domains do not keep it from being 0."""
    if isinstance(factor, KroneckerDelta):
        return True
    return not factor.is_number and _is_of_inputs(factor) and not is_positive(factor) and not is_positive(-factor)


def _is_of_inputs(e: Any) -> bool:
    """Sums and products of inputs and numbers."""
    return isinstance(e, Component | Symbol | Rational) or (
        isinstance(e, Add | Mul) and all(map(_is_of_inputs, e.args))
    )
