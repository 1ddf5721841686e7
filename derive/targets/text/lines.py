"""Lines of mathematics that fit a terminal."""

from __future__ import annotations

WIDTH = 96
"""No line is longer, where there is a space to break it."""

_NOTE_AT = 64
"""The rightmost column at which notes may be aligned."""


def aligned(rows: list[tuple[str, str, str]], indent: str = "  ") -> list[str]:
    """Rows of (relation, mathematics, note): relations in one column, notes in another, long lines broken."""
    gap = len(indent) + 1 + max((len(relation) for relation, _, _ in rows), default=0)
    folded = [(relation, fold(math, WIDTH - gap), note) for relation, math, note in rows]
    ends = [len(lines[-1]) for _, lines, note in folded if note and gap + len(lines[-1]) <= _NOTE_AT]
    column = max(ends, default=0) + 3
    shown: list[str] = []
    for relation, lines, note in folded:
        for number, line in enumerate(lines):
            sign = relation if number == 0 else ""
            shown.append((f"{indent}{sign:>{gap - len(indent) - 1}} {line}").rstrip())
        shown = _noted(shown, note, gap + column) if note else shown
    return shown


def _noted(shown: list[str], note: str, column: int) -> list[str]:
    """The last line with its note: in the column of notes, further right, or on a line of its own."""
    text = f"[{note}]"
    start = max(column, len(shown[-1]) + 3)
    if start + len(text) <= WIDTH:
        return [*shown[:-1], shown[-1].ljust(start) + text]
    return [*shown, text.rjust(WIDTH)]


def fold(math: str, width: int) -> list[str]:
    """The mathematics on lines of at most ``width``, broken before the sign that binds least; the rest is indented."""
    lines: list[str] = []
    while len(math) > width:
        place = _break(math, width)
        if place is None:
            break
        lines.append(math[:place])
        math = "    " + math[place + 1 :]
    return [*lines, math]


def _break(math: str, width: int) -> int | None:
    """The space to break at: not too early, as few parentheses deep as possible, before a sign, as late as possible."""
    depth = 0
    best: tuple[tuple[bool, int, bool, int], int] | None = None
    margin = len(math) - len(math.lstrip())
    for place, char in enumerate(math[: width + 1]):
        depth += (char in "([") - (char in ")]")
        if char == " " and place > margin:
            rank = (place < width // 3, depth, math[place + 1 : place + 3] not in ("+ ", "- ", "/ "), -place)
            best = min(best, (rank, place)) if best else (rank, place)
    return best[1] if best else None
