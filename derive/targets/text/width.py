"""Columns of a terminal: a Chinese character takes two, an accent that joins a letter none."""

from __future__ import annotations

import unicodedata

_NOT_FIRST = frozenset("。，、；：？！）》」』”’…")
"""No line begins with one of these."""

_NOT_LAST = frozenset("（《「『“‘")
"""No line ends with one of these."""


def width(text: str) -> int:
    """The columns that a text takes."""
    return sum(map(_columns, text))


def pad(text: str, columns: int) -> str:
    """The text with spaces after it, up to so many columns."""
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int, first: str = "", rest: str = "") -> list[str]:
    """The text on lines of at most ``columns``, broken at spaces and between wide characters.

    ``first`` stands before the first line, ``rest`` before each other one.  A word that no line holds stays whole.
    """
    lines: list[str] = []
    line, filled = first, False
    for space, unit in _units(text):
        joint = " " if space and filled else ""
        if filled and width(line) + width(joint + unit) > columns:
            lines.append(line)
            line, joint = rest, ""
        line, filled = line + joint + unit, True
    return [*lines, line] if filled else lines


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _units(text: str) -> list[tuple[bool, str]]:
    """What a line may not break, each with whether a space stands before it."""
    units: list[tuple[bool, str]] = []
    last = ""
    for char in text:
        if not char.isspace():
            if units and last and not last.isspace() and _holds(last, char):
                units[-1] = (units[-1][0], units[-1][1] + char)
            else:
                units.append((last.isspace(), char))
        last = char
    return units


def _holds(left: str, right: str) -> bool:
    """Whether two neighbours belong on one line."""
    wide = _columns(left) == 2 or _columns(right) == 2
    return not wide or right in _NOT_FIRST or left in _NOT_LAST
