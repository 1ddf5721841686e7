"""What stands on the page of one formula: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic

from derive.algebra.records import Condition
from derive.document import anchor, told
from derive.document.page import Block, ExampleShown, ResultShown, TheoremShown, page_of
from derive.document.parts import Definition, InputShown, Prose, StatementShown
from derive.document.shown_chains import CasesShown, ChainShown, KnownShown, StepShown
from derive.targets.base import Built
from derive.targets.markdown.escape import in_table, inline, prose, sentences, tooltip
from derive.targets.markdown.lines import broken
from derive.targets.tex.printer import RELATIONS, glyphs, latex, marks, spell
from derive.targets.tex.prose import lettered
from derive.targets.tex.quantities import domain_of, numbers, quantities, ranges, symbol_of
from derive.targets.tex.side_conditions import condition, conditions
from derive.targets.words import Words

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
    kind: str = "derivation"


@dataclass(frozen=True)
class TheoremPage:
    title: str
    label: str
    doc: str
    opening: str
    statement: str
    provided: str
    proof: ChainPage
    kind: str = "theorem"


@dataclass(frozen=True)
class ExamplePage:
    title: str
    label: str
    doc: str
    taken: str
    statement: str
    values: str
    kind: str = "example"


@dataclass(frozen=True)
class Page:
    """Everything on it is Markdown, or mathematics for a fence of Markdown.

    results, proved: what the derivations come to, and the titles of the theorems; further: what comes after the lesson.
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
    lesson: tuple[ChainPage | TheoremPage | ExamplePage, ...]
    further: tuple[ChainPage, ...]
    kernels: tuple[str, ...]


def page(built: Built, words: Words) -> Page:
    """Raises PrintError on a node without a notation, DocumentError on an unknown condition or a broken chain."""
    shown = page_of(built)
    spell = Writer(shown.formula.name, words, built.topic is not None)
    return Page(
        name=shown.formula.name,
        title=spell.say(shown.title),
        doc=spell.tell(shown.doc),
        source=prose(words.fill("Source: {source}", source=told(shown.source))) if shown.source else "",
        definition=definition(shown.definition),
        named=tuple(map(definition, shown.named)),
        inputs=tuple(map(spell.input, shown.inputs)),
        results=tuple(map(spell.result, shown.results)),
        proved=tuple(Link(spell.say(theorem.title), spell.place(theorem)) for theorem in shown.theorems),
        lesson=tuple(map(spell.block, shown.lesson)),
        further=tuple(map(spell.chain, shown.further)),
        kernels=tuple(program.name for program in built.programs),
    )


def definition(defined: Definition) -> str:
    """``symbol = expression``, for which indices."""
    return rf"{equation(defined)}, \qquad {ranges(defined.indices)}" if defined.indices else equation(defined)


def equation(defined: Definition) -> str:
    """``symbol = expression``."""
    said, whose = defined.statement, defined.formula.name
    return f"{latex(said.left, whose)} = {broken(marks(said.right, whose, said.taken))}"


