"""What ``derive audit`` reads of its words, and what it says of what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from derive.audit import Audit, AuditError, judge, judge_batch, theirs_of
from derive.language.formula import Formula
from derive.loading import OPTIONS
from derive.loops.ir import Program
from derive.pipeline import build_formula

DIGITS = "it is the formula, but on some rows it loses its digits, or gives no number"
OFF_TOTAL = "it is the formula only where"


def audit(place: str, formula: Formula, kind: str, options: Sequence[str]) -> tuple[bool, list[str]]:
    """Whether the function at a place is right, and the lines that say so.  Raises AuditError where it is not found."""
    program = _program(formula, kind)
    chosen = dict(map(_read, options))
    theirs = theirs_of(place, program, [name for name, value in chosen.items() if value is None])
    if chosen and formula.has_axes:
        raise AuditError(f"{formula.where}: {formula.name} names its axes: an option is of a loss of one row")
    found = judge_batch(theirs, program, chosen) if chosen else judge(theirs, program)
    return found.is_right, [f"{place}: {line}" for line in _told(found, program)]


def _program(formula: Formula, kind: str) -> Program:
    programs = {program.name: program for program in build_formula(formula).programs if program.saved is None}
    name = formula.name if kind == "value" else f"{formula.name}_{kind}"
    if name not in programs:
        kinds = [one.removeprefix(formula.name).removeprefix("_") or "value" for one in programs]
        raise AuditError(f"{formula.name} has nothing that is called {kind!r}: --as takes {', '.join(kinds)}")
    return programs[name]


def _read(text: str) -> tuple[str, Any]:
    """``weight`` is an array that the function takes; ``reduction=mean``, ``ignore_index=-100`` hold inside it."""
    name, given, value = text.partition("=")
    if name not in OPTIONS:
        raise AuditError(f"--option {text}: no option is called {name!r}: there are {', '.join(sorted(OPTIONS))}")
    if name.endswith("weight"):
        return name, None
    try:
        return name, {"ignore_index": int, "label_smoothing": float}.get(name, str)(value if given else "")
    except ValueError:
        raise AuditError(f"--option {text}: it takes a number, as in {name}=0") from None


def _told(found: Audit, program: Program) -> Iterator[str]:
    if found.is_right:
        batch = {"none": "", "sum": ", summed up over the rows", "mean": ", as the mean over the rows"}[found.reduction]
        yield f"it is {program.name}{batch} ({found.rows} inputs tried)"
    if found.wrong is not None:
        yield f"it is not {program.name}: {found.wrong}"
    if found.off_total is not None:
        yield f"{OFF_TOTAL} the target sums to 1: {found.off_total}"
    if found.why:
        yield f"what explains it: {found.why}"
    if found.digits is not None:
        yield f"{DIGITS}: {found.digits}"
    if not found.reduction:
        yield "it is the formula for one row; of several it gives neither each, nor their sum, nor their mean"
