"""The key steps of a chain: those that say something new.  The others put in order what those have found."""

from __future__ import annotations

from dataclasses import replace

from derive.algebra.records import Derivation, Derived, Step, composed, unique
from derive.algebra.rules import (
    ALONG,
    COLLECT,
    COMPONENT,
    CONSTANT,
    CONSTANT_FACTOR,
    DELTA_OUT,
    EXPAND,
    FACTOR_OUT,
    LINEARITY,
    POWERS,
    SUM_OF_NOTHING,
    SUM_RULE,
    TERM_BY_TERM,
    VARIABLE,
)
from derive.document.lesson import is_first_derivative

ROUTINE = frozenset(
    str(rule.name)
    for rule in (
        CONSTANT, CONSTANT_FACTOR, SUM_RULE, TERM_BY_TERM, COMPONENT, ALONG, VARIABLE,
        LINEARITY, FACTOR_OUT, SUM_OF_NOTHING, EXPAND, COLLECT, POWERS, DELTA_OUT,
    )
)  # fmt: skip
"""Rules whose steps a teacher does in passing: they stand in one line with the step that they lead to."""


def brief(chain: Derivation) -> Derivation:
    """The same from start to end in its key steps: each takes in the routine ones before it."""
    steps: list[Step] = []
    waiting: tuple[Step, ...] = ()
    for number, step in enumerate(chain.steps, start=1):
        waiting = (*waiting, step)
        if not is_routine(step) or number == len(chain.steps):
            steps.append(_joined(waiting))
            waiting = ()
    return replace(chain, steps=tuple(steps))


def is_routine(step: Step) -> bool:
    return step.relation == "=" and step.rule.name in ROUTINE


def _joined(steps: tuple[Step, ...]) -> Step:
    *_, last = steps
    return replace(
        last,
        before=steps[0].before,
        redexes=tuple(redex for step in steps for redex in step.redexes),
        conditions=unique(c for step in steps for c in step.conditions),
        relation=composed(step.relation for step in steps),
    )


def in_brief(derived: Derived) -> Derived:
    """The lesson alone: the first derivatives and the theorems, in key steps."""
    first = tuple(brief(chain) for chain in derived.derivations if is_first_derivative(chain))
    theorems = tuple(replace(theorem, proof=brief(theorem.proof)) for theorem in derived.theorems)
    return replace(derived, derivations=first, theorems=theorems)
