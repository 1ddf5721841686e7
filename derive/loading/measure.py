"""What the checks of a formula show, and what its emitted kernels do on the same rows: ``derive verify``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from derive.language.formula import Formula
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Vector
from derive.loading.compiler import find_compiler
from derive.loading.loader import load
from derive.loading.troubles import CompilerError
from derive.loops.ir import Program
from derive.pipeline import build_formula
from derive.verify import check_derived, check_programs
from derive.verify.floats import BOUNDS, Made, Verdict, carried_out, verdicts
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Point


@dataclass(frozen=True)
class Measured:
    """One kernel: the bound that it states (``None``: it has a caveat), and who did what on the rows."""

    name: str
    bound: int | None
    seen: dict[str, Verdict]

    @property
    def where(self) -> str:
        """The region of the worst that was seen."""
        return max((seen for v in self.seen.values() for seen in v.worst.values()), default=(0.0, "no row"))[1]

    @property
    def outside(self) -> bool:
        """Whether an emitted kernel goes beyond what is stated; one with a caveat has said so."""
        worst = [units for verdict in self.seen.values() for units, _ in verdict.worst.values()]
        return self.bound is not None and max(worst, default=0.0) > self.bound


@dataclass(frozen=True)
class Report:
    """One formula, checked."""

    formula: Formula
    steps: int
    theorems: int
    kernels: tuple[Measured, ...]


def measure(formula: Formula) -> Report:
    """Everything about a formula is checked anew.  Raises DeriveError where a step or a program is wrong."""
    built = build_formula(formula)
    check_derived(built.derived)
    check_programs(built.programs)
    makers = {"program": carried_out} | {name: partial(_called, name, formula) for name in targets()}
    found = verdicts(built.programs, list(makers.values()))
    kernels = tuple(
        Measured(program.name, seen[0].bound, dict(zip(makers, seen, strict=True)))
        for program, seen in zip(built.programs, found, strict=True)
    )
    chains = [*built.derived.derivations, *(theorem.proof for theorem in built.derived.theorems)]
    return Report(formula, sum(len(c.steps) for c in chains), len(built.derived.theorems), kernels)


def targets() -> tuple[str, ...]:
    """Those whose kernels can run here."""
    try:
        find_compiler()
    except CompilerError:
        return ("numpy",)
    return ("numpy", "c")


def _called(target: str, formula: Formula, program: Program, points: Sequence[Point], dtype: str) -> Made:
    """By the kernel itself, row by row: each row has its own parameters."""
    kernel = load(program.name, target, formulas=[formula])
    each = [_results(kernel, program, point, dtype) for point in points]
    names = [output.name for output in program.outputs]
    return {name: np.array([one[k] for one in each]).T.tolist() for k, name in enumerate(names)}


def _results(kernel: Callable[..., Any], program: Program, point: Point, dtype: str) -> list[Any]:
    """Of each output its components, one after the other."""
    given: dict[str, Any] = {}
    for one in program.inputs:
        if isinstance(one, Vector):
            given[one.name] = np.array(point.vectors[one.name]).astype(dtype)
        elif isinstance(one, Label):
            given[one.name] = point.indices[one.name] - 1
        elif isinstance(one, Parameter):
            given[one.name] = float(point.scalars[one.name])
    with np.errstate(all="ignore"):
        found = kernel(**given)
    outputs = found if isinstance(found, tuple) else (found,)
    return [np.asarray(output, np.float64).reshape(-1) for output in outputs]


def told(verdict: Verdict) -> str:
    """The worst units in each dtype, in a few characters."""
    return " / ".join(_few(verdict.worst[dtype][0]) if dtype in verdict.worst else "-" for dtype in FORMATS)


def _few(units: float) -> str:
    return f"{units:.1f}" if units <= BOUNDS[-1] else f"{units:.0e}" if units < 1e300 else "inf"
