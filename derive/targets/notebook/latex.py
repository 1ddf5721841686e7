"""Records as one formula of TeX, with no command that MathJax and KaTeX do not both know."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sympy import Basic

from derive.algebra.records import Condition, Derivation, Derived, Example, Step, Theorem
from derive.document.page import ExampleShown, TheoremShown, example_shown, theorem_shown
from derive.document.parts import Definition, StatementShown, definition_of
from derive.document.shown_chains import CasesShown, StepShown, chain_shown, step_shown
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.text import Text
from derive.targets.base import PrintError
from derive.targets.tex.printer import RELATIONS, glyphs, marks, spell
from derive.targets.tex.quantities import numbers, quantities, ranges
from derive.targets.tex.side_conditions import condition, conditions
from derive.targets.words import Words

_BESIDE = 24
"""A start of more glyphs than this stands on a line of its own."""


UNNAMED = "in a notebook"
"""Stands for the formula in messages: a record that is shown alone does not know whose it is."""


def latex(record: object, words: Words) -> str:
    """The record in math mode.  Raises PrintError where something has no notation, or for another kind of object."""
    match record:
        case Formula():
            return definition(definition_of(record))
        case Derived():
            return definition(definition_of(record.formula))
        case Step():
            return _lines(record.before, [step_shown(record)], words, frozenset())
        case Derivation():
            chain = chain_shown(record)
            return _lines(chain.start, chain.steps, words, chain.taken)
        case Theorem():
            return _theorem(theorem_shown(record), words)
        case Claim():
            return statement(StatementShown(record.left, record.relation, record.right))
        case Witness():
            return example_line(example_shown(record), words)
        case Example():
            return example_line(example_shown(record.witness, [record]), words)
    raise PrintError(f"notebook: nothing is known of a {type(record).__name__}: add it to derive/targets/notebook")


AT = Text("at", zh="取")


def definition(defined: Definition) -> str:
    """``s_i = expression``, and for which indices."""
    text = statement(defined.statement)
    return rf"{text}, \qquad {ranges(defined.indices)}" if defined.indices else text


def statement(said: StatementShown) -> str:
    return f"{spelled(said.left, said.taken)} {RELATIONS[said.relation]} {spelled(said.right, said.taken)}"


def both_cases(cases: CasesShown, words: Words) -> str:
    """What a chain and an earlier one say together."""
    rows = [
        rf"\displaystyle {spelled(value, cases.taken)}, & {condition(where, UNNAMED, words, cases.taken)}"
        for value, where in zip(cases.values, cases.where, strict=True)
    ]
    return rf"{spelled(cases.start, cases.taken)} = \begin{{cases}} {rows[0]} \\ {rows[1]} \end{{cases}}"


def by_rule(step: StepShown, words: Words) -> str:
    """The name of the rule, and where the derivatives stand that it takes as known."""
    known = words.say(", ").join(dict.fromkeys(words.say(one.title) for one in step.known))
    return words.say(step.rule.name) + (words.say(": ") + known if known else "")


def _theorem(theorem: TheoremShown, words: Words) -> str:
    told = [*quantities(theorem.holds_for), *owed(theorem.provided, words, theorem.statement.taken)]
    text = statement(theorem.statement)
    return rf"{text} \qquad \bigl( {', '.join(told)} \bigr)" if told else text


def _lines(start: Basic, steps: Iterable[StepShown], words: Words, taken: frozenset[str]) -> str:
    """The start and each step, aligned at the relations, the rule beside each."""
    rows = [
        rf"{RELATIONS[step.relation]} {spelled(step.after, taken)} && {in_words(by_rule(step, words))}"
        for step in steps
    ]
    first = spelled(start, taken)
    if not rows:
        return first
    if glyphs(marks(start, UNNAMED, taken)) <= _BESIDE:
        inside = [f"{first} &{rows[0]}", *(f"&{row}" for row in rows[1:])]
    else:
        inside = [f"& {first}", *(rf"&\quad {row}" for row in rows)]
    body = r" \\ ".join(inside)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def spelled(expression: Basic, taken: Iterable[str] = ()) -> str:
    return spell(marks(expression, UNNAMED, taken))


def owed(some: Iterable[Condition], words: Words, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Side conditions, in math mode."""
    return conditions(some, UNNAMED, words, taken)


def example_line(shown: ExampleShown, words: Words) -> str:
    """Its statement at its numbers, ``x = (1, 2), t = 1``; and the values of both sides, where they were computed."""
    taken = r",\; ".join(numbers(shown.at))
    text = rf"{statement(shown.statement)} \quad {in_words(words.say(AT))} {taken}"
    values, sign = shown.values, RELATIONS[shown.statement.relation]
    return rf"{text} : \quad {values.left} {sign} {values.right}" if values else text


_SIGNS = {
    "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "->": r"\to", "<": "<", ">": ">", "\\": r"\backslash", "^": r"\wedge",
    "~": r"\sim", **{c: f"\\{c}" for c in "{}$&#%_"},
}  # fmt: skip
_PIECES = re.compile("(" + "|".join(map(re.escape, _SIGNS)) + ")")


def in_words(prose: str) -> str:
    r"""Prose in math mode.  MathJax takes what is in ``\text`` letter by letter, KaTeX does not: signs go outside."""
    pieces = enumerate(_PIECES.split(prose))
    return " ".join(_SIGNS[piece] if place % 2 else rf"\text{{{piece}}}" for place, piece in pieces if piece)
