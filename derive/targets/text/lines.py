"""Lines of mathematics that fit a terminal."""

from __future__ import annotations

from derive.targets.text.width import pad, width, wrap

WIDTH = 80
"""No line is longer, where there is a space to break it and nobody asks for another width."""


def aligned(rows: list[tuple[str, str, str]], columns: int = WIDTH, indent: str = "  ") -> list[str]:
    """Rows of (relation, mathematics, note): relations in one column, notes in another, long lines broken."""
    gap = len(indent) + 1 + max((len(relation) for relation, _, _ in rows), default=0)
    folded = [(relation, fold(math, columns - gap), note) for relation, math, note in rows]
    rightmost = columns * 2 // 3  # notes further right stand where their line ends
    ends = [width(lines[-1]) for _, lines, note in folded if note and gap + width(lines[-1]) <= rightmost]
    column = max(ends, default=0) + 3
    shown: list[str] = []
    for relation, lines, note in folded:
        for number, line in enumerate(lines):
            sign = relation if number == 0 else ""
            shown.append((f"{indent}{sign:>{gap - len(indent) - 1}} {line}").rstrip())
        shown = _noted(shown, note, gap + column, columns) if note else shown
    return shown


def _noted(shown: list[str], note: str, column: int, columns: int) -> list[str]:
    """The last line with its note: in the column of notes, further right, or on a line of its own."""
    text = f"[{note}]"
    start = max(column, width(shown[-1]) + 3)
    if start + width(text) <= columns:
        return [*shown[:-1], pad(shown[-1], start) + text]
    return [*shown, *(" " * (columns - width(line)) + line for line in wrap(text, columns))]


def fold(math: str, columns: int) -> list[str]:
    """The mathematics on lines of at most ``columns``, broken before the sign that binds least; the rest indented."""
    lines: list[str] = []
    while len(math) > columns:
        place = _break(math, columns)
        if place is None:
            break
        lines.append(math[:place])
        math = "    " + math[place + 1 :]
    return [*lines, math]


def _break(math: str, columns: int) -> int | None:
    """The space to break at: not too early, as few parentheses deep as possible, before a sign, as late as possible."""
    depth = 0
    best: tuple[tuple[bool, int, bool, int], int] | None = None
    margin = len(math) - len(math.lstrip())
    for place, char in enumerate(math[: columns + 1]):
        depth += (char in "([") - (char in ")]")
        if char == " " and place > margin:
            rank = (place < columns // 3, depth, math[place + 1 : place + 3] not in ("+ ", "- ", "/ "), -place)
            best = min(best, (rank, place)) if best else (rank, place)
    return best[1] if best else None
