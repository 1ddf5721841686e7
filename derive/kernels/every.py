"""The kernels of a formula, in order, and the program of each."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from derive.algebra.records import Derived
from derive.derivations.saved import through_value
from derive.kernels.along_axes import along_axes
from derive.kernels.backward import from_saved
from derive.kernels.lowered import program
from derive.kernels.results import Kernel, of_scalar, of_vector
from derive.language.formula import SAVED, Formula
from derive.language.kinds import kernel_names
from derive.loops import LowerError
from derive.loops.ir import Program


def programs(formula: Formula, derived: Derived, only: Collection[str] | None = None) -> tuple[Program, ...]:
    """The kernels of the formula as loop programs; one from the saved value only where that becomes loops.

    only: the names of those that are wanted; by default all, without those that it can do without and no loops compute.
    """
    found = []
    for kernel in kernels(formula, derived):
        if only is not None and formula.name + kernel.suffix not in only:
            continue
        with suppress(*([LowerError] if _may_lack(formula, kernel, only) else [])):
            found.append(program(formula, kernel))
    return tuple(found)


def _may_lack(formula: Formula, kernel: Kernel, only: Collection[str] | None) -> bool:
    """Whether the formula does without a kernel that no loops compute within its cost.

    What begins with the saved value there is another kernel for; a second derivative along axes that are named is for
    those who ask for it, who are told.
    """
    return kernel.through is not None or (formula.has_axes and kernel.suffix == "_hvp" and only is None)


def all_kernel_names(formula: Formula) -> tuple[str, ...]:
    """The names of all kernels of a formula, in order.  Raises DeriveError where it cannot be differentiated."""
    if formula.has_axes:
        return kernel_names(formula)
    return (*kernel_names(formula), *(f"{formula.name}_{name}_{SAVED}" for name in through_value(formula)))


def kernels(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    """The kernels of a scalar formula (value, gradient, both) or of a vector formula (value, products, Jacobian)."""
    if formula.has_axes:
        return along_axes(formula, derived)
    if formula.over is None:
        return of_scalar(formula, derived)
    first, others = of_vector(formula, derived)
    return (*first, *from_saved(formula, first), *others)
