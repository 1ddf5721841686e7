"""Rules as a document has them: by their names, and what each states of any expressions."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Symbol

from derive.algebra.matching import BOUND
from derive.algebra.records import Condition, Derived, Rule
from derive.document.stating import compared
from derive.language.nodes import substitute
from derive.notation import NotationError, arrange


@dataclass(frozen=True)
class Stated:
    """``left relation right``, where the conditions hold: nobody is told the one without the other."""

    left: Expr
    relation: str
    right: Expr
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class RuleShown:
    """Rules of one name: what they say, and what they state; a procedure states nothing."""

    name: str
    sentences: tuple[str, ...]
    states: tuple[Stated, ...]


def anchor(rule: Rule | str) -> str:
    """A word for a rule that may stand in a label."""
    name = rule if isinstance(rule, str) else rule.name
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())


def rules_by_name(derived: Iterable[Derived], apart_from: Container[str] = ()) -> dict[str, RuleShown]:
    """Every rule by which a step was taken, as :func:`rules_shown` orders them."""
    steps = (step for one in derived for chain in one.chains for step in chain.steps)
    found = rules_shown(step.rule for step in steps if step.rule.name not in apart_from)
    return {rule.name: rule for rule in found}


def rules_shown(rules: Iterable[Rule]) -> tuple[RuleShown, ...]:
    """Each name once, in order of first use; rules of one name may differ in what they say."""
    found: dict[str, dict[Rule, None]] = {}
    for rule in rules:
        found.setdefault(rule.name, {})[rule] = None
    return tuple(map(_shown, map(tuple, found.values())))


def _shown(same: Sequence[Rule]) -> RuleShown:
    states = tuple(found for found in map(_stated, same) if found is not None)
    return RuleShown(same[0].name, tuple(dict.fromkeys(rule.sentence for rule in same)), states)


def _stated(rule: Rule) -> Stated | None:
    """Nothing for a procedure, and for a pattern that only the engine can read."""
    if rule.pattern is None or rule.result is None or not all(map(_has_notation, (rule.pattern, rule.result))):
        return None
    return Stated(rule.pattern, rule.relation, rule.result, tuple(map(_over_an_index, rule.conditions)))


def _has_notation(expression: Expr) -> bool:
    try:
        arrange(expression)
    except NotationError:
        return False
    return True


def _over_an_index(owed: Condition) -> Condition:
    """The condition with a letter for the index of a sum, whatever it is called."""
    subject = tuple(substitute(s, {BOUND: Symbol("k", integer=True)}) for s in owed.subject)
    return compared(replace(owed, subject=subject))
