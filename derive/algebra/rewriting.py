"""Applying rules: everywhere at once, recorded as one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sympy import Expr

from derive.algebra.matching import match, owed, write
from derive.algebra.records import Condition, Rule, Step, unique
from derive.language.choices import Compare
from derive.language.components import CACHED
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
    after, owes = write(rule.result, found), owed(rule, found)
    if after == expression or any(_on_a_number(c) is False for c in owes):
        return None
    return Use(rule, expression, after, tuple(c for c in owes if not _on_a_number(c)))


def _on_a_number(condition: Condition) -> bool | None:
    """Whether a plain number meets a condition, which then needs no mention; ``None`` for anything else."""
    subject: Any = condition.subject[0]
    if not subject.is_number or condition.kind not in ("positive", "nonzero"):
        return None
    return bool(subject.is_positive if condition.kind == "positive" else subject.is_nonzero)


def rewrite_once(rules: Sequence[Rule], expression: Any) -> tuple[Any, list[Use]]:
    """The first rule that fits anywhere, used at every place (outermost first) where it is the first that fits."""
    after, uses = _ruleset(tuple(rules)).once(expression)
    return after, list(uses)


class _Ruleset:
    """Rules in the order in which they are tried.  What was found of an expression is kept: it stays true."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.by_head: dict[type, list[tuple[int, Rule]]] = {}
        for place, rule in enumerate(rules):
            self.by_head.setdefault(type(rule.pattern), []).append((place, rule))
        self.first = lru_cache(CACHED)(self._first)
        self.fitting = lru_cache(CACHED)(self._fitting)
        self.once = lru_cache(CACHED)(self._once)

    def _first(self, expression: Any) -> tuple[int, Use] | None:
        """The first rule that fits at the root, by its place in the order."""
        for place, rule in self.by_head.get(type(expression), ()):
            if (here := use(rule, expression)) is not None:
                return place, here
        return None

    def _fitting(self, expression: Any) -> frozenset[int]:
        """The rules that are the first to fit at some place."""
        first = self.first(expression)
        here = frozenset(() if first is None else (first[0],))
        parts = (expression.opened()[0],) if isinstance(expression, Binder) else expression.args
        return here.union(*map(self.fitting, parts))

    def _once(self, expression: Any) -> tuple[Any, tuple[Use, ...]]:
        fitting = self.fitting(expression)
        if not fitting:
            return expression, ()
        uses: list[Use] = []
        return self._everywhere(min(fitting), expression, uses), tuple(uses)

    def _everywhere(self, place: int, expression: Any, uses: list[Use]) -> Any:
        if place not in self.fitting(expression):
            return expression
        first = self.first(expression)
        if first is not None and first[0] == place:
            uses.append(first[1])
            return first[1].after
        if isinstance(expression, Binder):
            body, index = expression.opened()
            return expression.rebuild(self._everywhere(place, body, uses), index)
        if isinstance(expression, Compare):
            return self._in_cases(place, expression, uses)
        return expression.func(*[self._everywhere(place, a, uses) for a in expression.args])

    def _in_cases(self, place: int, expression: Any, uses: list[Use]) -> Any:
        """What a step owes inside a case, it owes where the case holds and nowhere else."""
        after = {}
        for value in dict.fromkeys(expression.values):
            inside: list[Use] = []
            after[value] = self._everywhere(place, value, inside)
            uses += [
                replace(use, conditions=tuple(_where(c, value, expression) for c in use.conditions)) for use in inside
            ]
        sides = [self._everywhere(place, side, uses) for side in expression.sides]
        return Compare(*sides, *(after[value] for value in expression.values))


def _used_where(use: Use, case: Any, cases: Any) -> Use:
    return replace(use, conditions=tuple(_where(condition, case, cases) for condition in use.conditions))


def _where(condition: Condition, case: Any, cases: Any) -> Condition:
    """A condition on a sign, of a value that is 1 wherever the case does not hold."""
    if condition.kind not in ("positive", "nonnegative", "nonzero"):
        return condition
    guarded = (condition.subject[0] if value == case else 1 for value in cases.values)
    return replace(condition, subject=(Compare(*cases.sides, *guarded),))


_ruleset = lru_cache(64)(_Ruleset)


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
