"""A chain of steps as aligned lines, one step per line, none wider than the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.calculus.records import Derivation, Step
from derive.language.formula import Formula
from derive.language.notation import Mark, Terms
from derive.targets.latex.escape import prose
from derive.targets.latex.printer import Spelling, glyphs, marks, spell
from derive.targets.pages import anchor

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge"}

LINE = 44
"""How many glyphs stand in one line beside a relation; what is wider is broken, or where it cannot be, shrunk."""

_SHORT_START = 14
"""A start of more glyphs than this stands on a line of its own."""


@dataclass(frozen=True)
class Line:
    """One line of an alignment.  ``note`` (text mode) stands at the right margin."""

    math: str
    note: str = ""


def chain_lines(chain: Derivation, formula: Formula, taken: frozenset[str]) -> tuple[Line, ...]:
    """The start, then exactly the steps."""
    start = marks(chain.start, formula.name, taken)
    alone = glyphs(start) > _SHORT_START or not chain.steps
    lines = [Line(rf"\MoveEqLeft {fitted(start)}")] if alone else []
    for number, step in enumerate(chain.steps):
        left = spell(start) if number == 0 and not alone else ""
        lines += _step_lines(left, step, formula, taken)
    return tuple(lines)


def _step_lines(left: str, step: Step, formula: Formula, taken: frozenset[str]) -> list[Line]:
    note = rf"\derivenote{{{formula.name}.{anchor(step.rule)}}}{{{prose(step.rule.name)}}}"
    *lines, last = broken_after(RELATIONS[step.relation], marks(step.after, formula.name, taken))
    lines = [*lines, replace(last, note=note)]
    return [replace(lines[0], math=f"{left} {lines[0].math}".lstrip()), *lines[1:]]


def broken_after(relation: str, mark: Mark) -> list[Line]:
    """``&= marks`` on as many lines as they need."""
    first, *others = broken(mark)
    return [Line(f"&{relation} {first}"), *(Line(rf"&\quad {piece}") for piece in others)]


def broken(mark: Mark) -> tuple[str, ...]:
    """The marks on as many lines as they need, broken before a sign."""
    if not isinstance(mark, Terms) or glyphs(mark) <= LINE:
        return (fitted(mark),)
    lines: list[str] = []
    room = 0
    for text, (_, body) in zip(Spelling().signed(mark.terms), mark.terms, strict=True):
        text = rf"\derivefit{{{text}}}" if glyphs(body) > LINE else text
        if lines and glyphs(body) + 2 <= room:
            lines[-1] += f" {text}"
        else:
            lines.append(f"{{}}{text}" if lines else text)
            room = LINE
        room -= glyphs(body) + 2
    return tuple(lines)


def fitted(mark: Mark) -> str:
    """The marks on one line, shrunk by TeX if they prove to be wider than it."""
    text = spell(mark)
    return rf"\derivefit{{{text}}}" if glyphs(mark) > LINE else text


def joined(lines: Sequence[Line]) -> tuple[str, ...]:
    """The lines with their notes and their ends."""
    shown = [line.math + (rf" \tag*{{{line.note}}}" if line.note else "") for line in lines]
    return tuple(text + (r" \\" if number < len(shown) - 1 else "") for number, text in enumerate(shown))