@dataclass(frozen=True)
class Writer:
    """Spells what belongs to one formula, whose name it has, in one language.

    beside: whether the formulas that it uses have pages too, as those of a topic have.
    """

    name: str
    words: Words
    beside: bool

    def say(self, text: str) -> str:
        return prose(self.words.say(text))

    def tell(self, told: Prose) -> str:
        """Sentences, with the mathematics in them set as such."""
        return sentences(lettered(self.words.say(told.text), told.letters))

    def fill(self, pattern: str, **values: str) -> str:
        """Prose around prose."""
        return prose(self.words.fill(pattern, **{name: self.words.say(value) for name, value in values.items()}))

    def listed(self, pattern: str, found: Iterable[str]) -> str:
        """A pattern of prose around mathematics; nothing, where there is none."""
        math = self.words.say(", ").join(map(inline, found))
        return self.words.say(pattern).format(conditions=math) if math else ""

    def spelled(self, expression: Basic, taken: Iterable[str] = ()) -> str:
        return latex(expression, self.name, taken)

    def conditions(self, owed: Iterable[Condition], taken: frozenset[str]) -> tuple[str, ...]:
        return conditions(owed, self.name, self.words, taken)

    def input(self, shown: InputShown) -> InputRow:
        domain = inline(domain_of(shown.given))
        if shown.default:
            default = self.fill("default {value}", value=shown.default)
            domain = self.words.fill("{domain} ({default})", domain=domain, default=default)
        return InputRow(inline(symbol_of(shown.given)), self.tell(shown.meaning), domain)

    def result(self, shown: ResultShown) -> Result:
        return Result(self.statement(shown.statement), Link(self.say(shown.title), f"{self.name}.{shown.of}"))

    def block(self, block: Block) -> ChainPage | TheoremPage | ExamplePage:
        match block:
            case ChainShown():
                return self.chain(block)
            case TheoremShown():
                return self.theorem(block)
            case ExampleShown():
                return self.example(block)

    def chain(self, chain: ChainShown) -> ChainPage:
        start = marks(chain.start, self.name, chain.taken)
        rows = (StepRow(in_table(broken(start))), *(self._step(step, chain.taken) for step in chain.steps))
        return ChainPage(
            title=self.say(chain.title),
            label=f"{self.name}.{chain.name}",
            result=self.statement(chain.result),
            throughout=self.listed("Throughout, {conditions}.", self.conditions(chain.throughout, chain.taken)),
            rows=rows,
            count=self._count(len(chain.steps)),
            owed=self.listed("Side conditions: {conditions}.", self.conditions(chain.owed, chain.taken)),
            cases=tuple(map(self._case, chain.cases)),
        )

    def _known(self, known: KnownShown) -> Link:
        """A derivation of this page by its title, one of another page by the title of that."""
        of = known.place.formula.name
        label = f"#{of}.{known.place.name}"
        there = label if known.here else f"{of}.md{label}" if self.beside else ""
        return Link(self.say(known.title), there)

    def _count(self, steps: int) -> str:
        return self.words.fill("{number} steps" if steps != 1 else "1 step", number=steps)

    def _step(self, step: StepShown, taken: frozenset[str]) -> StepRow:
        math = broken(marks(step.after, self.name, taken), RELATIONS[step.relation])
        sentence = tooltip(self.words.say(step.rule.sentence))
        known = tuple(map(self._known, step.known))
        return StepRow(in_table("{} " + math), self.say(step.rule.name), anchor(step.rule), sentence, known)

    def _case(self, cases: CasesShown) -> str:
        rows = [
            f"{self.spelled(value, cases.taken)}, & {condition(where, self.name, self.words, cases.taken)}"
            for value, where in zip(cases.values, cases.where, strict=True)
        ]
        start = self.spelled(cases.start, cases.taken)
        return rf"{start} = \begin{{dcases}} {rows[0]} \\[1ex] {rows[1]} \end{{dcases}}"

    def place(self, theorem: TheoremShown) -> str:
        """The anchor of a theorem: unlike that of a derivation, which may have the same name."""
        return f"{self.name}.{theorem.name}.theorem" if theorem.beside else f"{self.name}.{theorem.name}"

    def theorem(self, theorem: TheoremShown) -> TheoremPage:
        provided = self.conditions(theorem.provided, theorem.statement.taken)
        return TheoremPage(
            title=self.fill("Theorem: {title}", title=theorem.title),
            label=self.place(theorem),
            doc=self.tell(theorem.doc),
            opening=self.listed("For every {conditions}:", quantities(theorem.holds_for)),
            statement=self.statement(theorem.statement),
            provided=self.listed("Provided that {conditions}.", provided),
            proof=self.chain(theorem.proof),
        )

    def example(self, example: ExampleShown) -> ExamplePage:
        sign, values = RELATIONS[example.statement.relation], example.values
        return ExamplePage(
            title=self.fill("Example: {title}", title=example.title),
            label=f"{self.name}.{example.name}",
            doc=self.tell(example.doc),
            taken=self.listed("Take {conditions}:", numbers(example.at)),
            statement=self.statement(example.statement),
            values=f"{values.left} {sign} {values.right}" if values else "",
        )

    def statement(self, said: StatementShown) -> str:
        one, other = (marks(side, self.name, said.taken) for side in (said.left, said.right))
        sign = RELATIONS[said.relation]
        if glyphs(one) + glyphs(other) <= _BESIDE:
            return f"{spell(one)} {sign} {spell(other)}"
        return rf"\begin{{aligned}} & {broken(one)} \\ & \quad {sign} {broken(other)} \end{{aligned}}"
