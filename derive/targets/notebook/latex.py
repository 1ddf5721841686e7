"""Records as one formula of TeX, with no command that MathJax and KaTeX do not both know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sympy import Basic

from derive.algebra.records import Condition, Derivation, Derived, Example, Step, Theorem
from derive.document.chains import names_of_chain, names_of_theorem
from derive.document.parts import quantities_of
from derive.language.claims import Claim, Witness
from derive.language.components import Vector
from derive.language.formula import Formula
from derive.language.text import Text
from derive.targets.base import PrintError
from derive.targets.tex.printer import bold, glyphs, marks, name_of, spell
from derive.targets.tex.quantities import quantities, ranges
from derive.targets.tex.side_conditions import conditions
from derive.targets.words import Words

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}

_BESIDE = 24
"""A start of more glyphs than this stands on a line of its own."""


UNNAMED = "in a notebook"
"""Stands for the formula in messages: a record that is shown alone does not know whose it is."""


def latex(record: object, words: Words) -> str:
    """The record in math mode.  Raises PrintError where something has no notation, or for another kind of object."""
    match record:
        case Formula():
            return definition(record)
        case Derived():
            return definition(record.formula)
        case Step():
            return _lines(record.before, [record], words, frozenset())
        case Derivation():
            return _lines(record.start, record.steps, words, names_of_chain(record))
        case Theorem():
            return _theorem(record, words)
        case Claim():
            return statement(record.left, record.relation, record.right)
        case Witness():
            return (
                rf"{statement(record.left, record.relation, record.right)} \quad {in_words(words.say(AT))} {at(record)}"
            )
        case Example():
            values = f"{record.left} {RELATIONS[record.witness.relation]} {record.right}"
            return rf"{latex(record.witness, words)} : \quad {values}"
    raise PrintError(f"notebook: nothing is known of a {type(record).__name__}: add it to derive/targets/notebook")


AT = Text("at", zh="取")


def definition(formula: Formula) -> str:
    """``s_i = expression``, and for which indices."""
    left = spelled(formula.at_indices)
    text = f"{left} = {spelled(formula.expression, [formula.symbol])}"
    return rf"{text}, \qquad {ranges(formula.indices)}" if formula.indices else text


def statement(left: Basic, relation: str, right: Basic, taken: Iterable[str] = ()) -> str:
    return f"{spelled(left, taken)} {RELATIONS[relation]} {spelled(right, taken)}"


def _theorem(theorem: Theorem, words: Words) -> str:
    taken = names_of_theorem(theorem)
    told = [*quantities(quantities_of(theorem)), *owed(theorem.conditions, words, taken)]
    text = statement(theorem.left, theorem.relation, theorem.right, taken)
    return rf"{text} \qquad \bigl( {', '.join(told)} \bigr)" if told else text


def _lines(start: Basic, steps: Iterable[Step], words: Words, taken: frozenset[str]) -> str:
    """The start and each step, aligned at the relations, the rule beside each."""
    rows = [
        rf"{RELATIONS[step.relation]} {spelled(step.after, taken)} && {in_words(words.say(step.rule.name))}"
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
    """Side conditions, each once."""
    return conditions(some, UNNAMED, words, taken)


def at(witness: Witness) -> str:
    """The numbers of a witness: ``x = (1, 2), t = 1``."""
    return r",\; ".join(f"{_key(key)} = {_number(value)}" for key, value in witness.at.items())


def _key(key: Any) -> str:
    return bold(key.name) if isinstance(key, Vector) else name_of(str(getattr(key, "name", key)))


def _number(value: Any) -> str:
    if isinstance(value, tuple):
        return "(" + r",\, ".join(map(_number, value)) + ")"
    top, bottom = getattr(value, "numerator", value), getattr(value, "denominator", 1)
    return str(value) if bottom == 1 else rf"\tfrac{{{top}}}{{{bottom}}}"


_SIGNS = {
    "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "->": r"\to", "<": "<", ">": ">", "\\": r"\backslash", "^": r"\wedge",
    "~": r"\sim", **{c: f"\\{c}" for c in "{}$&#%_"},
}  # fmt: skip
_PIECES = re.compile("(" + "|".join(map(re.escape, _SIGNS)) + ")")


def in_words(prose: str) -> str:
    r"""Prose in math mode.  MathJax takes what is in ``\text`` letter by letter, KaTeX does not: signs go outside."""
    pieces = enumerate(_PIECES.split(prose))
    return " ".join(_SIGNS[piece] if place % 2 else rf"\text{{{piece}}}" for place, piece in pieces if piece)
