"""All that is told of a formula, as lines of text under headings: what two versions of it are compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from derive.algebra.records import Theorem
from derive.catalogue import open_catalogue, select
from derive.loops.ir import Program
from derive.notation.plain import plain
from derive.pipeline import build_formula, measured
from derive.targets.text import program_text

Sections = Mapping[str, Sequence[str]]
"""Heading -> lines."""


def told_of(name: str, formulas: Sequence[Path]) -> Sections:
    """The formula with its derivatives, its claims, and for each kernel the program, with what is to be said of it.

    Raises DeriveError where it does not load, or no formula has the name.
    """
    (formula,) = select(open_catalogue(formulas, False, [name]), [name])
    built = build_formula(formula)
    programs = measured(built)
    return {
        **{_heading(program): program.math for program in programs if len(program.outputs) == 1},
        "claims": [_claim(theorem) for theorem in built.derived.theorems],
        **{f"program of {program.name}": program_text(program).splitlines() for program in programs},
        **{f"notes of {program.name}": program.remarks for program in programs},
    }


def _heading(program: Program) -> str:
    return program.title.removeprefix(f"{program.formula.title or program.formula.name}: ")


def _claim(theorem: Theorem) -> str:
    return f"{theorem.name}: {plain(theorem.left)} {theorem.relation} {plain(theorem.right)}"
