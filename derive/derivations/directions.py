"""The vectors that products with derivatives are taken with."""

from __future__ import annotations

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
