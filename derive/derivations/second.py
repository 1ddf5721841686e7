"""Second derivatives: the Hessian of a scalar formula, and its product with a direction."""

from __future__ import annotations

from functools import cache

from sympy import Symbol

from derive.algebra import Trace, Use
from derive.algebra.records import Derivation
from derive.algebra.rules import DERIVED, DIRECTION
from derive.derivations.first import (
    SPARE,
    component,
    derivative,
    differentiate,
    free_index,
    free_indices,
    product,
    sum_over,
)
from derive.language.components import Along, Vector
from derive.language.formula import Formula
from derive.language.nodes import Partial
from derive.language.text import Text

HESSIAN = Text("The Hessian", zh="黑塞矩阵")
SECOND = Text("The second derivative by {by}", zh="对 {by} 的二阶导数")
HVP = Text("The Hessian-vector product", zh="黑塞矩阵与向量的乘积")


def second_index(formula: Formula) -> Symbol:
    """An index for the second component by which a formula is differentiated."""
    taken = {str(s) for s in formula.expression.free_symbols} | {str(formula.over), str(free_index(formula))}
    taken |= {v.name for v in formula.inputs}
    return Symbol(next(c for c in SPARE if c not in taken), integer=True)


@cache
def hessian(formula: Formula) -> Derivation:
    """``d^2 f / d x_j d x_k`` of a scalar formula, or ``d^2 f / d T^2``, from the gradient that was derived before."""
    j, k = free_index(formula), second_index(formula)
    x, second = formula.variable, component(formula.variable, k)
    first, gradient = Partial(formula.expression, component(x, j)), derivative(formula).end
    trace = Trace(Partial(first, second))
    trace.add(DERIVED, Partial(gradient, second), [Use(DERIVED, first, gradient, ())])
    title = HESSIAN if isinstance(x, Vector) else SECOND.filled(by=x)
    return Derivation("hessian", title, Partial(first, second), differentiate(trace, formula))


def second_indices(formula: Formula) -> tuple[Symbol, ...]:
    """Indices for the second component by which it is differentiated: one along each axis of its first variable."""
    if not formula.has_axes:
        return (second_index(formula),)
    return free_indices(formula, formula.vector, beside=free_indices(formula, formula.vector))


@cache
def hessian_product(formula: Formula, direction: Vector) -> Derivation:
    """``sum_k v_k d^2 f / d x_j d x_k`` of a scalar formula."""
    x, k = formula.vector, second_indices(formula)
    first, gradient = Partial(formula.expression, x[free_indices(formula, x)]), derivative(formula).end
    start = sum_over(direction[k] * Partial(first, x[k]), k)
    trace = Trace(start)
    trace.add(
        DERIVED,
        sum_over(direction[k] * Partial(gradient, x[k]), k),
        [Use(DERIVED, first, gradient, ())],
    )
    trace.add(DIRECTION, Partial(gradient, Along(x, direction)))
    return Derivation("hvp", HVP, start, differentiate(trace, formula))


@cache
def product_derivative(formula: Formula, upstream: Vector, direction: Vector) -> Derivation:
    """The derivative of the vector-Jacobian product of a vector formula along a direction."""
    x, k = formula.vector, second_indices(formula)
    pulled = product(formula, upstream, "vjp", "", along_output=True).end
    start = sum_over(direction[k] * Partial(pulled, x[k]), k)
    trace = Trace(start).add(DIRECTION, Partial(pulled, Along(x, direction)))
    return Derivation("hvp", HVP, start, differentiate(trace, formula))
