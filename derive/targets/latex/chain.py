"""A chain of steps as aligned lines, one step per line, none wider than the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from derive.document.shown_chains import ChainShown, StepShown
from derive.notation import Mark
from derive.targets.tex.lines import broken
from derive.targets.tex.printer import RELATIONS, glyphs, marks, spell

LINE = 44
"""How many glyphs stand in one line beside a relation; what is wider is broken, or where it cannot be, shrunk."""

_SHORT_START = 14
"""A start of more glyphs than this stands on a line of its own."""

PLAIN, NUMBERED, DONE = "", "number", "done"
"""What stands at the margin of a last line: nothing, the number of the equation, or the end of a proof."""


@dataclass(frozen=True)
class ChainLine:
    """One line of an alignment.  ``note`` (text mode) stands before the margin, ``margin`` says what stands there."""

    math: str
    note: str = ""
    margin: str = PLAIN


def chain_lines(chain: ChainShown, whose: str, note: Callable[[StepShown], str], margin: str) -> tuple[str, ...]:
    """The start, then exactly the steps, each with its note; whose: the formula that a refusal names."""
    start = marks(chain.start, whose, chain.taken)
    alone = glyphs(start) > _SHORT_START or not chain.steps
    lines = [ChainLine(rf"\MoveEqLeft {fitted(start)}")] if alone else []
    for number, step in enumerate(chain.steps):
        left = spell(start) if number == 0 and not alone else ""
        *before, last = broken_after(RELATIONS[step.relation], marks(step.after, whose, chain.taken))
        after = [*before, replace(last, note=note(step))]
        lines += [replace(after[0], math=f"{left} {after[0].math}".lstrip()), *after[1:]]
    return joined([*lines[:-1], replace(lines[-1], margin=margin)])


def statement_lines(left: Mark, relation: str, right: Mark, margin: str = NUMBERED) -> tuple[str, ...]:
    """``left relation right``: one line, where both sides fit beside each other."""
    sign = RELATIONS[relation]
    if glyphs(left) + glyphs(right) <= LINE:
        return joined([ChainLine(f"{spell(left)} {sign} {spell(right)}", margin=margin)])
    *lines, last = [ChainLine(rf"\MoveEqLeft {fitted(left)}"), *broken_after(sign, right)]
    return joined([*lines, replace(last, margin=margin)])


def broken_after(relation: str, mark: Mark) -> list[ChainLine]:
    """``&= marks`` on as many lines as they need."""
    first, *others = broken(mark, LINE, _shrunk)
    return [ChainLine(f"&{relation} {first}"), *(ChainLine(rf"&\quad {piece}") for piece in others)]


def fitted(mark: Mark) -> str:
    """The marks on one line, shrunk by TeX if they prove to be wider than it."""
    text = spell(mark)
    return _shrunk(text) if glyphs(mark) > LINE else text


def _shrunk(text: str) -> str:
    return rf"\derivefit{{{text}}}"


def joined(lines: Sequence[ChainLine]) -> tuple[str, ...]:
    """The lines with their notes, what stands at the margin, and their ends: none stands alone on a page."""
    shown = [line.math + _tag(line) for line in lines]
    ends = {number: r" \\*" if number in (0, len(shown) - 2) else r" \\" for number in range(len(shown) - 1)}
    return tuple(text + ends.get(number, "") for number, text in enumerate(shown))


def _tag(line: ChainLine) -> str:
    margin = {PLAIN: "", NUMBERED: r"\derivenumber", DONE: r"\derivedone"}[line.margin]
    return rf" \tag*{{{line.note}\derivemargin{{{margin}}}}}" if line.note or margin else ""
