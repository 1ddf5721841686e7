"""Prose and mathematics in Markdown: spelled so that every reader of Markdown takes them alike."""

from __future__ import annotations

import re
from functools import lru_cache

from derive.language.components import CACHED
from derive.targets.tex.prose import each_run, mathematics, tidy

_SPECIAL = {c: f"&#{ord(c)};" for c in "\\`*_[]{}|$~#"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_TYPED = {"!=": "≠", "<=": "≤", ">=": "≥", "->": "→"}


@lru_cache(maxsize=CACHED)  # what is said of a rule is said at each of its steps
def prose(text: str) -> str:
    """``text`` as one line of Markdown that shows it letter by letter."""
    return _no_block(_spelled(text))


def _spelled(text: str) -> str:
    return "".join(_SPECIAL.get(c, c) for c in signs(" ".join(text.split())))


@lru_cache(maxsize=CACHED)
def sentences(text: str) -> str:
    """``text`` as one line of Markdown; a formula in it, such as ``p_k > 0``, as mathematics."""
    return _no_block(each_run(tidy(text), _set_off, spaced))


def _set_off(formula: str) -> str:
    """A letter or a number by itself stays as it is typed: it reads well, and a search finds it."""
    if formula.replace(".", "").isalnum():
        return formula
    return inline(mathematics(formula).replace("<", r"\lt ").replace(">", r"\gt "))  # no reader takes it for a tag


def spaced(text: str) -> str:
    """A piece of prose, within a line, that keeps the space between it and what is beside it."""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{_spelled(text)}{after}" if text.strip() else text


def _no_block(text: str) -> str:
    """What would begin a block at the start of a line, letter by letter."""
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


def mixed(text: str) -> str:
    """Prose with mathematics between dollars."""
    pieces = re.split(r"\$([^$]+)\$", " ".join(text.split()))
    return _no_block("".join(inline(piece) if place % 2 else spaced(piece) for place, piece in enumerate(pieces)))


def typeset(text: str) -> str:
    """Sentences, with mathematics between dollars where it is not found without them."""
    pieces = re.split(r"\$([^$]+)\$", tidy(text))
    return _no_block(
        "".join(inline(p) if place % 2 else each_run(p, _set_off, spaced) for place, p in enumerate(pieces))
    )
