"""What rows are asked for: the inputs of a formula's kernels, and which of them may hold what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import exp

from derive.language.components import Component, Labels, Vector
from derive.language.domains import domain_of
from derive.language.formula import Formula, unfold
from derive.language.inputs import Input, Label, Parameter
from derive.language.nodes import Binder
from derive.loops.ir import Program


@dataclass(frozen=True)
class Asked:
    """directions: the vectors that a derivative is taken along or pulled back from: they are of ordinary size.

    scores: those of which -inf may mask a class.
    """

    inputs: tuple[Input, ...]
    directions: tuple[Vector, ...]
    scores: tuple[Vector, ...]
    seed: str

    @property
    def vectors(self) -> tuple[Vector, ...]:
        return tuple(one for one in self.inputs if isinstance(one, Vector))

    @property
    def picks(self) -> tuple[Labels, ...]:
        return tuple(one for one in self.inputs if isinstance(one, Labels))

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(one for one in self.inputs if isinstance(one, Label))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(one for one in self.inputs if isinstance(one, Parameter))


def asked(programs: Sequence[Program]) -> Asked:
    """By the kernels of one formula."""
    formula = programs[0].formula
    inputs = tuple(dict.fromkeys(i for program in programs for i in program.origins))
    directions = tuple(i for i in inputs if isinstance(i, Vector) and i not in formula.inputs)
    return Asked(inputs, directions, scores_of(formula), formula.name)


def scores_of(formula: Formula) -> tuple[Vector, ...]:
    """The vector that it is a formula of, and those that stand in exponents alone.

    None where it names its axes: which class is masked would differ from row to row.
    """
    if formula.has_axes:
        return ()
    real = [one for one in formula.inputs if isinstance(one, Vector) and domain_of(one).low is None]
    beside = _beside_exponents(unfold(formula.expression))
    return tuple(one for one in real if one == formula.vector or one not in beside)


def _beside_exponents(expression: Any) -> set[Vector]:
    if isinstance(expression, Component):
        return {expression.vector}
    if isinstance(expression, exp):
        return set()
    parts = [expression.body] if isinstance(expression, Binder) else expression.args
    return {vector for part in parts for vector in _beside_exponents(part)}
