"""The lesson before the record: with what a page opens, what it derives first, and what may wait.

A reader looks for a result, then for the way to it.  Products with a vector and second derivatives are what programs
need: they come last.  Of a chain of steps the ones that say something new are its key steps; the others put in order
what those have found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Expr

from derive.algebra.records import Derivation, Derived, Step, composed, unique
from derive.algebra.rules import (
    ALONG,
    COLLECT,
    COMPONENT,
    CONSTANT,
    CONSTANT_FACTOR,
    DELTA_OUT,
    DERIVED,
    EXPAND,
    FACTOR_OUT,
    LINEARITY,
    POWERS,
    SUM_OF_NOTHING,
    SUM_RULE,
    TERM_BY_TERM,
    VARIABLE,
)
from derive.language.components import Along, Component
from derive.language.formula import Formula, Value
from derive.language.kinds import by_name
from derive.language.nodes import Partial, substitute
from derive.targets.document import joined_cases

ROUTINE = frozenset(
    str(rule.name)
    for rule in (
        CONSTANT, CONSTANT_FACTOR, SUM_RULE, TERM_BY_TERM, COMPONENT, ALONG, VARIABLE,
        LINEARITY, FACTOR_OUT, SUM_OF_NOTHING, EXPAND, COLLECT, POWERS, DELTA_OUT,
    )
)  # fmt: skip
"""Rules whose steps a teacher does in passing: they stand in one line with the step that they lead to."""


@dataclass(frozen=True)
class Headline:
    """``left = right`` is what a chain leads to, said by the symbol of its formula."""

    left: Expr
    right: Expr
    chain: Derivation


@dataclass(frozen=True)
class Lesson:
    """headlines: what the first derivatives come to; first: how; further: what waits until the theorems are proved."""

    headlines: tuple[Headline, ...]
    first: tuple[Derivation, ...]
    further: tuple[Derivation, ...]


def lesson(derived: Derived) -> Lesson:
    first = tuple(chain for chain in derived.derivations if is_first_derivative(chain))
    further = tuple(chain for chain in derived.derivations if chain not in first)
    return Lesson(tuple(_headlines(derived)), first, further)


def is_first_derivative(chain: Derivation) -> bool:
    """Whether it starts with one derivative, not with a sum of some or with the derivative of another."""
    return isinstance(chain.start, Partial) and not chain.start.body.has(Partial)


def _headlines(derived: Derived) -> Iterator[Headline]:
    """Of each variable one: in the case i = j where the derivative in the other case is 0."""
    alone = {c.distinct.start: c.equal for c in joined_cases(derived.derivations) if c.distinct.end == 0}
    for chain in derived.derivations:
        if is_first_derivative(chain) and not chain.assumptions and chain.start.body == derived.formula.expression:
            shown = alone.get(chain.start, chain)
            yield Headline(Partial(symbol_of(derived.formula), shown.start.by), shown.end, shown)


def symbol_of(formula: Formula) -> Value:
    """Its value, at the class over which it runs."""
    return formula.at_indices


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


@dataclass(frozen=True)
class Place:
    """Where a derivative was derived: a derivation of a formula, by its name."""

    formula: Formula
    name: str


def known_at(step: Step, formula: Formula, chains: tuple[Derivation, ...]) -> tuple[Place, ...]:
    """Where the derivatives that a step takes as known were derived, each once: of this formula, or of another one.

    chains: the derivations of this formula.
    """
    if step.rule.name != DERIVED.name:
        return ()
    taken = ((one, other) for redex in step.redexes for one, other in (redex, redex[::-1]) if isinstance(one, Partial))
    found = (_place(derivative, value, formula, chains) for derivative, value in taken)
    return tuple(dict.fromkeys(place for place in found if place is not None))


def _place(derivative: Partial, value: Expr, formula: Formula, chains: tuple[Derivation, ...]) -> Place | None:
    if isinstance(derivative.body, Value):
        of = derivative.body.formula
        by = derivative.by.vector if isinstance(derivative.by, Component | Along) else derivative.by
        along = isinstance(derivative.by, Along) and of.over is not None
        return Place(of, by_name("jvp" if along else "jacobian" if of.over else "gradient", of, by))
    same = [chain for chain in chains if _starts_with(chain, derivative)]
    same.sort(key=lambda chain: (chain.end != value, bool(chain.assumptions)))  # a case of it only where that was used
    return Place(formula, same[0].name) if same else None


def _starts_with(chain: Derivation, derivative: Partial) -> bool:
    """Whether it is the derivative that a chain starts with, by whichever component."""
    start = chain.start
    if start == derivative or not isinstance(start, Partial):
        return bool(start == derivative)
    both = isinstance(start.by, Component) and isinstance(derivative.by, Component)
    return both and bool(substitute(start, {start.by.index: derivative.by.index}) == derivative)
