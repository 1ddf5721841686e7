"""A chain as a reader is told it: what holds throughout, every step with its rule, what it owes, its two cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Expr

from derive.algebra.records import Condition, Derivation, Derived, Rule, Step
from derive.document.addresses import Place, known_at
from derive.document.chains import names_of_chain
from derive.document.owed import needed
from derive.document.parts import StatementShown
from derive.document.stating import as_read, compared
from derive.document.two_cases import TwoCases
from derive.language.claims import Claim
from derive.language.formula import Formula


@dataclass(frozen=True)
class KnownShown:
    """Where a derivative that is taken as known was derived: here on this page, or on that of another formula.

    title: of the derivation here, or of the other formula.
    """

    place: Place
    title: str
    here: bool


@dataclass(frozen=True)
class StepShown:
    """theorem: where the earlier theorem stands that is the rule; ``None``: it is a rule of any expression."""

    relation: str
    after: Expr
    rule: Rule
    theorem: Place | None = None
    known: tuple[KnownShown, ...] = ()


@dataclass(frozen=True)
class CasesShown:
    """``start`` is the first value where the first condition holds, the second where the second does."""

    start: Expr
    values: tuple[Expr, Expr]
    where: tuple[Condition, Condition]
    taken: frozenset[str]


@dataclass(frozen=True)
class ChainShown:
    """throughout, owed: what the reader has to be told before it and after it; cases: with an earlier chain."""

    name: str
    title: str
    start: Expr
    steps: tuple[StepShown, ...]
    taken: frozenset[str]
    throughout: tuple[Condition, ...]
    owed: tuple[Condition, ...]
    result: StatementShown
    cases: tuple[CasesShown, ...] = ()


def chain_shown(
    chain: Derivation,
    within: Derived | None = None,
    taken: frozenset[str] | None = None,
    told: Iterable[Condition] = (),
    cases: Iterable[TwoCases] = (),
) -> ChainShown:
    """within: what its page tells of (``None``: it is shown alone); told: conditions that the reader knows already."""
    names = names_of_chain(chain) if taken is None else taken
    before = tuple(told)
    cited = cited_by(within.formula) if within else {}
    return ChainShown(
        name=chain.name,
        title=chain.title,
        start=chain.start,
        steps=tuple(step_shown(step, within, cited) for step in chain.steps),
        taken=names,
        throughout=as_read(chain.assumptions, before),
        owed=as_read(needed(chain, before), (*before, *chain.assumptions)),
        result=StatementShown(chain.start, chain.relation, chain.end, names),
        cases=tuple(_cases(case) for case in cases if case.after == chain),
    )


def cited_by(formula: Formula) -> Mapping[str, Place]:
    """The name of a rule that is an earlier theorem -> where that theorem stands."""
    claims = [item for item in formula.theory if isinstance(item, Claim)]
    reasons = [line.reason for claim in claims for line in claim.proof if isinstance(line.reason, Claim)]
    return {f"by theorem: {c.title or c.name}": Place(c.about, c.name) for c in reasons}


def step_shown(step: Step, within: Derived | None = None, cited: Mapping[str, Place] | None = None) -> StepShown:
    """within, cited: the page on which it stands, and the theorems that are rules there; else it is shown alone."""
    places = known_at(step, within.formula, within.derivations) if within else known_at(step)
    known = tuple(_known(place, within) for place in places)
    return StepShown(step.relation, step.after, step.rule, (cited or {}).get(step.rule.name), known)


def _known(place: Place, within: Derived | None) -> KnownShown:
    if within and place.formula.name == within.formula.name:
        titles = (chain.title for chain in within.derivations if chain.name == place.name)
        return KnownShown(place, next(titles, place.name), here=True)
    return KnownShown(place, place.formula.title or place.formula.name, here=False)


def _cases(cases: TwoCases) -> CasesShown:
    return CasesShown(
        start=cases.start,
        values=(cases.equal.end, cases.distinct.end),
        where=(compared(cases.where_equal), compared(cases.where_distinct)),
        taken=names_of_chain(cases.equal) | names_of_chain(cases.distinct),
    )
