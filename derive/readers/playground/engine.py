"""What runs in the browser: a formula file as text goes in, its derivation and its kernels come out.

Needs nothing but SymPy, mpmath and Jinja2.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from derive.algebra.records import Derived
from derive.catalogue import load_catalogue
from derive.kernels import programs
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.loops.ir import Program
from derive.proofs import derive_formula
from derive.targets import Built
from derive.targets.c import TARGET as C
from derive.targets.notebook.html import html
from derive.targets.numpy import TARGET as NUMPY
from derive.targets.templates import environment
from derive.targets.text import program_text
from derive.targets.words import LANGUAGES
from derive.verify import check_derived, check_programs

FILE = Path("formula.py")
"""Where the text is put: what errors call it."""
_PLACED = re.compile(r"^(?:.*?formula\.py:(?P<line>\d+): )?(?P<told>.*)$", re.DOTALL)
LONGEST = 100_000
"""The most letters of a file of code that a page shows."""


def answer(text: str, language: str) -> dict[str, Any]:
    """What is made of the last formula in the text, not yet checked; or ``error`` with the ``line`` that it is at."""
    try:
        return _made(_last(text), language)
    except DeriveError as error:
        found = _PLACED.match(str(error))
        assert found is not None
        return {"error": found["told"], "line": int(found["line"] or 0)}


def checked(text: str) -> dict[str, Any]:
    """How many steps and programs of the last formula hold, by the oracle; or ``error``."""
    try:
        derived, made = _built(_last(text))
        check_derived(derived)
        check_programs(made)
    except DeriveError as error:
        return {"error": str(error)}
    chains = [*derived.derivations, *(theorem.proof for theorem in derived.theorems)]
    return {"steps": sum(len(chain.steps) for chain in chains), "programs": len(made)}


def _last(text: str) -> Formula:
    """Raises CatalogueError, with the line, where the text is no formula file, and DeriveError where it holds none."""
    FILE.write_text(text, encoding="utf-8")
    found = load_catalogue([FILE], whole=False)
    if not found:
        raise DeriveError("there is no formula: give one a name, as in f = Formula(...)")
    return max(found, key=lambda formula: formula.line)


def _built(formula: Formula) -> tuple[Derived, tuple[Program, ...]]:
    derived = derive_formula(formula)
    return derived, programs(formula, derived)


def _made(formula: Formula, language: str) -> dict[str, Any]:
    derived, made = _built(formula)
    built, templates = Built(formula, derived, made), environment()
    (python,) = (t for path, t in NUMPY.formula_files(built, templates).items() if path.endswith(".py"))
    (source,) = (t for path, t in C.formula_files(built, templates).items() if path.endswith(".c"))
    return {
        "name": formula.name,
        "derivation": html(derived, LANGUAGES[language]),
        "form": "\n\n".join(f"{program.name}:\n{program_text(program)}" for program in made),
        "numpy": python[:LONGEST],
        "c": source[:LONGEST],
    }
