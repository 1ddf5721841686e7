"""What stands on the page of one formula: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic, Symbol

from derive.algebra.records import Derivation, Example, Step, Theorem
from derive.document import anchor, told
from derive.document.addresses import Place, known_at
from derive.document.chains import check_chain, formulas_named, names_of_chain, names_of_theorem
from derive.document.lesson import Headline, lesson
from derive.document.owed import needed
from derive.document.two_cases import TwoCases, joined_cases
from derive.language.claims import Witness
from derive.language.formula import Formula
from derive.language.inputs import Input, Parameter
from derive.targets.base import Built
from derive.targets.markdown.escape import in_table, inline, prose, sentences, tooltip
from derive.targets.markdown.lines import broken
from derive.targets.tex.printer import glyphs, latex, marks, spell
from derive.targets.tex.prose import lettered
from derive.targets.tex.quantities import domain_of, numbers, quantities, ranges, symbol_of
from derive.targets.tex.side_conditions import condition, conditions
from derive.targets.words import Words

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}

_BESIDE = 44
"""A statement of more glyphs than this stands on two lines."""


@dataclass(frozen=True)
class InputRow:
    symbol: str
    meaning: str
    domain: str


@dataclass(frozen=True)
class Link:
    """place: an anchor, for one of another formula's page with the name of its file before it; none: no link."""

    title: str
    place: str


@dataclass(frozen=True)
class Result:
    """A display, and where it is derived."""

    math: str
    link: Link


@dataclass(frozen=True)
class StepRow:
    """``math`` with its relation before it; the rule with its anchor and its sentence; where what it uses stands."""

    math: str
    rule: str = ""
    anchor: str = ""
    sentence: str = ""
    known: tuple[Link, ...] = ()


@dataclass(frozen=True)
class ChainPage:
    """``result`` says what the steps lead to; ``cases`` join this chain with an earlier one."""

    title: str
    label: str
    result: str
    throughout: str
    rows: tuple[StepRow, ...]
    count: str
    owed: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class TheoremPage:
    title: str
    label: str
    doc: str
    opening: str
    statement: str
    provided: str
    proof: ChainPage


@dataclass(frozen=True)
class ExamplePage:
    title: str
    label: str
    doc: str
    taken: str
    statement: str
    values: str


@dataclass(frozen=True)
class Page:
    """Everything on it is Markdown, or mathematics for a fence of Markdown.

    results, proved: what the derivations come to, and the titles of the theorems; further: what comes after these.
    """

    name: str
    title: str
    doc: str
    source: str
    definition: str
    named: tuple[str, ...]
    inputs: tuple[InputRow, ...]
    results: tuple[Result, ...]
    proved: tuple[Link, ...]
    derivations: tuple[ChainPage, ...]
    theorems: tuple[TheoremPage, ...]
    examples: tuple[ExamplePage, ...]
    further: tuple[ChainPage, ...]
    kernels: tuple[str, ...]


def page(built: Built, words: Words) -> Page:
    """Raises PrintError on a node without a notation, DocumentError on an unknown condition or a broken chain."""
    derived = built.derived
    for chain in derived.chains:
        check_chain(derived.formula, chain)
    return Writer(derived.formula, words, derived.derivations, built.topic is not None).page(built)


def definition(formula: Formula) -> str:
    """``symbol = expression``, for which indices."""
    if not formula.indices:
        return equation(formula)
    return rf"{equation(formula)}, \qquad {ranges(formula.indices)}"


def equation(formula: Formula) -> str:
    """``symbol = expression``."""
    left = latex(formula.at_indices, formula.name)
    return f"{left} = {broken(marks(formula.expression, formula.name, [formula.symbol]))}"


