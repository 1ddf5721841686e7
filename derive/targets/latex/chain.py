"""A chain of steps as aligned lines, one step per line, none wider than the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from derive.algebra.records import Derivation, Step
from derive.language.formula import Formula
from derive.notation import Mark
from derive.notation.marks import Product, Terms
from derive.targets.tex.printer import FACTOR, PRODUCT, Spelling, glyphs, marks, spell

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}

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


def chain_lines(
    chain: Derivation, formula: Formula, taken: frozenset[str], note: Callable[[Step], str], margin: str
) -> tuple[str, ...]:
    """The start, then exactly the steps, each with its note."""
    start = marks(chain.start, formula.name, taken)
    alone = glyphs(start) > _SHORT_START or not chain.steps
    lines = [ChainLine(rf"\MoveEqLeft {fitted(start)}")] if alone else []
    for number, step in enumerate(chain.steps):
        left = spell(start) if number == 0 and not alone else ""
        *broken, last = broken_after(RELATIONS[step.relation], marks(step.after, formula.name, taken))
        broken = [*broken, replace(last, note=note(step))]
        lines += [replace(broken[0], math=f"{left} {broken[0].math}".lstrip()), *broken[1:]]
    return joined([*lines[:-1], replace(lines[-1], margin=margin)])


def statement_lines(left: Mark, relation: str, right: Mark) -> tuple[str, ...]:
    """``left relation right``, numbered: one line, where both sides fit beside each other."""
    sign = RELATIONS[relation]
    if glyphs(left) + glyphs(right) <= LINE:
        return joined([ChainLine(f"{spell(left)} {sign} {spell(right)}", margin=NUMBERED)])
    *lines, last = [ChainLine(rf"\MoveEqLeft {fitted(left)}"), *broken_after(sign, right)]
    return joined([*lines, replace(last, margin=NUMBERED)])


def broken_after(relation: str, mark: Mark) -> list[ChainLine]:
    """``&= marks`` on as many lines as they need."""
    first, *others = broken(mark)
    return [ChainLine(f"&{relation} {first}"), *(ChainLine(rf"&\quad {piece}") for piece in others)]


@dataclass(frozen=True)
class _Piece:
    """What stays on one line; ``depth`` says in how many broken parentheses it stands."""

    math: str
    wide: int
    depth: int = 0


def broken(mark: Mark) -> tuple[str, ...]:
    """The marks on as many lines as they need, broken before a sign, within parentheses too if they are long."""
    if glyphs(mark) <= LINE:
        return (fitted(mark),)
    lines: list[str] = []
    room = 0
    for piece in _pieces(mark):
        text = rf"\derivefit{{{piece.math}}}" if piece.wide > LINE else piece.math
        if lines and piece.wide + 2 <= room:
            lines[-1] += f" {text}"
        else:
            lines.append(f"{_INDENT * piece.depth}{{}}{text}" if lines else text)
            room = LINE - 2 * piece.depth
        room -= piece.wide + 2
    return tuple(lines)


_INDENT = r"\quad "


def _pieces(mark: Mark, depth: int = 0) -> list[_Piece]:
    if isinstance(mark, Terms):
        found = []
        for text, (_, body) in zip(Spelling().signed(mark.terms), mark.terms, strict=True):
            inside = _opened(body, depth) if glyphs(body) > LINE - 2 * depth else []
            if inside:
                sign = text[: 2 if text[1:2] == " " else 1] if text[0] in "+-" else ""
                inside[0] = replace(inside[0], math=sign + inside[0].math)
            found += inside or [_Piece(text, glyphs(body), depth)]
        return found
    return _opened(mark, depth) or [_Piece(spell(mark), glyphs(mark), depth)]


def _opened(mark: Mark, depth: int) -> list[_Piece]:
    """The pieces of a product of which one factor is a long sum in parentheses; none, where there is no such factor."""
    if not isinstance(mark, Product):
        return []
    place, widest = max(enumerate(mark.factors), key=lambda pair: glyphs(pair[1]) * isinstance(pair[1], Terms))
    if not isinstance(widest, Terms) or 2 * glyphs(widest) < LINE or len(widest.terms) < 2:
        return []
    before, after = mark.factors[:place], mark.factors[place + 1 :]
    inside = _pieces(widest, depth + 1)
    front = f"{Spelling().show(Product(before), PRODUCT, FACTOR)} " if before else ""
    back = f" {Spelling().show(Product(after), PRODUCT)}" if after else ""
    first = inside[0]
    wide = first.wide + sum(map(glyphs, before))
    inside[0] = replace(first, math=rf"{front}\biggl({first.math}", wide=wide, depth=depth)
    last = inside[-1]
    inside[-1] = replace(last, math=rf"{last.math}\biggr){back}", wide=last.wide + sum(map(glyphs, after)))
    return inside


def fitted(mark: Mark) -> str:
    """The marks on one line, shrunk by TeX if they prove to be wider than it."""
    text = spell(mark)
    return rf"\derivefit{{{text}}}" if glyphs(mark) > LINE else text


def joined(lines: Sequence[ChainLine]) -> tuple[str, ...]:
    """The lines with their notes, what stands at the margin, and their ends: none stands alone on a page."""
    shown = [line.math + _tag(line) for line in lines]
    ends = {number: r" \\*" if number in (0, len(shown) - 2) else r" \\" for number in range(len(shown) - 1)}
    return tuple(text + ends.get(number, "") for number, text in enumerate(shown))


def _tag(line: ChainLine) -> str:
    margin = {PLAIN: "", NUMBERED: r"\derivenumber", DONE: r"\derivedone"}[line.margin]
    return rf" \tag*{{{line.note}\derivemargin{{{margin}}}}}" if line.note or margin else ""
