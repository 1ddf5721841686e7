"""Everything that is derived of one formula, in the order in which it is read."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sympy import Expr

from derive.calculus.bounds import stable
from derive.calculus.claims import theorem_of
from derive.calculus.differentiation import case, derivative, parts, product, simplex
from derive.calculus.records import Derivation, Derived, Theorem
from derive.calculus.second import hessian, hessian_product, product_derivative
from derive.calculus.shift import shift_theorem
from derive.language.errors import DeriveError
from derive.language.formula import Formula, Value
from derive.language.nodes import Vector
from derive.language.text import Text
from derive.language.theory import Claim, Witness

VJP = Text("The vector-Jacobian product", zh="向量与雅可比矩阵的乘积")
ALREADY_BOUNDED = Text(
    "Its exponents and its sum are those of “{title}”, where their bounds are proved.",
    zh="其中的指数与求和同“{title}”，它们的界在那里已经证明。",
)
JVP = Text("The Jacobian-vector product", zh="雅可比矩阵与向量的乘积")


def upstream(formula: Formula) -> Vector:
    """The gradient that arrives from above, in a vector-Jacobian product."""
    return _fresh(formula, "gwuz", "upstream gradient, one per class of the output")


def tangent(formula: Formula) -> Vector:
    """The direction of a Jacobian-vector product."""
    return _fresh(formula, "vwuz", "direction, one per class of the input")


def _fresh(formula: Formula, letters: str, doc: str) -> Vector:
    taken = {v.name for v in formula.inputs} | {str(formula.over)}
    return Vector(next(c for c in letters if c not in taken), doc=doc)


def derive_formula(formula: Formula) -> Derived:
    """Derivatives, products with them, shift theorems, and what is claimed of it: each with the steps that were taken.

    Raises DeriveError where a derivative cannot be carried out or a line of a proof does not follow.
    """
    claims = tuple(theorem_of(c) for c in formula.theory if isinstance(c, Claim))
    witnesses = tuple(w for w in formula.theory if isinstance(w, Witness))
    _refuse_namesakes(formula)
    return Derived(formula, _derivations(formula), (*_theorems(formula), *claims), witnesses)


def _refuse_namesakes(formula: Formula) -> None:
    """Pages refer to a theorem by its name, also to those that the engine finds by itself."""
    places = {theorem.name: f"derive proves one of that name of the formula at {formula.where}"
              for theorem in _theorems(formula)}  # fmt: skip
    for item in formula.theory:
        kind = type(item).__name__.lower()
        if item.name in places:
            raise DeriveError(f"{item.where}: {kind} {item.name!r}: {places[item.name]}: rename it")
        places[item.name] = f"another {kind} of {formula.name} is called so, at {item.where}"


@cache
def _derivations(formula: Formula) -> tuple[Derivation, ...]:
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
def _theorems(formula: Formula) -> tuple[Theorem, ...]:
    """A bound that was proved of a formula by which this one is written is not proved once more."""
    theorem, form = shift_theorem(formula), stable(formula)
    shift = (theorem,) if theorem else ()
    if form is None:
        return shift
    for other in _written_by(formula):
        if form.bounds and set(map(_statement, form.bounds)) <= set(map(_statement, _theorems(other))):
            doc = ALREADY_BOUNDED.filled(title=other.title or other.name)
            return (*shift, replace(form.choice, doc=doc))
    return (*shift, form.choice, *form.bounds)


def _written_by(formula: Formula) -> tuple[Formula, ...]:
    """The formulas whose symbols stand in the definition, and those by which these are written."""
    first = sorted({value.formula for value in formula.expression.atoms(Value)}, key=lambda f: f.name)
    return tuple(dict.fromkeys(f for one in first for f in (one, *_written_by(one))))


def _statement(theorem: Theorem) -> tuple[Expr, str, Expr]:
    return theorem.left, theorem.relation, theorem.right
