"""A long expression on several lines, broken before a sign."""

from __future__ import annotations

from derive.notation import Mark
from derive.notation.marks import Terms
from derive.targets.tex.printer import Spelling, glyphs, spell

LINE = 52
"""How many glyphs stand in one line; what cannot be broken scrolls inside its own box."""


def broken(mark: Mark, relation: str = "") -> str:
    r"""``relation mark``, aligned on several lines where it is long; in math mode."""
    start = f"{relation} " if relation else ""
    if not isinstance(mark, Terms) or glyphs(mark) <= LINE:
        return f"{start}{spell(mark)}"
    lines: list[str] = []
    room = 0
    for text, (_, body) in zip(Spelling().signed(mark.terms), mark.terms, strict=True):
        if lines and glyphs(body) + 2 <= room:
            lines[-1] += f" {text}"
        else:
            lines.append(f"{{}} {text}" if lines else text)
            room = LINE
        room -= glyphs(body) + 2
    if len(lines) == 1:
        return f"{start}{lines[0]}"
    first = rf"& {{}} {start}{lines[0]}" if relation else f"& {lines[0]}"
    inside = r" \\ ".join([first, *(rf"&\quad {line}" for line in lines[1:])])
    return rf"\begin{{aligned}} {inside} \end{{aligned}}"
