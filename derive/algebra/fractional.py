"""Results by the symbol of a formula that is a fraction of one exponential of its own component.

Where ``f_i = (a + b E)/(c + d E)`` with ``E = exp(u_i)``, every rational expression in ``E`` is one in ``f_i``:
``E = (c f_i - a)/(b - d f_i)``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Add, Dummy, Mul, Symbol, exp, expand, factor, fraction, together

from derive.algebra.lowest_terms import lowest_terms
from derive.algebra.naming import factors, places_of
from derive.algebra.rational import with_atoms
from derive.language.components import Component
from derive.language.formula import Formula, Head, Value, unfold
from derive.language.nodes import Binder, substitute

_E = Dummy("E", positive=True)


def fold_elementwise(expression: Any, known: tuple[Formula, ...]) -> Any:
    """Put the symbol of each such formula for its exponential, wherever the expression has that exponential."""
    for formula in known:
        if formula.over is not None and (inverse := exponential_by(formula)) is not None:
            expression = _fold(expression, formula, *inverse)
    return expression


@cache
def exponential_by(formula: Formula) -> tuple[Any, Symbol, Any] | None:
    """The exponent ``u_i``, a symbol f, and E as an expression in f; ``None`` where the formula is of another form."""
    definition = unfold(formula.expression)
    exponentials = definition.atoms(exp)
    if definition.atoms(Binder) or len(exponentials) != 1:
        return None
    (e,) = exponentials
    rational = definition.xreplace({e: _E})
    if rational.atoms(Component) or not rational.is_rational_function(_E):
        return None
    above, below = (part.as_poly(_E) for part in fraction(together(rational)))
    if above is None or below is None or max(above.degree(), below.degree()) > 1:
        return None
    a, b, c, d = above.coeff_monomial(1), above.coeff_monomial(_E), below.coeff_monomial(1), below.coeff_monomial(_E)
    if expand(a * d - b * c) == 0:  # a constant, written as a fraction
        return None
    f = Dummy("f", real=True)
    return e.args[0], f, (c * f - a) / (b - d * f)


def _fold(expression: Any, formula: Formula, exponent: Any, f: Symbol, inverse: Any) -> Any:
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_fold(body, formula, exponent, f, inverse), index)
    if not expression.args:
        return expression
    for place in places_of(formula, expression):
        here = substitute(exponent, dict(zip(formula.indices, place, strict=True)))
        written = _in_terms_of(expression, here, inverse.xreplace({f: _E}))
        if written is not None:
            expression = written.xreplace({_E: Value(Head(formula), *place)})
    if isinstance(expression, Value) or not expression.args:
        return expression
    return expression.func(*[_fold(a, formula, exponent, f, inverse) for a in expression.args])


def _in_terms_of(expression: Any, exponent: Any, inverse: Any) -> Any:
    """The expression with every power of ``exp(exponent)`` outside its sums written by the symbol, in lowest terms."""
    replaced = {e: power for e in expression.atoms(exp) if (power := _power_of(e, exponent)) is not None}
    if not replaced:
        return None
    powers = {e: inverse**power for e, power in replaced.items()}
    return positive_front(with_atoms(_factored, expression.xreplace(powers)))


def _factored(e: Any) -> Any:
    return factor(lowest_terms(e))


def positive_front(product: Any) -> Any:
    """``-a (b - 1)`` as ``a (1 - b)``."""
    if not (isinstance(product, Mul) and product.as_coeff_Mul()[0].is_negative):
        return product
    for factor_ in product.args:
        if isinstance(factor_, Add) and any(_is_negative(term) for term in factor_.args):
            return Mul(-1, product / factor_, Add(*[-term for term in factor_.args]))
    return product


def _is_negative(term: Any) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _power_of(e: Any, exponent: Any) -> Any:
    """``p`` where ``e = exp(p exponent)`` with a whole p."""
    ((base, count),) = factors(e).items()
    if base == exp(exponent):
        return count
    return -count if base == exp(-exponent) else None
