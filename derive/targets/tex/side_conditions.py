"""Side conditions in the notation of TeX, in the words of a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from derive.algebra.records import Condition
from derive.document.stating import FOR_EVERY, condition_pattern, running_indices
from derive.notation import Mark
from derive.targets.tex.printer import marks, name_of, spell
from derive.targets.words import Words

_SIGNS = {"->": r"\to", "!=": r"\ne", "<=": r"\le", ">=": r"\ge"}
_PIECES = re.compile(r"(\{\w+\}|->|!=|<=|>=|[<>=]|\b[01n]\b)")


def condition(
    owed: Condition,
    formula: str,
    words: Words,
    taken: Iterable[str] = (),
    show: Callable[[Mark], str] = spell,
) -> str:
    """One condition in math mode; ``show`` spells its subjects, a refusal names ``formula`` (or a rule).

    Raises DocumentError on a kind without words.
    """
    pattern = condition_pattern(owed, formula)
    subjects = [show(marks(subject, formula, taken)) for subject in owed.subject]
    text = in_math(words.say(pattern), {str(number): subject for number, subject in enumerate(subjects)})
    running = running_indices(owed)
    if not running:
        return text
    values = {"condition": text, "names": ", ".join(map(name_of, running))}
    return in_math(words.say(FOR_EVERY), values)


def conditions(
    owed: Iterable[Condition],
    formula: str,
    words: Words,
    taken: Iterable[str] = (),
    show: Callable[[Mark], str] = spell,
) -> tuple[str, ...]:
    """As :func:`derive.document.stating.as_read` gives them."""
    return tuple(condition(c, formula, words, taken, show) for c in owed)


def in_math(pattern: str, values: dict[str, str]) -> str:
    """A pattern of prose in math mode: its words upright, its signs as TeX has them, each ``{name}`` as given."""
    pieces = []
    for number, piece in enumerate(_PIECES.split(pattern)):
        if number % 2:
            pieces.append(values[piece[1:-1]] if piece.startswith("{") else _SIGNS.get(piece, piece))
        elif piece.strip():
            pieces.append(rf"\text{{{piece}}}")
    return " ".join(pieces)
