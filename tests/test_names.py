"""A name has one meaning: no two rooms define something different under one name, and no two files are called alike.

What repeats on purpose is listed, each with its reason.  A new repeat finds another name, or a line here.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "derive"

APART = ("formulas", "readers/pictures", "readers/exhibits", "bench")
"""A file for each thing of a kind, all of one shape (a formula and its theory, a picture, an exhibit); and what
measures the house from outside, which nothing in it reads."""

SIBLINGS = ("targets", "readers")
"""Rooms within these do the same work for different media, and call it the same."""

_TREES = "the tree of a page and that of a program: leaves of both"
REPEATED = {
    "Approach": "a limit, on a page; the limit at a row, by the oracle",
    "Check": "what an emitted kernel asks of its arguments; what the oracle asks of a condition",
    "Fact": "what is known of a subject in a proof; what the guided path states",
    "Format": "of a float: what a fit is made for; what the oracle rounds to",
    "Function": "a function of the language; the function that a target writes",
    "Kernel": "what is computed; what is called",
    "Made": "an output, as it is kept; what a kernel made of probe rows",
    "Measured": "how fast; how right",
    "Name": _TREES,
    "Number": _TREES,
    "Named": "an atom with a name; a page's row with one",
    "Place": "of a folder on the command line; of a class in a row; of a derivation in a document",
    "Plan": "of what a build writes; of a site",
    "Printer": "what shows a record in a notebook; what prints a program as NumPy",
    "Result": "of a kernel, as an expression; of the oracle, as digits",
    "Scope": "of a job in a folder; of names in a block of C",
    "Tell": "who is told of progress, in the words of each room",
    "Target": "what an elementary function is fitted to; an output",
    "Text": "prose with its translations; the C of a function",
    "Value": "of a formula, under its symbol; of a statement in a program",
    "build": "the verb and what it does",
    "check": "the verb and what it does",
    "verify": "the verb and what it does",
    "case": "one of a Jacobian's; one of a comparison's",
    "check_installed": "each for the programs that its reader needs",
    "derivative": "as a derivation; as an expression that nothing was multiplied out of",
    "domain_of": "the record; how a page writes it",
    "fitted": "coefficients; a line to its page",
    "fold": "an expression by its symbol; a line in two",
    "function": "the oracle's value of one; what a target calls it",
    "inverse": "of an interval; of a dual number",
    "key_of": "of a file in the cache; of an index among the oracle's classes",
    "main": "what a module does that is run",
    "measure": "how fast; how right",
    "nonzero": "a condition of a rule; an assumption of a claim",
    "positive": "a condition of a rule; an assumption of a claim",
    "load": "a kernel of arrays; one of tensors",
    "number": "the pass; a number on a page",
    "read": "a formula's words; a file",
    "record": "the fits, as they are kept; a kernel, as it is kept",
    "recorded": "fits that were kept; a folder's manifest",
    "render": "the verb and what it does; a page of text",
    "run": "the command line; MkDocs; a program in the oracle",
    "rounded": "a coefficient; an operation of the float machine",
    "samples": "points of a fit; rows of a float check",
    "serve": "a site; calls from another process",
    "tidy": "a derivation; a sentence",
    "told": "a measurement in one line; a citation in one line",
    "written": "what a formula file gives; a record as data",
    "joined": "terms of a sum; lines of a chain",
    "owed": "by a rule that was used; by a step, on a page",
}
"""Classes and functions, with what each is in its rooms."""

FILES = {
    "arguments": "what is asked of them: by derive.load, by the emitted C",
    "choices": "comparisons in the language, and what the oracle knows of them: it shares no code",
    "files": "of formulas; of an output folder",
    "inputs": "of the language, and how the oracle finds them: it shares no code",
    "page": "of a formula, before any medium; as a medium spells it",
    "path": "the guided path, before any medium; as a medium spells it",
    "programs": "as text; as what the oracle checks",
    "render": "a folder; a page of text",
    "rules": "of the algebra; those of theorems alone; as a document lists them",
    "sources": "what a kernel is made from; the files of an output folder",
    "errors": "the base that costs nothing to import; those of the language",
}
"""Files, with what each holds in its rooms."""


def rooms(path: Path) -> tuple[str, ...]:
    return path.relative_to(HOUSE).parts[:-1] or (path.stem,)


def sources() -> list[Path]:
    found = sorted(HOUSE.rglob("*.py"))
    return [p for p in found if not any(p.is_relative_to(HOUSE / content) for content in APART)]


def meant(path: Path) -> str:
    """The room that a name belongs to; siblings count as one."""
    room = rooms(path)
    return room[0] if room[0] in SIBLINGS else "/".join(room)


def defined(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if not name.isupper() and name[:1].isupper():  # an alias of a type
                yield name


def repeated(named: Iterator[tuple[str, str]]) -> set[str]:
    """The names that stand in more than one room."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, room in named:
        found[name].add(room)
    return {name for name, where in found.items() if len(where) > 1 and not name.startswith("_")}


def test_a_name_has_one_meaning() -> None:
    found = repeated((name, meant(path)) for path in sources() for name in defined(path))
    assert found - REPEATED.keys() == set(), "defined twice: find other names, or say here why not"
    assert REPEATED.keys() - found == set(), "these do not repeat any more"


def test_a_file_has_one_name() -> None:
    found = repeated((path.stem, meant(path)) for path in sources() if path.stem != "__init__")
    assert found - FILES.keys() == set(), "called alike: find other names, or say here why not"
    assert FILES.keys() - found == set(), "these do not repeat any more"
