"""The page of a formula: what stands on it, in which order.  Every medium spells these records and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from derive.algebra.records import Condition, Derived, Example, Theorem
from derive.document.chains import check_chain, formulas_named, names_of_chain, names_of_theorem
from derive.document.lesson import Headline, lesson
from derive.document.parts import (
    Definition,
    InputShown,
    Prose,
    Quantities,
    StatementShown,
    definition_of,
    input_shown,
    prose_of,
    quantities_of,
)
from derive.document.recorded import Recorded
from derive.document.shown_chains import ChainShown, chain_shown
from derive.document.stating import as_read
from derive.document.two_cases import joined_cases
from derive.language.claims import Witness
from derive.language.formula import Formula


@dataclass(frozen=True)
class ResultShown:
    """What a derivation comes to, said by the symbol of its formula; of: the name of that derivation."""

    statement: StatementShown
    title: str
    of: str


@dataclass(frozen=True)
class TheoremShown:
    """name: unlike that of any other theorem of the formula; beside: whether a derivation of the formula has it too."""

    name: str
    beside: bool
    title: str
    doc: Prose
    holds_for: Quantities
    statement: StatementShown
    provided: tuple[Condition, ...]
    proof: ChainShown


@dataclass(frozen=True)
class ExampleShown:
    """at: the numbers that are taken; values: those of both sides, where they were computed."""

    name: str
    title: str
    doc: Prose
    at: Mapping[Any, Any]
    statement: StatementShown
    values: Example | None


Block = ChainShown | TheoremShown | ExampleShown
"""What stands under a heading of its own."""


@dataclass(frozen=True)
class PageShown:
    """What a reader is told of a formula, in this order.

    source: where it comes from; named: the other formulas whose symbols appear; results: what the first derivatives
    come to; lesson: how, and what else is shown; further: what waits until then.
    """

    formula: Formula
    title: str
    doc: Prose
    source: str
    definition: Definition
    named: tuple[Definition, ...]
    inputs: tuple[InputShown, ...]
    results: tuple[ResultShown, ...]
    lesson: tuple[Block, ...]
    further: tuple[ChainShown, ...]

    @property
    def theorems(self) -> tuple[TheoremShown, ...]:
        return tuple(block for block in self.lesson if isinstance(block, TheoremShown))


def page_of(built: Recorded) -> PageShown:
    """Raises DocumentError where a chain is broken."""
    formula, derived = built.formula, built.derived
    for chain in derived.chains:
        check_chain(formula, chain)
    told_first, cases = lesson(derived), joined_cases(derived.derivations)
    return PageShown(
        formula=formula,
        title=formula.title or formula.name,
        doc=prose_of(formula, formula.doc),
        source=formula.source,
        definition=definition_of(formula),
        named=tuple(map(definition_of, formulas_named(derived))),
        inputs=tuple(input_shown(formula, given) for given in formula.inputs),
        results=tuple(map(_result, told_first.headlines)),
        lesson=(
            *(chain_shown(d, derived, cases=cases) for d in told_first.first),
            *(theorem_shown(t, derived) for t in derived.theorems),
            *(example_shown(w, built.examples) for w in derived.witnesses),
        ),
        further=tuple(chain_shown(d, derived, cases=cases) for d in told_first.further),
    )


def _result(headline: Headline) -> ResultShown:
    chain = headline.chain
    title = "The derivative" if chain.assumptions else chain.title  # its only case that is not 0
    return ResultShown(
        StatementShown(headline.left, chain.relation, headline.right, names_of_chain(chain)), title, chain.name
    )


def theorem_shown(theorem: Theorem, within: Derived | None = None) -> TheoremShown:
    """within: what its page tells of (``None``: it is shown alone)."""
    taken = names_of_theorem(theorem)
    return TheoremShown(
        name=theorem_names(within).get(theorem, theorem.name) if within else theorem.name,
        beside=within is not None and any(chain.name == theorem.name for chain in within.derivations),
        title=theorem.title,
        doc=prose_of(within.formula, theorem.doc, theorem.constants) if within else Prose(theorem.doc),
        holds_for=quantities_of(theorem),
        statement=StatementShown(theorem.left, theorem.relation, theorem.right, taken),
        provided=as_read(theorem.conditions),
        proof=chain_shown(theorem.proof, within, taken, theorem.conditions),
    )


def theorem_names(derived: Derived) -> dict[Theorem, str]:
    """What each theorem is called.  Of two with one name, the claim has the plain one: others may cite it."""
    found: dict[Theorem, str] = {}
    for theorem in reversed(derived.theorems):
        name = theorem.name
        while name in found.values():
            name += "-"
        found[theorem] = name
    return found


def example_shown(witness: Witness, computed: Iterable[Example] = ()) -> ExampleShown:
    return ExampleShown(
        name=witness.name,
        title=witness.title or witness.name,
        doc=prose_of(witness.about, witness.doc),
        at=witness.at,
        statement=StatementShown(witness.left, witness.relation, witness.right),
        values=next((example for example in computed if example.witness.name == witness.name), None),
    )
