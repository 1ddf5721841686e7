"""What each kernel of a formula is to compute, written with the formula as its user wrote it.

A derivative here is a ``Partial`` that nobody has carried out: the oracle computes it with dual numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Dummy, Symbol

from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.nodes import Along, Partial, Sum, Vector
from derive.loops.ir import Program

Meaning = tuple[Any, tuple[Symbol, ...]]
"""An expression, and the indices by which the axes of the output go."""

COLUMN = Dummy("j", integer=True)
"""The component by which a derivative is taken: a name that no formula can have."""


def meanings(program: Program) -> dict[str, Meaning]:
    """Output name -> what it is to be.  Raises DeriveError for a kernel of a kind that is not known here."""
    formula = program.formula
    kind, extra = program.kind, program.directions
    known = _of_scalar(formula, extra) if formula.over is None else _of_vector(formula, extra)
    names = {"_value_and_grad": ("", "_grad")}.get(kind, (kind,))
    if not known.keys() >= set(names):
        raise DeriveError(f"{formula.where}: no check knows what the kernel {program.name} is to compute")
    return {output.name: known[name] for output, name in zip(program.outputs, names, strict=True)}


def _of_scalar(formula: Formula, extra: Sequence[Vector]) -> dict[str, Meaning]:
    value, x = formula.expression, formula.wrt
    gradient = Partial(value, x[COLUMN])
    found: dict[str, Meaning] = {"": (value, ()), "_grad": (gradient, (COLUMN,))}
    if extra:
        found["_hvp"] = Partial(gradient, Along(x, extra[-1])), (COLUMN,)
    return found


def _of_vector(formula: Formula, extra: Sequence[Vector]) -> dict[str, Meaning]:
    value, x, row = formula.expression, formula.wrt, formula.over
    assert row is not None
    jacobian = Partial(value, x[COLUMN])
    found: dict[str, Meaning] = {"": (value, (row,)), "_jacobian": (jacobian, (row, COLUMN))}
    if extra:
        pulled = Sum(extra[0][row] * jacobian, row)
        found["_jvp"] = Partial(value, Along(x, extra[-1])), (row,)
        found["_vjp"] = pulled, (COLUMN,)
        found["_hvp"] = Partial(pulled, Along(x, extra[-1])), (COLUMN,)
    return found
