"""Side conditions in the notation of TeX, in the words of a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sympy import Dummy, S

from derive.calculus.records import Condition
from derive.language.formula import Formula
from derive.language.notation import Mark
from derive.targets.base import PrintError
from derive.targets.tex.printer import marks, name_of, spell
from derive.targets.words import Words

_PATTERNS = {
    "positive": "{0} > 0",
    "known_positive": "{0} > 0",
    "nonnegative": "{0} >= 0",
    "nonzero": "{0} != 0",
    "in_range": "1 <= {0} <= n",
    "equal": "{0} = {1}",
    "distinct": "{0} != {1}",
    "sums_to_one": "{0} = 1",
    "sums_to": "{0} = {1}",
    "largest": "{0} is larger than every other component",
    "negative_apart": "{0} < 0 wherever {1} != {2}",
    "tends_to": "{0} -> {3} as {1} -> {2}",
    "free": "{0} does not depend on {1}",
    "integer": "{0} is an integer",
    "whole": "{0} is an integer and not negative",
}
"""Kind of condition -> how it reads, with the parts of its subject by their number."""

_FROM_ABOVE = "{0} -> {3} as {1} -> 0 from above"
_SIGNS = {"->": r"\to", "!=": r"\ne", "<=": r"\le", ">=": r"\ge"}
_PIECES = re.compile(r"(\{\w+\}|->|!=|<=|>=|[<>=]|\b[01n]\b)")


def condition(
    owed: Condition, formula: Formula, words: Words, taken: Iterable[str] = (), show: Callable[[Mark], str] = spell
) -> str:
    """One condition, in math mode; ``show`` spells its subjects.  Raises PrintError on a kind not known here."""
    pattern = _PATTERNS.get(owed.kind)
    if pattern is None:
        raise PrintError(
            f"latex: formula {formula.name!r}: no notation for a condition of the kind {owed.kind!r}: "
            f"add it to derive/targets/tex/conditions.py"
        )
    if owed.kind == "tends_to" and owed.subject[2] == S.Zero:
        pattern = _FROM_ABOVE
    subjects = [show(marks(subject, formula.name, taken)) for subject in owed.subject]
    text = in_math(words.say(pattern), {str(number): subject for number, subject in enumerate(subjects)})
    running = sorted({s.name for c in owed.subject for s in c.free_symbols if isinstance(s, Dummy) and s.is_integer})
    if not running:
        return text
    values = {"condition": text, "names": ", ".join(map(name_of, running))}
    return in_math(words.say("{condition} for every {names}"), values)


def conditions(
    owed: Iterable[Condition],
    formula: Formula,
    words: Words,
    taken: Iterable[str] = (),
    show: Callable[[Mark], str] = spell,
) -> tuple[str, ...]:
    """Each once, as it is read (two bound indices may differ in nothing else)."""
    return tuple(dict.fromkeys(condition(c, formula, words, taken, show) for c in owed))


def in_math(pattern: str, values: dict[str, str]) -> str:
    """A pattern of prose in math mode: its words upright, its signs as TeX has them, each ``{name}`` as given."""
    pieces = []
    for number, piece in enumerate(_PIECES.split(pattern)):
        if number % 2:
            pieces.append(values[piece[1:-1]] if piece.startswith("{") else _SIGNS.get(piece, piece))
        elif piece.strip():
            pieces.append(rf"\text{{{piece}}}")
    return " ".join(pieces)
