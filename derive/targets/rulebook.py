"""What a rule says and states, in the notation of any medium."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sympy import Basic

from derive.algebra.records import Condition
from derive.document.rules import RuleShown, Stated


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


def sentences(rule: RuleShown, say: Callable[[str], str], between: str) -> str:
    """What rules of one name say, each sentence once."""
    return between.join(dict.fromkeys(map(say, rule.sentences)))


def statements(rule: RuleShown, medium: Medium) -> tuple[str, ...]:
    """What rules of one name state, each once."""
    return tuple(dict.fromkeys(_spelled(found, medium) for found in rule.states))


def _spelled(found: Stated, medium: Medium) -> str:
    """``pattern = result (conditions)``."""
    text = f"{medium.math(found.left)} {medium.relations[found.relation]} {medium.math(found.right)}"
    owed = tuple(map(medium.condition, found.conditions))
    return medium.dressed(text) + (medium.bracketed(owed) if owed else "")
