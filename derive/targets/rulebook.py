"""How a rule is stated: what it makes of what, and where that holds, in the notation of any medium."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace

from sympy import Basic, Symbol

from derive.algebra.matching import BOUND
from derive.algebra.records import Condition, Derived, Rule, Step
from derive.language.nodes import substitute
from derive.targets.base import PrintError


@dataclass(frozen=True)
class Medium:
    """math, condition: an expression and a condition, spelled (PrintError: no notation); relations: ``<=`` -> its sign.

    dressed: a statement of mathematics as it stands in a line; bracketed: conditions as they follow it.
    """

    math: Callable[[Basic], str]
    condition: Callable[[Condition], str]
    relations: Mapping[str, str]
    dressed: Callable[[str], str]
    bracketed: Callable[[tuple[str, ...]], str]


def rules_by_name(derived: Iterable[Derived], apart_from: Container[str] = ()) -> dict[str, tuple[Rule, ...]]:
    """Every rule by which a step was taken, as :func:`named_rules` orders them."""
    steps = (step for one in derived for chain in one.chains for step in chain.steps)
    return named_rules(step for step in steps if step.rule.name not in apart_from)


def named_rules(steps: Iterable[Step]) -> dict[str, tuple[Rule, ...]]:
    """The rules of these steps in order of first use; rules of one name may differ in what they say."""
    found: dict[str, dict[Rule, None]] = {}
    for step in steps:
        found.setdefault(step.rule.name, {})[step.rule] = None
    return {name: tuple(rules) for name, rules in found.items()}


def statements(rules: Iterable[Rule], medium: Medium) -> tuple[str, ...]:
    """What rules of one name state, each once."""
    return tuple(dict.fromkeys(filter(None, (stated(rule, medium) for rule in rules))))


def stated(rule: Rule, medium: Medium) -> str:
    """``pattern = result (conditions)``: no medium prints the one without the other.

    Nothing for a procedure, and for a pattern that only the engine can read.
    """
    if rule.pattern is None or rule.result is None:
        return ""
    try:
        text = f"{medium.math(rule.pattern)} {medium.relations[rule.relation]} {medium.math(rule.result)}"
    except PrintError:
        return ""
    owed = tuple(medium.condition(_over_an_index(c)) for c in rule.conditions)
    return medium.dressed(text) + (medium.bracketed(owed) if owed else "")


def _over_an_index(owed: Condition) -> Condition:
    """The condition with a letter for the index of a sum, whatever it is called."""
    return replace(owed, subject=tuple(substitute(s, {BOUND: Symbol("k", integer=True)}) for s in owed.subject))
