"""Specialise: an output with a delta in it is written without it, and then again at the class that it singles out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, KroneckerDelta, Symbol

from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.nodes import substitute
from derive.language.plain import plain


class SpecialiseError(DeriveError):
    """An output that singles out classes in more than one way."""


@dataclass(frozen=True)
class Result:
    """One output to compute: ``output[indices] = expression``."""

    output: str
    indices: tuple[Symbol, ...]
    expression: Expr


def specialise(results: Sequence[Result], formula: Formula) -> list[Result]:
    """Each result as its general case, followed by the class at which a delta is 1.

    Raises SpecialiseError for an output with more than one delta: where two of them meet, neither case would hold.
    """
    return [case for result in results for case in _cases(result, formula)]


def _cases(result: Result, formula: Formula) -> list[Result]:
    deltas = sorted(result.expression.atoms(KroneckerDelta), key=str)
    if not deltas:
        return [result]
    if len(deltas) > 1:
        shown = " and ".join(plain(d) for d in deltas)
        raise SpecialiseError(
            f"{formula.where}: formula {formula.name!r}: its output {result.output!r} singles out classes in more than "
            f"one way ({shown}), which no kernel can do yet: write it with one label, or as two formulas"
        )
    (delta,) = deltas
    moving = next(i for i in reversed(result.indices) if i in delta.args)
    fixed = next(i for i in delta.args if i != moving)
    general: Any = substitute(result.expression, {delta: 0})
    single: Any = substitute(substitute(result.expression, {delta: 1}), {moving: fixed})
    indices = tuple(fixed if i == moving else i for i in result.indices)
    return [Result(result.output, result.indices, general), Result(result.output, indices, single)]
