"""What each kernel of a formula is to compute, written with the formula as its user wrote it.

A derivative here is a ``Partial`` that nobody has carried out: the oracle computes it with dual numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sympy import Dummy, Symbol

from derive.language.axes import CLASSES, Axis, dummy
from derive.language.components import Along, Component, Vector
from derive.language.errors import DeriveError
from derive.language.formula import Formula, Variable
from derive.language.kinds import taken_apart
from derive.language.nodes import Partial, Sum
from derive.loops.ir import Program

Meaning = tuple[Any, tuple[Symbol, ...]]
"""An expression, and the indices by which the axes of the output go."""

COLUMN = Dummy("j", integer=True)
"""The component by which a derivative is taken: a name that no formula can have."""


def meanings(program: Program) -> dict[str, Meaning]:
    """Output name -> what it is to be.  Raises DeriveError for a kernel of a kind that is not known here."""
    formula, extra = program.formula, program.directions
    kind, by = taken_apart(program.kind, formula)
    known = _of_scalar(formula, by, extra) if formula.over is None else _of_vector(formula, by, extra)
    if kind == "value_and_grad":
        found = [known[""], *(_gradient(formula, variable) for variable in formula.variables)]
    elif kind in known:
        found = [known[kind]]
    else:
        raise DeriveError(f"{formula.where}: no check knows what the kernel {program.name} is to compute")
    return {output.name: meaning for output, meaning in zip(program.outputs, found, strict=True)}


def _by(variable: Variable) -> tuple[Any, tuple[Symbol, ...]]:
    """What a derivative by a variable is taken by, and the axes that it adds."""
    if not isinstance(variable, Vector):
        return variable, ()
    columns = tuple(_column(place, axis) for place, axis in enumerate(variable.axes))
    return variable[columns], columns


@cache
def _column(place: int, axis: Axis) -> Symbol:
    return COLUMN if place == 0 and axis == CLASSES else dummy("j", axis)


def _gradient(formula: Formula, variable: Variable) -> Meaning:
    by, axes = _by(variable)
    return Partial(formula.expression, by), axes


def _of_scalar(formula: Formula, x: Variable, extra: Sequence[Vector]) -> dict[str, Meaning]:
    gradient, axes = _gradient(formula, x)
    found: dict[str, Meaning] = {"": (formula.expression, ()), "grad": (gradient, axes)}
    if extra:
        found["hvp"] = Partial(gradient, Along(x, extra[-1])), axes
    return found


def _of_vector(formula: Formula, x: Variable, extra: Sequence[Vector]) -> dict[str, Meaning]:
    value, rows = formula.expression, formula.indices
    by, axes = _by(x)
    jacobian = Partial(value, by)
    found: dict[str, Meaning] = {"": (value, rows), "jacobian": (jacobian, (*rows, *axes))}
    if extra:
        pulled = Component(extra[0], *rows) * jacobian
        for row in reversed(rows):
            pulled = Sum(pulled, row)
        found["jvp"] = Partial(value, Along(x, extra[-1])), rows
        found["vjp"] = pulled, axes
        found["hvp"] = Partial(pulled, Along(x, extra[-1])), axes
    return found
