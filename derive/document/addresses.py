"""Where on the pages something stands that another one uses."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.algebra.records import Derivation, Step
from derive.algebra.rules import DERIVED
from derive.language.components import Along, Component
from derive.language.formula import Formula, Value
from derive.language.kinds import by_name
from derive.language.nodes import Partial, substitute


@dataclass(frozen=True)
class Place:
    """Where a derivative was derived: a derivation of a formula, by its name."""

    formula: Formula
    name: str


def known_at(step: Step, formula: Formula | None = None, chains: tuple[Derivation, ...] = ()) -> tuple[Place, ...]:
    """Where the derivatives that a step takes as known were derived, each once: of this formula, or of another one.

    chains: the derivations of this formula; without them, only what has a symbol has a place.
    """
    if step.rule.name != DERIVED.name:
        return ()
    taken = ((one, other) for redex in step.redexes for one, other in (redex, redex[::-1]) if isinstance(one, Partial))
    found = (_place(derivative, value, formula, chains) for derivative, value in taken)
    return tuple(dict.fromkeys(place for place in found if place is not None))


def _place(derivative: Partial, value: Expr, formula: Formula | None, chains: tuple[Derivation, ...]) -> Place | None:
    if isinstance(derivative.body, Value):
        of = derivative.body.formula
        by = derivative.by.vector if isinstance(derivative.by, Component | Along) else derivative.by
        along = isinstance(derivative.by, Along) and of.over is not None
        return Place(of, by_name("jvp" if along else "jacobian" if of.over else "gradient", of, by))
    same = [chain for chain in chains if _starts_with(chain, derivative)]
    same.sort(key=lambda chain: (chain.end != value, bool(chain.assumptions)))  # a case of it only where that was used
    return Place(formula, same[0].name) if formula and same else None


def _starts_with(chain: Derivation, derivative: Partial) -> bool:
    """Whether it is the derivative that a chain starts with, by whichever component."""
    start = chain.start
    if start == derivative or not isinstance(start, Partial):
        return bool(start == derivative)
    both = isinstance(start.by, Component) and isinstance(derivative.by, Component)
    return both and bool(substitute(start, {start.by.index: derivative.by.index}) == derivative)
