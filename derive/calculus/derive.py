"""Everything that is derived of one formula, in the order in which it is read."""

from __future__ import annotations

from functools import cache

from derive.calculus.bounds import stable
from derive.calculus.differentiation import case, derivative, product, simplex
from derive.calculus.records import Derivation, Derived, Theorem
from derive.calculus.shift import shift_theorem
from derive.language.formula import Formula
from derive.language.nodes import Vector


def upstream(formula: Formula) -> Vector:
    """The gradient that arrives from above, in a vector-Jacobian product."""
    return _fresh(formula, "gwuz", "upstream gradient, one per class of the output")


def tangent(formula: Formula) -> Vector:
    """The direction of a Jacobian-vector product."""
    return _fresh(formula, "vwuz", "direction, one per class of the input")


def _fresh(formula: Formula, letters: str, doc: str) -> Vector:
    taken = {v.name for v in formula.inputs} | {str(formula.over)}
    return Vector(next(c for c in letters if c not in taken), doc=doc)


@cache
def derive_formula(formula: Formula) -> Derived:
    """Derivatives, products with them, and shift theorems: each with the steps that the engine took.

    Raises DeriveError where a derivative cannot be carried out.
    """
    return Derived(formula, _derivations(formula), _theorems(formula))


def _derivations(formula: Formula) -> tuple[Derivation, ...]:
    if formula.over is None:
        found = [derivative(formula), simplex(derivative(formula))]
    else:
        found = [
            case(formula, True),
            case(formula, False),
            derivative(formula),
            product(formula, upstream(formula), "vjp", "The vector-Jacobian product", along_output=True),
            product(formula, tangent(formula), "jvp", "The Jacobian-vector product", along_output=False),
        ]
    return tuple(d for d in found if d is not None)


def _theorems(formula: Formula) -> tuple[Theorem, ...]:
    theorem, form = shift_theorem(formula), stable(formula)
    return (*((theorem,) if theorem else ()), *((form.choice, *form.bounds) if form else ()))