@dataclass(frozen=True)
class Writer:
    """Spells what belongs to one formula, in one language.

    beside: whether the formulas that it uses have pages too, as those of a topic have.
    """

    formula: Formula
    words: Words
    derivations: tuple[Derivation, ...]
    beside: bool

    def page(self, built: Built) -> Page:
        formula, derived, told_first = self.formula, built.derived, lesson(built.derived)
        cases = joined_cases(derived.derivations)
        theorems = tuple(self.theorem(t, {d.name for d in derived.derivations}) for t in derived.theorems)
        return Page(
            name=formula.name,
            title=self.say(formula.title or formula.name),
            doc=self.tell(formula.doc),
            source=prose(self.words.fill("Source: {source}", source=told(formula.source))) if formula.source else "",
            definition=definition(formula),
            named=tuple(definition(other) for other in formulas_named(derived)),
            inputs=tuple(map(self._input, formula.inputs)),
            results=tuple(map(self._result, told_first.headlines)),
            proved=tuple(Link(self.say(t.title), p.label) for t, p in zip(derived.theorems, theorems, strict=True)),
            derivations=tuple(self.chain(d, cases) for d in told_first.first),
            theorems=theorems,
            examples=tuple(self.example(w, built.examples) for w in derived.witnesses),
            further=tuple(self.chain(d) for d in told_first.further),
            kernels=tuple(program.name for program in built.programs),
        )

    def say(self, text: str) -> str:
        return prose(self.words.say(text))

    def tell(self, text: str, constants: Iterable[Symbol] = ()) -> str:
        """Sentences, with the mathematics in them set as such; of a formula, or of a theorem with its constants."""
        names = [given.name for given in (*self.formula.inputs, *constants)]
        return sentences(lettered(self.words.say(text), names))

    def fill(self, pattern: str, **values: str) -> str:
        """Prose around prose."""
        return prose(self.words.fill(pattern, **{name: self.words.say(value) for name, value in values.items()}))

    def listed(self, pattern: str, found: Iterable[str]) -> str:
        """A pattern of prose around mathematics; nothing, where there is none."""
        math = self.words.say(", ").join(map(inline, found))
        return self.words.say(pattern).format(conditions=math) if math else ""

    def spelled(self, expression: Basic, taken: Iterable[str] = ()) -> str:
        return latex(expression, self.formula.name, taken)

    def _input(self, given: Input) -> InputRow:
        domain = inline(domain_of(given))
        if isinstance(given, Parameter):
            default = self.fill("default {value}", value=repr(given.default))
            domain = self.words.fill("{domain} ({default})", domain=domain, default=default)
        return InputRow(inline(symbol_of(given)), self.tell(given.doc), domain)

    def chain(self, chain: Derivation, cases: tuple[TwoCases, ...] = (), theorem: Theorem | None = None) -> ChainPage:
        """A chain on its own, or the proof of a theorem, which has told its conditions."""
        taken = names_of_theorem(theorem) if theorem else names_of_chain(chain)
        told = theorem.conditions if theorem else ()
        assumed = conditions((c for c in chain.assumptions if c not in told), self.formula.name, self.words, taken)
        owed = conditions(needed(chain, told), self.formula.name, self.words, taken)
        start = marks(chain.start, self.formula.name, taken)
        rows = (StepRow(in_table(broken(start))), *(self._step(step, taken) for step in chain.steps))
        return ChainPage(
            title=self.say(chain.title),
            label=f"{self.formula.name}.{chain.name}",
            result=self.statement(chain.start, chain.relation, chain.end, taken),
            throughout=self.listed("Throughout, {conditions}.", assumed),
            rows=rows,
            count=self._count(len(chain.steps)),
            owed=self.listed("Side conditions: {conditions}.", owed),
            cases=tuple(self._case(c) for c in cases if c.after == chain),
        )

    def _result(self, headline: Headline) -> Result:
        taken = names_of_chain(headline.chain)
        title = "The derivative" if headline.chain.assumptions else headline.chain.title  # its only case that is not 0
        return Result(
            self.statement(headline.left, headline.chain.relation, headline.right, taken),
            Link(self.say(title), f"{self.formula.name}.{headline.chain.name}"),
        )

    def _known(self, place: Place) -> Link:
        """A derivation of this page by its title, one of another page by the title of that."""
        label = f"#{place.formula.name}.{place.name}"
        if place.formula.name == self.formula.name:
            titles = (d.title for d in self.derivations if d.name == place.name)
            return Link(self.say(next(titles, place.name)), label)
        there = f"{place.formula.name}.md{label}" if self.beside else ""
        return Link(self.say(place.formula.title or place.formula.name), there)

    def _count(self, steps: int) -> str:
        return self.words.fill("{number} steps" if steps != 1 else "1 step", number=steps)

    def _step(self, step: Step, taken: frozenset[str]) -> StepRow:
        math = broken(marks(step.after, self.formula.name, taken), RELATIONS[step.relation])
        sentence = tooltip(self.words.say(step.rule.sentence))
        known = tuple(map(self._known, known_at(step, self.formula, self.derivations)))
        return StepRow(in_table("{} " + math), self.say(step.rule.name), anchor(step.rule), sentence, known)

    def _case(self, cases: TwoCases) -> str:
        taken = names_of_chain(cases.equal) | names_of_chain(cases.distinct)
        pairs = ((cases.equal, cases.where_equal), (cases.distinct, cases.where_distinct))
        rows = [
            f"{self.spelled(chain.end, taken)}, & {condition(where, self.formula.name, self.words, taken)}"
            for chain, where in pairs
        ]
        start = self.spelled(cases.start, taken)
        return rf"{start} = \begin{{dcases}} {rows[0]} \\[1ex] {rows[1]} \end{{dcases}}"

    def theorem(self, theorem: Theorem, derivations: set[str]) -> TheoremPage:
        """``derivations`` are names that have a place of their own on the page."""
        taken = names_of_theorem(theorem)
        place = f"{theorem.name}.theorem" if theorem.name in derivations else theorem.name
        return TheoremPage(
            title=self.fill("Theorem: {title}", title=theorem.title),
            label=f"{self.formula.name}.{place}",
            doc=self.tell(theorem.doc, theorem.constants),
            opening=self.listed("For every {conditions}:", quantities(theorem)),
            statement=self.statement(theorem.left, theorem.relation, theorem.right, taken),
            provided=self.listed(
                "Provided that {conditions}.", conditions(theorem.conditions, self.formula.name, self.words, taken)
            ),
            proof=self.chain(theorem.proof, theorem=theorem),
        )

    def example(self, witness: Witness, computed: Iterable[Example]) -> ExamplePage:
        sign = RELATIONS[witness.relation]
        values = [f"{e.left} {sign} {e.right}" for e in computed if e.witness.name == witness.name]
        return ExamplePage(
            title=self.fill("Example: {title}", title=witness.title or witness.name),
            label=f"{self.formula.name}.{witness.name}",
            doc=self.tell(witness.doc),
            taken=self.listed("Take {conditions}:", numbers(witness.at)),
            statement=self.statement(witness.left, witness.relation, witness.right, frozenset()),
            values="".join(values),
        )

    def statement(self, left: Basic, relation: str, right: Basic, taken: frozenset[str]) -> str:
        one, other = (marks(side, self.formula.name, taken) for side in (left, right))
        sign = RELATIONS.get(relation, RELATIONS["="])
        if glyphs(one) + glyphs(other) <= _BESIDE:
            return f"{spell(one)} {sign} {spell(other)}"
        return rf"\begin{{aligned}} & {broken(one)} \\ & \quad {sign} {broken(other)} \end{{aligned}}"
