"""The vectors that products with derivatives are taken with."""

from __future__ import annotations

from derive.language.formula import Formula
from derive.language.nodes import Vector


def upstream(formula: Formula) -> Vector:
    """The gradient that arrives from above, in a vector-Jacobian product."""
    return Vector(_fresh(formula, "gwuz"), doc="upstream gradient, one per class of the output")


def tangent(formula: Formula) -> Vector:
    """The direction of a Jacobian-vector product; a product with the Hessian has the upstream gradient beside it."""
    name = _fresh(formula, "vwuz", upstream(formula).name)
    return Vector(name, doc="direction, one per class of the input")


def _fresh(formula: Formula, letters: str, *beside: str) -> str:
    taken = {v.name for v in formula.inputs} | {str(formula.over), *beside}
    names = (*letters, *(f"{letters[0]}_{k}" for k in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
