"""Specialise: an output with a delta in it is written without it, and then again at the class that it singles out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, KroneckerDelta, Symbol

from derive.language.inputs import NAMES_ONE
from derive.language.nodes import BoundIndex, substitute


@dataclass(frozen=True)
class Result:
    """One output to compute: ``output[indices] = expression``."""

    output: str
    indices: tuple[Symbol, ...]
    expression: Expr

    @property
    def diagonal(self) -> Symbol | None:
        """The index of a diagonal of a matrix."""
        same = len(self.indices) == 2 and self.indices[0] == self.indices[1]
        return self.indices[0] if same and not isinstance(self.indices[0], NAMES_ONE) else None


def specialise(results: Sequence[Result]) -> list[Result]:
    """Each result as its general case, followed by the classes at which a delta is 1.

    A later case is stored over an earlier one: where two deltas meet, the last one knows of both.
    """
    return [case for result in results for case in _cases(result)]


def _cases(result: Result) -> list[Result]:
    """The delta that the cases are told apart by has an index of the output in it; one of two labels stays.

    Those with a label come first, so that the diagonal of a matrix follows its rows at once.
    """
    free = [
        d for d in result.expression.atoms(KroneckerDelta) if not any(isinstance(s, BoundIndex) for s in d.free_symbols)
    ]
    deltas = sorted(free, key=lambda d: (not any(isinstance(i, NAMES_ONE) for i in d.args), str(d)))
    found = next((d for d in deltas if _moving(d, result.indices)), None)
    if found is None:
        return [result]
    moving = _moving(found, result.indices)[-1]
    fixed = next(i for i in found.args if i != moving)
    general: Any = substitute(result.expression, {found: 0})
    single: Any = substitute(substitute(result.expression, {found: 1}), {moving: fixed})
    indices = tuple(fixed if i == moving else i for i in result.indices)
    return [
        *_cases(Result(result.output, result.indices, general)),
        *_cases(Result(result.output, indices, single)),
    ]


def _moving(delta: Any, indices: tuple[Any, ...]) -> list[Any]:
    """The indices of the output in a delta, labels aside, that the other side of it does not depend on."""
    free = [i for i in indices if i in delta.args and not isinstance(i, NAMES_ONE)]
    return [i for i in free if all(i == other or i not in other.free_symbols for other in delta.args)]
