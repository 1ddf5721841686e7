"""Prose and mathematics in Markdown: spelled so that every reader of Markdown takes them alike."""

from __future__ import annotations

import re

_SPECIAL = {c: f"&#{ord(c)};" for c in "\\`*_[]{}|$~#"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_TYPED = {"!=": "≠", "<=": "≤", ">=": "≥", "->": "→"}


def prose(text: str) -> str:
    """``text`` as one line of Markdown that shows it letter by letter."""
    text = signs(" ".join(text.split()))
    text = "".join(_SPECIAL.get(c, c) for c in text)
    return re.sub(r"^([-+=!]|\d+(?=[.)]))", lambda found: "".join(f"&#{ord(c)};" for c in found[0]), text)


def tooltip(text: str) -> str:
    """``text`` for the title of a link, between double quotes."""
    return "".join(f"&#{ord(c)};" if c in "\"'()" else c for c in prose(text))


def signs(text: str) -> str:
    """Typed signs as they are printed."""
    for typed, sign in _TYPED.items():
        text = text.replace(typed, sign)
    return text


def inline(math: str) -> str:
    """Mathematics within a line: dollars with backticks, which no reader of Markdown looks into."""
    return f"$`{_one_line(math)}`$"


def in_table(math: str) -> str:
    """The same, as tall as a displayed formula, in a cell of a table: there a bar would end the cell."""
    return inline(r"\displaystyle " + math.replace(r"\|", r"\Vert ").replace("|", r"\vert "))


def _one_line(math: str) -> str:
    return " ".join(math.split())
