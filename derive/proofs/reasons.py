"""The reasons that a line of a proof may give, and how each is checked.

A reason takes the derivation so far one line further: to what the line says, or, where it says nothing, to what
the rule makes of the line before.  A line that does not follow is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from derive.algebra import Trace, Use, rewrite, rewrite_once, same
from derive.algebra.records import Rule
from derive.algebra.rules import (
    CHOICE,
    DIFFERENTIATION,
    EXPONENTIALS,
    LOGARITHMS,
    SUMS,
)
from derive.proofs.hidden import marked, refuse_hidden, refuse_unlike
from derive.proofs.inequalities import by_inequality, by_maximum
from derive.proofs.line import LineError, Reason, Wanted
from derive.proofs.procedures import PROCEDURES, by_limits
from derive.proofs.rules import INEQUALITIES, LIMITS, PRODUCTS


def by_rewriting(rules: Sequence[Rule]) -> Reason:
    """Forwards or backwards: both lines come to the same when the rules are used wherever they fit."""
    trusting = tuple(map(_trusting, rules))
    form = partial(rewrite, marked(trusting))

    def reason(trace: Trace, wanted: Wanted) -> None:
        if wanted.expression is None:
            before = trace.now
            trace.apply(trusting)
            if trace.now == before:
                raise LineError("the rule fits nowhere in the line before")
            refuse_hidden(before, trace.now, form)
            return
        forward, uses = _settled(trusting, trace.now)
        backward, back = _settled(trusting, wanted.expression)
        if not same(forward, backward):
            raise LineError("the rule does not lead from the line before to this one")
        if not uses and not back:
            raise LineError("the rule fits neither in this line nor in the one before")
        refuse_hidden(trace.now, forward, form)
        refuse_hidden(wanted.expression, backward, form)
        refuse_unlike(forward, backward)
        used = uses or [Use(u.rule, u.after, u.before, u.conditions) for u in back]
        trace.add(used[0].rule, wanted.expression, used, [c for u in back for c in u.conditions])

    return reason


def watched(reason: Reason, form: Callable[[Any, Wanted], Any] = lambda limit, wanted: limit) -> Reason:
    """A reason that takes no limit; ``form``: one in which what it may do within a limit makes no difference."""

    def careful(trace: Trace, wanted: Wanted) -> None:
        before = trace.now
        reason(trace, wanted)
        refuse_unlike(before, trace.now, lambda limit: form(limit, wanted))

    return careful


def under(rule: Rule, reason: Reason) -> Reason:
    """A reason that several rules make up, printed under one name."""

    def named(trace: Trace, wanted: Wanted) -> None:
        inner = Trace(trace.now)
        reason(inner, wanted)
        uses = [Use(rule, before, after, ()) for step in inner.steps for before, after in step.redexes]
        trace.add(rule, inner.now, uses, [c for step in inner.steps for c in step.conditions])

    return named


def _trusting(rule: Rule) -> Rule:
    """The rule with what it has to know of a sign as a condition that it owes."""
    kinds = {"known_positive": "positive"}
    return replace(rule, conditions=tuple(replace(c, kind=kinds.get(c.kind, c.kind)) for c in rule.conditions))


def _settled(rules: Sequence[Rule], expression: Any) -> tuple[Any, list[Use]]:
    """The rules until none fits, with their uses."""
    uses: list[Use] = []
    while True:
        after, more = rewrite_once(rules, expression)
        if not more or after == expression:
            return expression, uses
        expression, uses = after, uses + more


def _named(*rules: Rule) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(str(rule.name), []).append(rule)
    return found


REASONS: dict[str, Reason] = {
    **{name: by_rewriting(rules) for name, rules in _named(
        *DIFFERENTIATION, *SUMS, *EXPONENTIALS, *LOGARITHMS, *PRODUCTS, *LIMITS).items()},
    "logarithms": by_rewriting(LOGARITHMS),
    "choice of the constant": under(CHOICE, by_rewriting((*EXPONENTIALS, *LOGARITHMS, *SUMS))),
    **{name: watched(by_inequality(rules)) for name, rules in _named(*INEQUALITIES).items()},
    **{name: watched(reason, *form) for name, (reason, *form) in PROCEDURES.items()},
    "limits": by_limits,
    "maximum": watched(by_maximum),
}  # fmt: skip
"""Every reason by the name that a line gives."""
