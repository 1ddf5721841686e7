"""An expression as a message shows it: as its user wrote it, with a letter for each bound index."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from typing import Any

from sympy import Basic, Dummy, Symbol
from sympy import Max as LargestOf
from sympy.printing.str import StrPrinter

from derive.language.axes import CLASSES, Axis, axis_of
from derive.language.components import CACHED, Vector
from derive.language.nodes import Binder, BoundIndex

LETTERS = "klmpqr"
"""What a bound index of a class is called, the first one that is free."""


def letters_along(axis: Axis) -> str:
    """What an index along an axis is called: of the rows ``r``, then the letters behind it."""
    if axis == CLASSES:
        return LETTERS
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    place = alphabet.find(axis.name[0].lower())
    return (alphabet[place:] + alphabet[: max(place, 0)]).replace("n", "").replace("e", "")


def spoken(subject: Any) -> str:
    """As a formula file writes it: ``Sum(exp(x[k]), k)``.  Whatever is no expression is shown by its own ``str``."""
    return _spoken(subject) if isinstance(subject, Basic) else str(subject)


@lru_cache(maxsize=CACHED)
def _spoken(expression: Basic) -> str:
    """Kept: the oracle asks at many points about what has no value there."""
    return str(_Written().doprint(_named(expression)))


def _named(expression: Any) -> Any:
    """A letter for each index that stands free because its binder is not shown, or was opened."""
    nameless = sorted(
        (s for s in expression.free_symbols if isinstance(s, (BoundIndex, Dummy))), key=lambda s: s.sort_key()
    )
    used = _names(expression)
    letters: dict[Basic, Symbol] = {}
    for index in nameless:
        fits = isinstance(index, Dummy) and index.name not in used and axis_of(index) == CLASSES
        letter = index.name if fits else _letter(used, axis_of(index))
        letters[index] = Symbol(letter, integer=True)
        used = used | {letter}
    return expression.xreplace(letters) if letters else expression


def _names(expression: Any) -> Set[str]:
    """What stands free under a name of its own."""
    free = {*expression.free_symbols, *expression.atoms(Vector)}
    return {s.name for s in free if not isinstance(s, (BoundIndex, Dummy))} | sizes_in(expression)


def sizes_in(expression: Any) -> set[str]:
    """The letters of the sizes of the axes along which sums go: no index may be called so."""
    return {binder.axis.size.name for binder in expression.atoms(Binder)} - {CLASSES.size.name}


def _letter(used: Set[str], axis: Axis) -> str:
    more = (f"k_{number}" for number in range(1, len(used) + 2))
    return next(name for name in (*letters_along(axis), *more) if name not in used)


class _Written(StrPrinter):  # type: ignore[misc]
    def _print_ComplexInfinity(self, node: Any) -> str:
        return "1/0"

    def _print(self, node: Any, **given: Any) -> str:
        if isinstance(node, LargestOf):
            return f"larger({', '.join(map(self._print, sorted(node.args, key=lambda value: value.is_number)))})"
        if not isinstance(node, Binder):
            return str(super()._print(node, **given))
        index = Symbol(_letter(_names(node), node.axis), integer=True)
        return f"{node.word}({self._print(node.at(index))}, {index.name})"
