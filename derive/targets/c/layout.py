"""Lines of C: indentation, breaking where too long, comments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 100
INDENT = "    "
_BREAKS = ("", "||", "&&", "?", ":", "+", "-", "*", "/")
"""Operators before which a line may be broken, the best first (``*`` of a pointer has no space behind it)."""


def indent(lines: Iterable[str], depth: int = 1) -> list[str]:
    return [f"{INDENT * depth}{line}" for line in lines]


def fold(line: str) -> list[str]:
    """A line of code or a remark, broken where it is too long: at the outermost place that there is."""
    lead = line[: len(line) - len(line.lstrip())]
    if line.lstrip().startswith("/*"):
        return textwrap.wrap(line.strip(), WIDTH, initial_indent=lead, subsequent_indent=lead + 3 * " ")
    pieces = []
    while len(line) > WIDTH and (place := _break_place(line)):
        pieces.append(line[:place].rstrip())
        line = lead + 2 * INDENT + line[place:].lstrip()
    return [*pieces, line]


def _break_place(line: str) -> int | None:
    """Where to break: after a comma or before an operator, in as few parentheses as can be, as far right as can be."""
    found: list[tuple[int, int, int]] = []
    depth = 0
    start = len(line) - len(line.lstrip())
    for place, character in enumerate(line[:WIDTH]):
        depth += (character in "([{") - (character in ")]}")
        if character == " " and place > start:
            if line[place - 1] == ",":
                found.append((depth, 0, -place))
            elif (token := line[place + 1 :].partition(" ")[0]) in _BREAKS:
                found.append((depth, _BREAKS.index(token), -place))
    late = [candidate for candidate in found if -candidate[2] > WIDTH // 3]
    return -min(late or found)[2] if found else None


def folded(lines: Iterable[str]) -> list[str]:
    return [piece for line in lines for piece in fold(line)]


def comment(text: str) -> list[str]:
    """A remark in front of a statement; none for an empty text."""
    return [f"/* {safe(text)} */"] if text else []


def block_comment(paragraphs: Iterable[str | list[str]]) -> str:
    """A comment over several lines: a text is wrapped, a list of lines is kept and set in; empty ones are left out."""
    lines: list[str] = []
    for paragraph in (p for p in paragraphs if p):
        wrapped = (
            textwrap.wrap(safe(paragraph), WIDTH - 3, break_on_hyphens=False)
            if isinstance(paragraph, str)
            else [piece for line in paragraph for piece in _kept(line)]
        )
        lines += [*([""] if lines else []), *wrapped]
    return "\n".join(["/*", *(f" * {line}".rstrip() for line in lines), " */"])


def safe(text: str) -> str:
    """A text that cannot end a comment, nor start another in it, on one line."""
    return unmarked(" ".join(text.split()))


def unmarked(text: str) -> str:
    return text.replace("*/", "* /").replace("/*", "/ *").replace("??/", "?? /").rstrip("\\")


def _kept(line: str) -> list[str]:
    kept = unmarked(INDENT + line.strip())
    return textwrap.wrap(kept, WIDTH - 3, subsequent_indent=3 * INDENT, break_on_hyphens=False, drop_whitespace=True)
