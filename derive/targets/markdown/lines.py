"""A long expression on several lines, broken before a sign."""

from __future__ import annotations

from derive.notation import Mark
from derive.targets.tex import lines as tex

LINE = 40
"""How many glyphs stand in one line beside a rule; what cannot be broken scrolls inside its own box."""


def broken(mark: Mark, relation: str = "") -> str:
    r"""``relation mark``, aligned on several lines where it is long; in math mode."""
    start = f"{relation} " if relation else ""
    first, *others = tex.broken(mark, LINE)
    if not others:
        return f"{start}{first}"
    head = rf"& {{}} {start}{first}" if relation else f"& {first}"
    inside = r" \\ ".join([head, *(rf"&\quad {line}" for line in others)])
    return rf"\begin{{aligned}} {inside} \end{{aligned}}"
