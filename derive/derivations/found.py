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
from derive.language.formula import Formula, Value
from derive.language.text import Text

VJP = Text("The vector-Jacobian product", zh="向量与雅可比矩阵的乘积")
ALREADY_BOUNDED = Text(
    "Its exponents and its sum are those of “{title}”, where their bounds are proved.",
    zh="其中的指数与求和同“{title}”，它们的界在那里已经证明。",
)
JVP = Text("The Jacobian-vector product", zh="雅可比矩阵与向量的乘积")


@cache
def derivations_of(formula: Formula) -> tuple[Derivation, ...]:
    found = _of_scalar(formula) if formula.over is None else _of_vector(formula)
    return tuple(map(simplex, found))


def _of_scalar(formula: Formula) -> list[Derivation]:
    first, second = derivative(formula), hessian(formula)
    return [first, second, hessian_product(formula, tangent(formula))]


def _of_vector(formula: Formula) -> list[Derivation]:
    g, v = upstream(formula), tangent(formula)
    return [
        *parts(formula),
        case(formula, True),
        case(formula, False),
        derivative(formula),
        product(formula, g, "vjp", VJP, along_output=True),
        product(formula, v, "jvp", JVP, along_output=False),
        product_derivative(formula, g, v),
    ]


@cache
def theorems_of(formula: Formula) -> tuple[Theorem, ...]:
    """A bound that was proved of a formula by which this one is written is not proved once more."""
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
