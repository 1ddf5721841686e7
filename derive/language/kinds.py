"""What the kernels of a formula are called: ``f``, ``f_grad``, ``f_grad_T``, after JAX's names."""

from __future__ import annotations

from collections.abc import Iterator

from derive.language.components import Vector
from derive.language.formula import SAVED, Formula, Variable

BY_ANY = ("grad", "vjp", "jvp", "jacobian")
"""What there is by each variable; a second derivative there is by the first alone."""


def by_name(name: str, formula: Formula, by: Variable) -> str:
    """What is derived, or computed, by a variable: ``gradient``, by any but the first ``gradient_T``."""
    return name if by == formula.variable else f"{name}_{by.name}"


def direction_name(name: str, formula: Formula, by: Variable) -> str:
    """What the direction along a variable is called where formulas name their axes: each has a shape of its own."""
    return name if by == formula.variable or not formula.has_axes else f"{name}_{by.name}"


def kernel_names(formula: Formula) -> tuple[str, ...]:
    """What the kernels of a formula are called that it has whatever is derived of it."""
    if formula.has_axes:
        own = list(_along_axes(formula))
    else:
        own = _of_scalar(formula) if formula.over is None else _of_vector(formula)
    return (formula.name, *(f"{formula.name}_{kind}" for kind in own))


def saved_kernel_names(formula: Formula) -> tuple[str, ...]:
    """Those that may begin with its value, where that is less work."""
    if formula.has_axes or formula.over is None or not isinstance(formula.variable, Vector):
        return ()
    return tuple(f"{formula.name}_{kind}_{SAVED}" for kind in ("vjp", "jvp", "hvp"))


def taken_apart(kind: str, formula: Formula) -> tuple[str, Variable]:
    """What a kind of kernel computes, and by which variable: ``"grad_T"`` is ``"grad"`` by T.

    ``""``, the value, is by the first as the others without a variable in their name are.
    """
    by_others = {f"{base}_{by.name}": (base, by) for by in formula.variables[1:] for base in BY_ANY}
    return by_others.get(kind, (kind, formula.variable))


def _along_axes(formula: Formula) -> Iterator[str]:
    """Of a formula that names its axes: first derivatives, products with them, and the product with the second."""
    if not formula.indices:
        yield from ("grad", "value_and_grad")
        yield from (by_name("grad", formula, by) for by in formula.variables[1:])
    else:
        for by in formula.variables:
            yield from (by_name(kind, formula, by) for kind in (("vjp", "jvp") if isinstance(by, Vector) else ("vjp",)))
    if isinstance(formula.variable, Vector):
        yield "hvp"


def _of_scalar(formula: Formula) -> list[str]:
    second = ["hvp"] if isinstance(formula.variable, Vector) else []
    others = [by_name("grad", formula, by) for by in formula.variables[1:]]
    return ["grad", "value_and_grad", *second, *others]


def _of_vector(formula: Formula) -> list[str]:
    second = ["hvp"] if isinstance(formula.variable, Vector) else []
    others = [by_name(kind, formula, by) for by in formula.variables[1:] for kind in products_by(by)]
    return [*products_by(formula.variable), *second, *others]


def products_by(by: Variable) -> tuple[str, ...]:
    """What a vector formula has by a variable; along a parameter its Jacobian says all."""
    return ("vjp", "jvp", "jacobian") if isinstance(by, Vector) else ("vjp", "jacobian")
