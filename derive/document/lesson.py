"""The lesson before the record: with what a page opens, what it derives first, and what may wait.

A reader looks for a result, then for the way to it.  Products with a vector and second derivatives are what programs
need: they come last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from derive.algebra.records import Derivation, Derived
from derive.document.two_cases import joined_cases
from derive.language.nodes import Partial


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
            yield Headline(Partial(derived.formula.at_indices, shown.start.by), shown.end, shown)
