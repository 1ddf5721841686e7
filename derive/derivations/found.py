"""What the engine derives of one formula by itself, in the order in which it is read."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sympy import Expr

from derive.algebra.records import Derivation, Theorem
from derive.derivations.bounds import stable
from derive.derivations.directions import tangent, upstream
from derive.derivations.first import case, derivative, parts, product, simplex
from derive.derivations.second import hessian, hessian_product, product_derivative
from derive.derivations.shift import shift_theorem
from derive.language.components import Vector
from derive.language.formula import Formula, Value, Variable
from derive.language.kinds import by_name
from derive.language.text import Text

VJP = Text("The vector-Jacobian product", zh="向量与雅可比矩阵的乘积")
ALREADY_BOUNDED = Text(
    "Its exponents and its sum are those of “{title}”, where their bounds are proved.",
    zh="其中的指数与求和同“{title}”，它们的界在那里已经证明。",
)
JVP = Text("The Jacobian-vector product", zh="雅可比矩阵与向量的乘积")
VJP_BY = Text("The vector-Jacobian product by {by}", zh="向量与对 {by} 的雅可比矩阵的乘积")
JVP_BY = Text("The Jacobian-vector product by {by}", zh="对 {by} 的雅可比矩阵与向量的乘积")


@cache
def derivations_of(formula: Formula) -> tuple[Derivation, ...]:
    if formula.has_axes:
        found = [derived for by in formula.variables for derived in _along_axes(formula, by)]
        found += _second_along_axes(formula)
    else:
        found = _of_scalar(formula) if formula.over is None else _of_vector(formula)
    return tuple(map(simplex, found))


def _along_axes(formula: Formula, by: Variable) -> list[Derivation]:
    """Of a formula that names its axes: the derivative by one variable, and of an array the products with it."""
    first = by == formula.variable
    slope = derivative(formula, by)
    if not formula.indices:
        return [slope]
    vjp, jvp = (whole if first else one.filled(by=by) for whole, one in ((VJP, VJP_BY), (JVP, JVP_BY)))
    g, v = upstream(formula), tangent(formula, by)
    found = [slope, product(formula, g, by_name("vjp", formula, by), vjp, along_output=True, by=by)]
    if isinstance(by, Vector):
        found.append(product(formula, v, by_name("jvp", formula, by), jvp, along_output=False, by=by))
    return found


def _second_along_axes(formula: Formula) -> list[Derivation]:
    """The product with the second derivative by the first variable."""
    if not isinstance(formula.variable, Vector):
        return []
    v = tangent(formula)
    return [product_derivative(formula, upstream(formula), v) if formula.indices else hessian_product(formula, v)]


def _of_scalar(formula: Formula) -> list[Derivation]:
    second = [hessian(formula)]
    if isinstance(formula.variable, Vector):
        second.append(hessian_product(formula, tangent(formula)))
    return [derivative(formula), *second, *(derivative(formula, by) for by in formula.variables[1:])]


def _of_vector(formula: Formula) -> list[Derivation]:
    others = [derived for by in formula.variables[1:] for derived in _of_vector_by(formula, by)]
    if not isinstance(formula.variable, Vector):
        return [*_of_vector_by(formula, formula.variable), *others]
    g, v = upstream(formula), tangent(formula)
    return [
        *parts(formula),
        case(formula, True),
        case(formula, False),
        *_of_vector_by(formula, formula.variable),
        product_derivative(formula, g, v),
        *others,
    ]


def _of_vector_by(formula: Formula, by: Variable) -> list[Derivation]:
    """The derivative by one variable, and the products with it; by a parameter only that along the output."""
    g, v = upstream(formula), tangent(formula)
    first = by == formula.variable
    vjp, jvp = (whole if first else one.filled(by=by) for whole, one in ((VJP, VJP_BY), (JVP, JVP_BY)))
    found = [derivative(formula, by), product(formula, g, by_name("vjp", formula, by), vjp, along_output=True, by=by)]
    if isinstance(by, Vector):
        found.append(product(formula, v, by_name("jvp", formula, by), jvp, along_output=False, by=by))
    return found


@cache
def theorems_of(formula: Formula) -> tuple[Theorem, ...]:
    """A bound that was proved of a formula by which this one is written is not proved once more."""
    if formula.has_axes:
        return ()
    theorem, form = shift_theorem(formula), stable(formula)
    shift = (theorem,) if theorem else ()
    if form is None:
        return shift
    for other in _written_by(formula):
        if form.bounds and set(map(_statement, form.bounds)) <= set(map(_statement, theorems_of(other))):
            doc = ALREADY_BOUNDED.filled(title=other.title or other.name)
            return (*shift, replace(form.choice, doc=doc))
    return (*shift, form.choice, *form.bounds)


def _written_by(formula: Formula) -> tuple[Formula, ...]:
    """The formulas whose symbols stand in the definition, and those by which these are written."""
    first = sorted({value.formula for value in formula.expression.atoms(Value)}, key=lambda f: f.name)
    return tuple(dict.fromkeys(f for one in first for f in (one, *_written_by(one))))


def _statement(theorem: Theorem) -> tuple[Expr, str, Expr]:
    return theorem.left, theorem.relation, theorem.right
