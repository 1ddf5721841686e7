"""What stands on the page of one formula: strings only, for the template to lay out."""

from __future__ import annotations

from dataclasses import dataclass

from derive.calculus.records import Derivation, Derived, Theorem
from derive.language.formula import Formula
from derive.language.inputs import Input, Label, Parameter
from derive.targets.latex.chain import LINE, RELATIONS, Line, broken_after, chain_lines, fitted, joined
from derive.targets.latex.conditions import condition, conditions
from derive.targets.latex.escape import prose
from derive.targets.latex.printer import bold, glyphs, latex, marks, name_of, spell
from derive.targets.latex.strings import Strings
from derive.targets.pages import (
    Cases,
    anchor,
    check_chain,
    formulas_named,
    joined_cases,
    names_of_chain,
    names_of_theorem,
    rules_used,
)


@dataclass(frozen=True)
class InputRow:
    symbol: str
    meaning: str
    domain: str
    default: str


@dataclass(frozen=True)
class CasePage:
    """One thing with its values in two cases; ``start`` ends in the sign of equality."""

    start: str
    values: tuple[str, str]
    where: tuple[str, str]


@dataclass(frozen=True)
class ChainPage:
    """``lines`` is the inside of an alignment; ``cases`` are equations that join this chain with an earlier one."""

    title: str
    label: str
    assumptions: tuple[str, ...]
    lines: tuple[str, ...]
    conditions: tuple[str, ...]
    cases: tuple[CasePage, ...] = ()


@dataclass(frozen=True)
class TheoremPage:
    title: str
    label: str
    opening: str
    statement: tuple[str, ...]
    conditions: tuple[str, ...]
    proof: ChainPage


@dataclass(frozen=True)
class RuleRow:
    anchor: str
    name: str
    sentences: str


@dataclass(frozen=True)
class Page:
    """Everything on it is LaTeX."""

    name: str
    title: str
    doc: str
    source: str
    definition: str
    named: tuple[str, ...]
    inputs: tuple[InputRow, ...]
    derivations: tuple[ChainPage, ...]
    theorems: tuple[TheoremPage, ...]
    rules: tuple[RuleRow, ...]


def page(derived: Derived, strings: Strings) -> Page:
    """Raises PrintError on a node or condition without a notation, and on a chain that is broken."""
    formula = derived.formula
    for chain in derived.chains:
        check_chain("latex", formula, chain)
    cases = joined_cases(derived.derivations)
    return Page(
        name=formula.name,
        title=prose(formula.title or formula.name),
        doc=prose(formula.doc),
        source=prose(formula.source.rstrip(".")),
        definition=definition(formula, strings),
        named=tuple(_named(other, formula) for other in formulas_named(derived)),
        inputs=tuple(_input(i, strings) for i in formula.inputs),
        derivations=tuple(_chain(d, formula, strings, cases) for d in derived.derivations),
        theorems=tuple(_theorem(t, formula, strings) for t in derived.theorems),
        rules=tuple(
            RuleRow(f"{formula.name}.{anchor(name)}", prose(name), " ".join(map(prose, sentences)))
            for name, sentences in rules_used(derived)
        ),
    )


def definition(formula: Formula, strings: Strings) -> str:
    """The numbered equation of a definition."""
    text = f"{_left(formula)} = {fitted(marks(formula.expression, formula.name, [formula.symbol]))}"
    if formula.over is None:
        return text
    return rf"{text}, \qquad {strings.for_index.format(index=name_of(formula.over.name))}"


def _left(formula: Formula) -> str:
    return latex(formula.value if formula.over is None else formula[formula.over], formula.name)


def _named(other: Formula, formula: Formula) -> str:
    """Another formula whose symbol is used, in one line."""
    return rf"{_left(other)} = {latex(other.expression, formula.name, [other.symbol])}"


def _input(given: Input, strings: Strings) -> InputRow:
    if isinstance(given, Label):
        return InputRow(name_of(given.name), prose(given.doc), rf"{name_of(given.name)} \in \{{1, \dots, n\}}", "")
    if isinstance(given, Parameter):
        space = r"\mathbb{R}_{>0}" if given.domain == "positive" else r"\mathbb{R}"
        default = f" ({strings.default} ${given.default!r}$)"
        return InputRow(name_of(given.name), prose(given.doc), rf"{name_of(given.name)} \in {space}", default)
    space = {"real": r"\mathbb{R}^n", "positive": r"\mathbb{R}_{>0}^n", "probability": r"\Delta^{n-1}"}[given.domain]
    return InputRow(bold(given.name), prose(given.doc), rf"{bold(given.name)} \in {space}", "")


def _chain(chain: Derivation, formula: Formula, strings: Strings, cases: tuple[Cases, ...]) -> ChainPage:
    taken = names_of_chain(chain)
    assumed = conditions(chain.assumptions, formula, strings, taken)
    owed = conditions(chain.conditions, formula, strings, taken)
    return ChainPage(
        title=prose(chain.title),
        label=f"{formula.name}.{chain.name}",
        assumptions=assumed,
        lines=joined(chain_lines(chain, formula, taken)),
        conditions=tuple(c for c in owed if c not in assumed),
        cases=tuple(_case(c, formula, strings) for c in cases if c.after == chain),
    )


def _case(cases: Cases, formula: Formula, strings: Strings) -> CasePage:
    taken = names_of_chain(cases.equal) | names_of_chain(cases.distinct)
    return CasePage(
        start=f"{fitted(marks(cases.start, formula.name, taken))} {RELATIONS['=']}",
        values=(latex(cases.equal.end, formula.name, taken), latex(cases.distinct.end, formula.name, taken)),
        where=(
            condition(cases.where_equal, formula, strings, taken),
            condition(cases.where_distinct, formula, strings, taken),
        ),
    )


def _theorem(theorem: Theorem, formula: Formula, strings: Strings) -> TheoremPage:
    taken = names_of_theorem(theorem)
    constants = ", ".join(name_of(c.name) for c in theorem.constants)
    return TheoremPage(
        title=prose(theorem.title),
        label=f"{formula.name}.{theorem.name}",
        opening=strings.for_all.format(constants=constants) if constants else "",
        statement=_statement(theorem, formula, taken),
        conditions=conditions(theorem.conditions, formula, strings, taken),
        proof=_chain(theorem.proof, formula, strings, ()),
    )


def _statement(theorem: Theorem, formula: Formula, taken: frozenset[str]) -> tuple[str, ...]:
    """The lines of an alignment: one, where both sides fit beside each other."""
    left, right = (marks(side, formula.name, taken) for side in (theorem.left, theorem.right))
    sign = RELATIONS[theorem.relation]
    if glyphs(left) + glyphs(right) <= LINE:
        return (f"{spell(left)} {sign} {spell(right)}",)
    return joined([Line(rf"\MoveEqLeft {fitted(left)}"), *broken_after(sign, right)])
