"""What stands on the page of one formula: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic

from derive.algebra.records import Condition
from derive.document import Recorded, anchor
from derive.document.citations import Citation, citation
from derive.document.page import Block, ExampleShown, ResultShown, TheoremShown, page_of
from derive.document.parts import Definition, InputShown, Prose, StatementShown
from derive.document.shown_chains import CasesShown, ChainShown, StepShown
from derive.notation import Mark
from derive.targets.latex.chain import DONE, NUMBERED, PLAIN, chain_lines, fitted, statement_lines
from derive.targets.latex.speech import Speech
from derive.targets.tex.printer import RELATIONS, latex, marks, spell
from derive.targets.tex.prose import mathematics
from derive.targets.tex.quantities import domain_of, numbers, quantities, ranges, symbol_of
from derive.targets.tex.side_conditions import condition, conditions


@dataclass(frozen=True)
class InputRow:
    symbol: str
    meaning: str
    domain: str
    default: str


@dataclass(frozen=True)
class Named:
    """The definition of another formula; ``label`` is that of its own equation."""

    label: str
    math: str


@dataclass(frozen=True)
class ResultLine:
    """What a derivation comes to; ``label`` is that of its equation."""

    math: str
    label: str


@dataclass(frozen=True)
class TheoremLine:
    """A theorem by its title, its label and its number, which is called one: equations have numbers too."""

    title: str
    label: str
    number: str


@dataclass(frozen=True)
class CasePage:
    """One thing with its values in two cases; ``start`` ends in the sign of equality."""

    label: str
    start: str
    values: tuple[str, str]
    where: tuple[str, str]


@dataclass(frozen=True)
class ChainPage:
    """``lines`` is the inside of an alignment; ``cases`` are equations that join this chain with an earlier one."""

    title: str
    label: str
    throughout: str
    lines: tuple[str, ...]
    owed: str
    cases: tuple[CasePage, ...] = ()
    kind: str = "derivation"


@dataclass(frozen=True)
class TheoremPage:
    title: str
    label: str
    doc: str
    opening: str
    statement: tuple[str, ...]
    provided: str
    proof: ChainPage
    kind: str = "theorem"


@dataclass(frozen=True)
class ExamplePage:
    title: str
    label: str
    doc: str
    taken: str
    statement: tuple[str, ...]
    values: str
    kind: str = "example"


@dataclass(frozen=True)
class Page:
    """Everything on it is LaTeX.

    results, proved: what the derivations come to, and the theorems by their titles; further: what an appendix holds.
    """

    name: str
    heading: str
    doc: str
    source: str
    work: str
    definition: str
    named: tuple[Named, ...]
    inputs: tuple[InputRow, ...]
    results: tuple[ResultLine, ...]
    proved: tuple[TheoremLine, ...]
    lesson: tuple[ChainPage | TheoremPage | ExamplePage, ...]
    further: tuple[ChainPage, ...]


def page(built: Recorded, speech: Speech) -> Page:
    """Raises PrintError on a node without a notation, DocumentError on an unknown condition or a broken chain."""
    shown, speller = page_of(built), Writer(built.formula.name, speech)
    source = citation(shown.source) if shown.source else None
    return Page(
        name=speller.name,
        heading=speech.heading(shown.title),
        doc=speller.tell(shown.doc),
        source=speller.source(source) if source else "",
        work=f"{source.key}: {source.work}" if source else "",
        definition=speller.definition(shown.definition),
        named=tuple(map(speller.named, shown.named)),
        inputs=tuple(map(speller.input, shown.inputs)),
        results=tuple(map(speller.result, shown.results)),
        proved=tuple(map(speller.proved, shown.theorems)),
        lesson=tuple(map(speller.block, shown.lesson)),
        further=tuple(map(speller.derivation, shown.further)),
    )


@dataclass(frozen=True)
class Writer:
    """Spells what belongs to one formula, whose name it has, in one language."""

    name: str
    speech: Speech

    def proved(self, theorem: TheoremShown) -> TheoremLine:
        label = self._label(theorem)
        number = self.speech.fill("Theorem {number}", number=rf"\ref*{{thm:{label}}}")
        return TheoremLine(self.speech.say(theorem.title), label, number)

    def result(self, shown: ResultShown) -> ResultLine:
        said = shown.statement
        left, right = self._marks(said.left, said.taken), fitted(self._marks(said.right, said.taken))
        return ResultLine(f"{spell(left)} {RELATIONS[said.relation]} {right}", f"{self.name}.{shown.of}")

    def source(self, source: Citation) -> str:
        place = self.speech.fill(f"{source.kind} {{number}}", number=source.number) if source.kind else ""
        return self.speech.fill("See {source}.", source=rf"\cite{f'[{place}]' if place else ''}{{{source.key}}}")

    def definition(self, defined: Definition) -> str:
        text = self._equation(defined.statement)
        return rf"{text}, \qquad {ranges(defined.indices)}" if defined.indices else text

    def _equation(self, said: StatementShown) -> str:
        return f"{latex(said.left, self.name)} = {fitted(self._marks(said.right, said.taken))}"

    def named(self, other: Definition) -> Named:
        return Named(f"eq:{other.formula.name}", self._equation(other.statement))

    def input(self, shown: InputShown) -> InputRow:
        default = self.speech.fill("default {value}", value=f"${mathematics(shown.default)}$") if shown.default else ""
        bracketed = f"{self.speech.type.opening}{default}{self.speech.type.closing}" if default else ""
        return InputRow(symbol_of(shown.given), self.tell(shown.meaning), domain_of(shown.given), bracketed)

    def tell(self, told: Prose) -> str:
        return self.speech.say(told.text, told.letters)

    def block(self, block: Block) -> ChainPage | TheoremPage | ExamplePage:
        match block:
            case ChainShown():
                return self.derivation(block)
            case TheoremShown():
                return self.theorem(block)
            case ExampleShown():
                return self.example(block)

    def _note(self, step: StepShown) -> str:
        """The name of the rule, and where to read of it, or of what it uses."""
        name = self.speech.say(step.rule.name)
        if step.theorem:
            label = f"thm:{step.theorem.formula.name}.{step.theorem.name}"
            theorem = self.speech.fill("Theorem {number}", number=rf"\ref*{{{label}}}")
            by_number = self.speech.fill("by {title}", title=theorem)
            return rf"\deriveby{{{label}}}{{{by_number}}}{{{name}}}"
        places = (known.place for known in step.known)
        known = "".join(rf"\deriveknown{{eq:{place.formula.name}.{place.name}}}" for place in places)
        return rf"\derivenote{{{anchor(step.rule)}}}{{{name}}}{known}"

    def chain(self, chain: ChainShown, label: str, margin: str) -> ChainPage:
        owed = self.conditions(chain.owed, chain.taken)
        last = PLAIN if owed and margin == DONE else margin
        return ChainPage(
            title=self.speech.say(chain.title),
            label=label,
            throughout=self.speech.listed("Throughout, {conditions}.", self.conditions(chain.throughout, chain.taken)),
            lines=chain_lines(chain, self.name, self._note, last),
            owed=self.speech.listed("Side conditions: {conditions}.", owed),
            cases=tuple(self._case(cases, f"{label}.cases") for cases in chain.cases),
        )

    def conditions(self, owed: Iterable[Condition], taken: frozenset[str]) -> tuple[str, ...]:
        return conditions(owed, self.name, self.speech.words, taken, fitted)

    def derivation(self, chain: ChainShown) -> ChainPage:
        return self.chain(chain, f"{self.name}.{chain.name}", NUMBERED)

    def _case(self, cases: CasesShown, label: str) -> CasePage:
        equal, distinct = (latex(value, self.name, cases.taken) for value in cases.values)
        same, other = (condition(where, self.name, self.speech.words, cases.taken) for where in cases.where)
        start = f"{fitted(self._marks(cases.start, cases.taken))} {RELATIONS['=']}"
        return CasePage(label=label, start=start, values=(equal, distinct), where=(same, other))

    def _marks(self, expression: Basic, taken: frozenset[str]) -> Mark:
        return marks(expression, self.name, taken)

    def _label(self, theorem: TheoremShown) -> str:
        return f"{self.name}.{theorem.name}"

    def theorem(self, theorem: TheoremShown, margin: str = DONE) -> TheoremPage:
        """margin: what stands at the end of its proof."""
        label, provided = self._label(theorem), self.conditions(theorem.provided, theorem.statement.taken)
        return TheoremPage(
            title=self.speech.say(theorem.title),
            label=label,
            doc=self.tell(theorem.doc),
            opening=self.speech.listed("For every {conditions}:", quantities(theorem.holds_for)),
            statement=self.statement(theorem.statement),
            provided=self.speech.listed("Provided that {conditions}.", provided),
            proof=self.chain(theorem.proof, f"{label}.proof", margin),
        )

    def statement(self, said: StatementShown, margin: str = NUMBERED) -> tuple[str, ...]:
        left, right = self._marks(said.left, said.taken), self._marks(said.right, said.taken)
        return statement_lines(left, said.relation, right, margin)

    def example(self, example: ExampleShown, margin: str = NUMBERED) -> ExamplePage:
        return ExamplePage(
            title=self.speech.say(example.title),
            label=f"{self.name}.{example.name}",
            doc=self.tell(example.doc),
            taken=self.speech.listed("Take {conditions}:", numbers(example.at)),
            statement=self.statement(example.statement, margin),
            values=self._values(example),
        )

    def _values(self, example: ExampleShown) -> str:
        found = example.values
        if found is None:
            return ""
        if example.statement.right.is_number:
            return self.speech.fill("Rounded to six digits, the left side is {left}.", left=_value(found.left))
        return self.speech.fill(
            "Rounded to six digits, the left side is {left} and the right side {right}.",
            left=_value(found.left),
            right=_value(found.right),
        )


def _value(text: str) -> str:
    """A computed value such as ``1.5e-07``."""
    mantissa, _, exponent = text.partition("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"
