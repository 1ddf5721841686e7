"""Applying rules: everywhere at once, recorded as one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Expr

from derive.calculus.matching import match, owed, write
from derive.calculus.records import Condition, Rule, Step, unique
from derive.language.nodes import Binder


@dataclass(frozen=True)
class Use:
    """One use of a rule: where, what came of it, and what it owes."""

    rule: Rule
    before: Expr
    after: Expr
    conditions: tuple[Condition, ...]


def use(rule: Rule, expression: Expr) -> Use | None:
    """The rule at the root of an expression, if it fits there."""
    if type(expression) is not type(rule.pattern):
        return None
    found = match(rule, expression)
    if found is None:
        return None
    after = write(rule.result, found)
    return (
        None
        if after == expression
        else Use(rule, expression, after, tuple(c for c in owed(rule, found) if not trivial(c)))
    )


def trivial(condition: Condition) -> bool:
    """Conditions on plain numbers need no mention."""
    return bool(condition.kind in ("positive", "nonzero") and condition.subject[0].is_number)


@lru_cache(maxsize=65536)
def kinds(expression: Expr) -> frozenset[type]:
    """The node types in an expression: a rule whose pattern has another root cannot fit anywhere in it."""
    found = {type(expression)}
    for part in expression.args:
        found |= kinds(part)  # type: ignore[arg-type]
    return frozenset(found)


def rewrite_once(rules: Sequence[Rule], expression: Any) -> tuple[Any, list[Use]]:
    """The first rule that fits anywhere, used at every place (outermost first) where it is the first that fits."""
    present = kinds(expression)
    for rule in rules:
        if type(rule.pattern) not in present:
            continue
        uses: list[Use] = []
        after = _everywhere(rule, rules, expression, uses)
        if uses:
            return after, uses
    return expression, []


def _everywhere(rule: Rule, rules: Sequence[Rule], expression: Any, uses: list[Use]) -> Any:
    for candidate in rules:
        here = use(candidate, expression)
        if here is None:
            continue
        if candidate is not rule:
            return _inside(rule, rules, expression, uses)
        uses.append(here)
        return here.after
    return _inside(rule, rules, expression, uses)


def _inside(rule: Rule, rules: Sequence[Rule], expression: Any, uses: list[Use]) -> Any:
    if not expression.args or type(rule.pattern) not in kinds(expression):
        return expression
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_everywhere(rule, rules, body, uses), index)
    args = [_everywhere(rule, rules, a, uses) for a in expression.args]
    if all(a is o for a, o in zip(args, expression.args, strict=True)):
        return expression
    return expression.func(*args)


def rewrite(rules: Sequence[Rule], expression: Any) -> Any:
    """The rules until none fits, without a record."""
    while True:
        after, uses = rewrite_once(rules, expression)
        if not uses or after == expression:
            return expression
        expression = after


class Trace:
    """A derivation in the making: the present expression and the steps so far."""

    def __init__(self, start: Expr) -> None:
        self.now = start
        self.steps: list[Step] = []

    def apply(self, rules: Sequence[Rule]) -> Trace:
        """Use the rules until none fits; a rule used over and over in a row is one step."""
        while True:
            after, uses = rewrite_once(rules, self.now)
            if not uses:
                return self
            rule = uses[0].rule
            while True:
                more, again = rewrite_once(rules, after)
                if not again or again[0].rule is not rule:
                    break
                after, uses = more, uses + again
            self.add(rule, after, uses)

    def add(
        self,
        rule: Rule,
        after: Expr,
        uses: Sequence[Use] = (),
        conditions: Sequence[Condition] = (),
        relation: str = "=",
    ) -> Trace:
        """One step, if it changes anything."""
        if after != self.now:
            redexes = tuple(dict.fromkeys((u.before, u.after) for u in uses))
            owes = unique([*(c for u in uses for c in u.conditions), *conditions])
            self.steps.append(Step(rule, self.now, after, redexes, owes, relation))
            self.now = after
        return self

    def extend(self, other: Trace) -> Trace:
        """The steps of a trace that started from the present expression."""
        self.steps += other.steps
        self.now = other.now
        return self
