"""What runs in the browser: a formula file as text goes in; its derivation, its kernels and their check come out.

One after the other: a reader reads the first while the others are made.  Needs nothing but SymPy, mpmath and Jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from derive.catalogue import load_catalogue
from derive.kernels import programs
from derive.language.errors import DeriveError
from derive.language.formula import Formula
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

Answer = dict[str, Any]


def _told(make: Callable[..., Answer]) -> Callable[..., Answer]:
    """What it makes; or ``error`` with the ``line`` that it is at, 0 where it is at none."""

    @wraps(make)
    def told(*given: str) -> Answer:
        try:
            return make(*given)
        except DeriveError as error:
            found = _PLACED.match(str(error))
            assert found is not None
            return {"error": found["told"], "line": int(found["line"] or 0)}

    return told


@_told
def derivation(text: str, language: str) -> Answer:
    """The derivation of the last formula in the text, not yet checked."""
    formula = _last(text)
    return {"name": formula.name, "derivation": html(derive_formula(formula), LANGUAGES[language])}


@_told
def coded(text: str) -> Answer:
    """Its stable form, and the files of NumPy and of C, not yet checked."""
    built, templates = _built(text), environment()
    (python,) = (t for path, t in NUMPY.formula_files(built, templates).items() if path.endswith(".py"))
    (source,) = (t for path, t in C.formula_files(built, templates).items() if path.endswith(".c"))
    return {
        "form": "\n\n".join(f"{program.name}:\n{program_text(program)}" for program in built.programs),
        "numpy": python[:LONGEST],
        "c": source[:LONGEST],
    }


@_told
def checked(text: str) -> Answer:
    """How many steps and programs of it hold, by the oracle."""
    built = _built(text)
    check_derived(built.derived)
    check_programs(built.programs)
    chains = [*built.derived.derivations, *(theorem.proof for theorem in built.derived.theorems)]
    return {"steps": sum(len(chain.steps) for chain in chains), "programs": len(built.programs)}


def forget() -> None:
    """What was made of texts so far."""
    for kept in (_last, _built):
        kept.cache_clear()


@lru_cache(maxsize=1)  # the three parts of an answer, one after the other
def _last(text: str) -> Formula:
    """Raises CatalogueError, with the line, where the text is no formula file, and DeriveError where it holds none."""
    FILE.write_text(text, encoding="utf-8")
    found = load_catalogue([FILE], whole=False)
    if not found:
        raise DeriveError("there is no formula: give one a name, as in f = Formula(...)")
    return max(found, key=lambda formula: formula.line)


@lru_cache(maxsize=1)
def _built(text: str) -> Built:
    formula = _last(text)
    derived = derive_formula(formula)
    return Built(formula, derived, programs(formula, derived))
