"""Second derivatives: the Hessian of a scalar formula, and its product with a direction."""

from __future__ import annotations

from functools import cache

from sympy import Symbol

from derive.calculus.differentiation import SPARE, derivative, differentiate, free_index, product, tidy
from derive.calculus.records import Derivation
from derive.calculus.rewriting import Trace, Use
from derive.calculus.rules import KNOWN
from derive.language.formula import Formula
from derive.language.nodes import Partial, Sum, Vector
from derive.language.text import Text


def second_index(formula: Formula) -> Symbol:
    """An index for the second component by which a formula is differentiated."""
    taken = {str(s) for s in formula.expression.free_symbols} | {str(formula.over), str(free_index(formula))}
    taken |= {v.name for v in formula.inputs}
    return Symbol(next(c for c in SPARE if c not in taken), integer=True)


@cache
def hessian(formula: Formula) -> Derivation:
    """``d^2 f / d x_j d x_k`` of a scalar formula, from the gradient that was derived before."""
    j, k = free_index(formula), second_index(formula)
    first = Partial(formula.expression, formula.wrt[j])
    gradient = derivative(formula).end
    trace = Trace(Partial(first, formula.wrt[k]))
    trace.add(KNOWN, Partial(gradient, formula.wrt[k]), [Use(KNOWN, first, gradient, ())])
    title = Text("The Hessian", zh="海森矩阵")
    return Derivation("hessian", title, Partial(first, formula.wrt[k]), differentiate(trace, formula))


@cache
def hessian_product(formula: Formula, direction: Vector) -> Derivation:
    """``sum_k v_k d^2 f / d x_j d x_k`` of a scalar formula."""
    j, k = free_index(formula), second_index(formula)
    second = Partial(Partial(formula.expression, formula.wrt[j]), formula.wrt[k])
    start = Sum(direction[k] * second, k)
    found = hessian(formula).end
    trace = Trace(start).add(KNOWN, Sum(direction[k] * found, k), [Use(KNOWN, second, found, ())])
    tidy(trace, ())
    title = Text("The Hessian-vector product", zh="海森矩阵与向量的乘积")
    return Derivation("hvp", title, start, tuple(trace.steps))


@cache
def product_derivative(formula: Formula, upstream: Vector, direction: Vector) -> Derivation:
    """The derivative of the vector-Jacobian product of a vector formula along a direction."""
    k = second_index(formula)
    pulled = product(formula, upstream, "vjp", "", along_output=True).end
    start = Sum(direction[k] * Partial(pulled, formula.wrt[k]), k)
    title = Text("The Hessian-vector product", zh="海森矩阵与向量的乘积")
    return Derivation("hvp", title, start, differentiate(Trace(start), formula))
