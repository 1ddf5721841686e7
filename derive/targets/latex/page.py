"""What stands on the page of one formula: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Symbol

from derive.algebra.records import Condition, Derivation, Example, Step, Theorem
from derive.document import Recorded, anchor
from derive.document.addresses import known_at
from derive.document.chains import check_chain, formulas_named, names_of_chain, names_of_theorem
from derive.document.citations import Citation, citation
from derive.document.lesson import Headline, lesson
from derive.document.owed import needed
from derive.document.two_cases import TwoCases, joined_cases
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.inputs import Input, Parameter
from derive.notation import Mark
from derive.targets.latex.chain import DONE, NUMBERED, PLAIN, RELATIONS, chain_lines, fitted, statement_lines
from derive.targets.latex.speech import Speech
from derive.targets.tex.printer import latex, marks, spell
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


@dataclass(frozen=True)
class TheoremPage:
    title: str
    label: str
    doc: str
    opening: str
    statement: tuple[str, ...]
    provided: str
    proof: ChainPage


@dataclass(frozen=True)
class ExamplePage:
    title: str
    label: str
    doc: str
    taken: str
    statement: tuple[str, ...]
    values: str


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
    derivations: tuple[ChainPage, ...]
    theorems: tuple[TheoremPage, ...]
    examples: tuple[ExamplePage, ...]
    further: tuple[ChainPage, ...]


def page(built: Recorded, speech: Speech) -> Page:
    """Raises PrintError on a node without a notation, DocumentError on an unknown condition or a broken chain."""
    for chain in built.derived.chains:
        check_chain(built.formula, chain)
    return writer(built, speech).page(built)


def writer(built: Recorded, speech: Speech) -> Writer:
    """What spells anything of this formula."""
    return Writer(built.formula, speech, cited(built), _labels(built), built.derived.derivations)


def _labels(built: Recorded) -> dict[Theorem, str]:
    """A label for each theorem.  Of two with one name, the claim has the plain one: others may cite it."""
    found: dict[Theorem, str] = {}
    for theorem in reversed(built.derived.theorems):
        label = f"{built.formula.name}.{theorem.name}"
        while label in found.values():
            label += "-"
        found[theorem] = label
    return found


def cited(built: Recorded) -> dict[str, str]:
    """The name of a rule that is an earlier theorem -> the label of that theorem."""
    claims = [item for item in built.formula.theory if isinstance(item, Claim)]
    reasons = [line.reason for claim in claims for line in claim.proof if isinstance(line.reason, Claim)]
    return {f"by theorem: {c.title or c.name}": f"thm:{c.about.name}.{c.name}" for c in reasons}


@dataclass(frozen=True)
class Writer:
    """Spells what belongs to one formula, in one language.  ``cited``, ``labels``: see the functions."""

    formula: Formula
    speech: Speech
    cited: dict[str, str]
    labels: dict[Theorem, str]
    derivations: tuple[Derivation, ...]

    def page(self, built: Recorded) -> Page:
        formula, derived, speech, told_first = self.formula, built.derived, self.speech, lesson(built.derived)
        cases = joined_cases(derived.derivations)
        source = citation(formula.source) if formula.source else None
        return Page(
            name=formula.name,
            heading=speech.heading(formula.title or formula.name),
            doc=self._told(formula.doc),
            source=self._source(source) if source else "",
            work=f"{source.key}: {source.work}" if source else "",
            definition=self.definition(),
            named=tuple(map(self._named, formulas_named(derived))),
            inputs=tuple(map(self._input, formula.inputs)),
            results=tuple(map(self._result, told_first.headlines)),
            proved=tuple(map(self._proved, derived.theorems)),
            derivations=tuple(self._derivation(d, cases) for d in told_first.first),
            theorems=tuple(map(self.theorem, derived.theorems)),
            examples=tuple(self.example(w, built.examples) for w in derived.witnesses),
            further=tuple(self._derivation(d, cases) for d in told_first.further),
        )

    def _proved(self, theorem: Theorem) -> TheoremLine:
        label = self.labels[theorem]
        number = self.speech.fill("Theorem {number}", number=rf"\ref*{{thm:{label}}}")
        return TheoremLine(self.speech.say(theorem.title), label, number)

    def _result(self, headline: Headline) -> ResultLine:
        taken = names_of_chain(headline.chain)
        left, right = self._marks(headline.left, taken), fitted(self._marks(headline.right, taken))
        math = f"{spell(left)} {RELATIONS[headline.chain.relation]} {right}"
        return ResultLine(math, f"{self.formula.name}.{headline.chain.name}")

    def _source(self, source: Citation) -> str:
        place = self.speech.fill(f"{source.kind} {{number}}", number=source.number) if source.kind else ""
        return self.speech.fill("See {source}.", source=rf"\cite{f'[{place}]' if place else ''}{{{source.key}}}")

    def definition(self) -> str:
        formula = self.formula
        text = self._equation(formula)
        return rf"{text}, \qquad {ranges(formula.indices)}" if formula.indices else text

    def _equation(self, formula: Formula) -> str:
        left = latex(formula.at_indices, self.formula.name)
        return f"{left} = {fitted(marks(formula.expression, self.formula.name, [formula.symbol]))}"

    def _named(self, other: Formula) -> Named:
        return Named(f"eq:{other.name}", self._equation(other))

    def _input(self, given: Input) -> InputRow:
        default = (
            self.speech.fill("default {value}", value=f"${mathematics(repr(given.default))}$")
            if isinstance(given, Parameter)
            else ""
        )
        bracketed = f"{self.speech.type.opening}{default}{self.speech.type.closing}" if default else ""
        return InputRow(symbol_of(given), self._told(given.doc), domain_of(given), bracketed)

    def _told(self, text: str, constants: Iterable[Symbol] = ()) -> str:
        names = [given.name for given in (*self.formula.inputs, *constants)]
        return self.speech.say(text, names)

    def _note(self, step: Step) -> str:
        """The name of the rule, and where to read of it, or of what it uses."""
        rule, name = step.rule, self.speech.say(step.rule.name)
        if rule.name in self.cited:
            theorem = self.speech.fill("Theorem {number}", number=rf"\ref*{{{self.cited[rule.name]}}}")
            by_number = self.speech.fill("by {title}", title=theorem)
            return rf"\deriveby{{{self.cited[rule.name]}}}{{{by_number}}}{{{name}}}"
        known = known_at(step, self.formula, self.derivations)
        places = "".join(rf"\deriveknown{{eq:{place.formula.name}.{place.name}}}" for place in known)
        return rf"\derivenote{{{anchor(rule)}}}{{{name}}}{places}"

    def chain(
        self, chain: Derivation, label: str, taken: frozenset[str], margin: str, said: tuple[str, ...] = ()
    ) -> ChainPage:
        """``said`` are conditions of which the reader knows already."""
        assumed = tuple(c for c in self.conditions(chain.assumptions, taken) if c not in said)
        owed = tuple(c for c in self.conditions(needed(chain), taken) if c not in (*assumed, *said))
        return ChainPage(
            title=self.speech.say(chain.title),
            label=label,
            throughout=self.speech.listed("Throughout, {conditions}.", assumed),
            lines=chain_lines(chain, self.formula, taken, self._note, PLAIN if owed and margin == DONE else margin),
            owed=self.speech.listed("Side conditions: {conditions}.", owed),
        )

    def conditions(self, owed: Iterable[Condition], taken: frozenset[str]) -> tuple[str, ...]:
        return conditions(owed, self.formula.name, self.speech.words, taken, fitted)

    def _derivation(self, chain: Derivation, cases: tuple[TwoCases, ...]) -> ChainPage:
        label = f"{self.formula.name}.{chain.name}"
        shown = self.chain(chain, label, names_of_chain(chain), NUMBERED)
        joint = tuple(self._case(c, f"{label}.cases") for c in cases if c.after == chain)
        return ChainPage(shown.title, label, shown.throughout, shown.lines, shown.owed, joint)

    def _case(self, cases: TwoCases, label: str) -> CasePage:
        taken = names_of_chain(cases.equal) | names_of_chain(cases.distinct)
        return CasePage(
            label=label,
            start=f"{fitted(self._marks(cases.start, taken))} {RELATIONS['=']}",
            values=(
                latex(cases.equal.end, self.formula.name, taken),
                latex(cases.distinct.end, self.formula.name, taken),
            ),
            where=(
                condition(cases.where_equal, self.formula.name, self.speech.words, taken),
                condition(cases.where_distinct, self.formula.name, self.speech.words, taken),
            ),
        )

    def _marks(self, expression: object, taken: frozenset[str] = frozenset()) -> Mark:
        return marks(expression, self.formula.name, taken)  # type: ignore[arg-type]

    def theorem(self, theorem: Theorem) -> TheoremPage:
        taken = names_of_theorem(theorem)
        label = self.labels[theorem]
        provided = self.conditions(theorem.conditions, taken)
        proof = self.chain(theorem.proof, f"{label}.proof", taken, DONE, provided)
        left, right = self._marks(theorem.left, taken), self._marks(theorem.right, taken)
        return TheoremPage(
            title=self.speech.say(theorem.title),
            label=label,
            doc=self._told(theorem.doc, theorem.constants),
            opening=self.speech.listed("For every {conditions}:", quantities(theorem)),
            statement=statement_lines(left, theorem.relation, right),
            provided=self.speech.listed("Provided that {conditions}.", provided),
            proof=proof,
        )

    def example(self, witness: Witness, computed: Iterable[Example], margin: str = NUMBERED) -> ExamplePage:
        found = next((e for e in computed if e.witness.name == witness.name), None)
        return ExamplePage(
            title=self.speech.say(witness.title or witness.name),
            label=f"{self.formula.name}.{witness.name}",
            doc=self._told(witness.doc),
            taken=self.speech.listed("Take {conditions}:", numbers(witness.at)),
            statement=statement_lines(self._marks(witness.left), witness.relation, self._marks(witness.right), margin),
            values=self._values(found, witness),
        )

    def _values(self, found: Example | None, witness: Witness) -> str:
        if found is None:
            return ""
        if witness.right.is_number:
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
