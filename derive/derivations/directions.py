"""The vectors that products with derivatives are taken with."""

from __future__ import annotations

from derive.language.axes import CLASSES, Axis, axis_of
from derive.language.components import Vector
from derive.language.formula import Formula, Variable
from derive.language.kinds import direction_name


def upstream(formula: Formula) -> Vector:
    """The gradient that arrives from above, in a vector-Jacobian product."""
    name = _fresh(formula, "gwuz")
    if formula.has_axes:
        return Vector(name, "real", "upstream gradient, of the shape of the output", _axes(formula))
    return Vector(name, doc="upstream gradient, one per class of the output")


def tangent(formula: Formula, by: Variable | None = None) -> Vector:
    """The direction of a Jacobian-vector product; a product with the Hessian has the upstream gradient beside it.

    by: the variable along which it goes; default: the first.
    """
    name = _fresh(formula, "vwuz", upstream(formula).name)
    if formula.has_axes and isinstance(variable := by or formula.variable, Vector):
        own = direction_name(name, formula, variable)
        return Vector(own, "real", f"direction, of the shape of {variable.name}", variable.axes)
    return Vector(name, doc="direction, one per class of the input")


def _axes(formula: Formula) -> tuple[Axis, ...]:
    return tuple(map(axis_of, formula.indices)) or (CLASSES,)


def _fresh(formula: Formula, letters: str, *beside: str) -> str:
    taken = {v.name for v in formula.inputs} | {*map(str, formula.indices), *beside}
    taken |= {axis.size.name for axis in formula.axes}
    names = (*letters, *(f"{letters[0]}_{k}" for k in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
