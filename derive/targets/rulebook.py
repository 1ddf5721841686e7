"""What a rule states, in the notation of any medium."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sympy import Basic

from derive.algebra.records import Condition, Rule
from derive.document.rules import Stated, stated


@dataclass(frozen=True)
class Medium:
    """math, condition: an expression and a condition, spelled; relations: ``<=`` -> its sign.

    dressed: a statement of mathematics as it stands in a line; bracketed: conditions as they follow it.
    """

    math: Callable[[Basic], str]
    condition: Callable[[Condition], str]
    relations: Mapping[str, str]
    dressed: Callable[[str], str]
    bracketed: Callable[[tuple[str, ...]], str]


def statements(rules: Iterable[Rule], medium: Medium) -> tuple[str, ...]:
    """What rules of one name state, each once."""
    return tuple(dict.fromkeys(_spelled(found, medium) for found in map(stated, rules) if found is not None))


def _spelled(found: Stated, medium: Medium) -> str:
    """``pattern = result (conditions)``."""
    text = f"{medium.math(found.left)} {medium.relations[found.relation]} {medium.math(found.right)}"
    owed = tuple(map(medium.condition, found.conditions))
    return medium.dressed(text) + (medium.bracketed(owed) if owed else "")
