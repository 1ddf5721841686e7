"""A long expression on several lines, broken before a sign, within parentheses too if they are long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from derive.notation import Mark
from derive.notation.marks import Product, Terms
from derive.targets.tex.printer import FACTOR, PRODUCT, Spelling, glyphs, spell


@dataclass(frozen=True)
class _Piece:
    """What stays on one line; ``depth`` says in how many broken parentheses it stands."""

    math: str
    wide: int
    depth: int = 0


def broken(mark: Mark, line: int, shrunk: Callable[[str], str] = str) -> tuple[str, ...]:
    """The marks on as many lines as they need, of at most ``line`` glyphs.

    shrunk: what is done to a piece that is wider.
    """
    if glyphs(mark) <= line:
        return (spell(mark),)
    lines: list[str] = []
    room = 0
    for piece in _pieces(mark, line):
        text = shrunk(piece.math) if piece.wide > line else piece.math
        if lines and piece.wide + 2 <= room:
            lines[-1] += f" {text}"
        else:
            lines.append(f"{_INDENT * piece.depth}{{}}{text}" if lines else text)
            room = line - 2 * piece.depth
        room -= piece.wide + 2
    return tuple(lines)


_INDENT = r"\quad "


def _pieces(mark: Mark, line: int, depth: int = 0) -> list[_Piece]:
    if isinstance(mark, Terms):
        found = []
        for text, (_, body) in zip(Spelling().signed(mark.terms), mark.terms, strict=True):
            inside = _opened(body, line, depth) if glyphs(body) > line - 2 * depth else []
            if inside:
                sign = text[: 2 if text[1:2] == " " else 1] if text[0] in "+-" else ""
                inside[0] = replace(inside[0], math=sign + inside[0].math)
            found += inside or [_Piece(text, glyphs(body), depth)]
        return found
    return _opened(mark, line, depth) or [_Piece(spell(mark), glyphs(mark), depth)]


def _opened(mark: Mark, line: int, depth: int) -> list[_Piece]:
    """The pieces of a product of which one factor is a long sum in parentheses; none, where there is no such factor."""
    if not isinstance(mark, Product):
        return []
    place, widest = max(enumerate(mark.factors), key=lambda pair: glyphs(pair[1]) * isinstance(pair[1], Terms))
    if not isinstance(widest, Terms) or 2 * glyphs(widest) < line or len(widest.terms) < 2:
        return []
    before, after = mark.factors[:place], mark.factors[place + 1 :]
    inside = _pieces(widest, line, depth + 1)
    front = f"{Spelling().show(Product(before), PRODUCT, FACTOR)} " if before else ""
    back = f" {Spelling().show(Product(after), PRODUCT)}" if after else ""
    first = inside[0]
    wide = first.wide + sum(map(glyphs, before))
    inside[0] = replace(first, math=rf"{front}\biggl({first.math}", wide=wide, depth=depth)
    last = inside[-1]
    inside[-1] = replace(last, math=rf"{last.math}\biggr){back}", wide=last.wide + sum(map(glyphs, after)))
    return inside
