"""A formula's page as text: definition, inputs, every step with its rule, theorems, examples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Basic

from derive.algebra.records import Condition, Derivation, Derived, Example, Step, Theorem
from derive.document import told
from derive.document.addresses import known_at
from derive.document.chains import check_chain, formulas_named, names_of_chain, names_of_theorem
from derive.document.lesson import Headline, lesson
from derive.document.owed import needed
from derive.document.rules import rules_by_name
from derive.document.stating import compared
from derive.document.two_cases import TwoCases, joined_cases
from derive.language.axes import CLASSES, Axis, axis_of
from derive.language.claims import Witness
from derive.language.components import Labels
from derive.language.domains import domain_of
from derive.language.formula import Formula
from derive.language.inputs import Input, Label, Parameter
from derive.language.topics import Topic
from derive.notation import NotationError
from derive.notation.plain import plain
from derive.targets.base import Built, PrintError
from derive.targets.rulebook import Medium, statements
from derive.targets.text.characters import ASCII_SIGNS, UNICODE_SIGNS, Signs
from derive.targets.text.lines import WIDTH, aligned, fold
from derive.targets.text.quantities import numbers, quantities, space
from derive.targets.text.side_conditions import spelled
from derive.targets.text.width import pad, width, wrap
from derive.targets.words import LANGUAGES, Words

ENGLISH = LANGUAGES["en"]

_NAME_AT = 28
"""A rule whose name is wider than this has no part in the width of the column of names."""

_BELOW = " " * 6
"""The margin of prose that stands below its head."""


def render(what: Built | Derived, words: Words = ENGLISH, columns: int = WIDTH, rules: bool = True) -> str:
    """The page in Unicode, in lines of at most so many columns where there is a place to break them.

    rules: whether those that were used are listed at its end.

    Raises PrintError on a node without a notation, DocumentError on an unknown condition or a broken chain.
    """
    return _page(what, UNICODE_SIGNS, words, columns, rules).text()


def render_ascii(what: Built | Derived, words: Words = ENGLISH, columns: int = WIDTH, rules: bool = True) -> str:
    """The same in ASCII, for a terminal that shows nothing else; a letter that it lacks is spelled as ``\\u4e2d``.

    Raises PrintError for a language that ASCII cannot write.
    """
    if not _without_accents(words.name).isascii():
        raise PrintError(
            f"text: this terminal shows ASCII alone, which cannot write {words.language!r}: "
            f"use a terminal of UTF-8 (PYTHONIOENCODING=utf-8), or --lang en"
        )
    text = _page(what, ASCII_SIGNS, words, columns, rules).text()
    return _without_accents(text).encode("ascii", "backslashreplace").decode("ascii")


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _page(what: Built | Derived, signs: Signs, words: Words, columns: int, rules: bool) -> _Page:
    if isinstance(what, Built):
        return _Page(what.derived, signs, words, columns, rules, what.topic, what.examples)
    return _Page(what, signs, words, columns, rules)


@dataclass(frozen=True)
class _Page:
    derived: Derived
    signs: Signs
    words: Words
    columns: int
    with_rules: bool = True
    topic: Topic | None = None
    examples: tuple[Example, ...] = ()

    @property
    def formula(self) -> Formula:
        return self.derived.formula

    def text(self) -> str:
        for chain in self.derived.chains:
            check_chain(self.formula, chain)
        cases, told_first = joined_cases(self.derived.derivations), lesson(self.derived)
        blocks = [self._opening(), self._inputs(), self._results(told_first.headlines)]
        blocks += [self._derivation(d, cases) for d in told_first.first]
        blocks += [self._theorem(t) for t in self.derived.theorems]
        blocks += [self._witness(w) for w in self.derived.witnesses]
        blocks += [self._derivation(d, cases) for d in told_first.further]
        blocks += [self._rules()] if self.with_rules else []
        return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"

    def say(self, text: str, **values: str) -> str:
        """Prose in the language, with its signs as the terminal shows them; each ``{name}`` as given."""
        said = self.words.fill(text, **values) if values else self.words.say(text)
        return self.signs.words(re.sub(r"\s*[\t\r\n]\s*", " ", said))

    def math(self, expression: Basic, taken: Iterable[str] = ()) -> str:
        try:
            return plain(expression, taken, self.signs.style)
        except NotationError as error:
            raise PrintError(f"text: formula {self.formula.name!r}: {error}") from error

    def _opening(self) -> list[str]:
        formula = self.formula
        title = self.words.say(formula.title or formula.name)
        lines = self._heading(self.say("{title} ({name})", title=title, name=formula.name), self.signs.heavy_rule)
        if self.topic:
            lines += wrap(self.say("Topic: {title}", title=self.words.say(self.topic.title)), self.columns)
        lines += [*self._prose(formula.doc), ""] if formula.doc else [""] if self.topic else []
        lines += self._aligned([("", self._definition(formula), "")])
        lines += self._aligned([("", self._definition(other), "") for other in formulas_named(self.derived)])
        if formula.source:
            source = self.words.say(told(formula.source))
            lines += ["", *wrap(self.say("Source: {source}", source=source), self.columns)]
        return lines

    def _prose(self, text: str) -> list[str]:
        return wrap(self.say(text), self.columns)

    def _definition(self, formula: Formula) -> str:
        where = "".join(f",  {index} = 1..{axis_of(index).size}" for index in formula.indices)
        return f"{self.math(formula.at_indices)} = {self.math(formula.expression, [formula.symbol])}{where}"

    def _inputs(self) -> list[str]:
        rows = [(i.name, self._domain(i), self.say(i.doc)) for i in self.formula.inputs]
        names, domains = (max(width(row[k]) for row in rows) for k in (0, 1))
        lines = [self.say("Inputs")]
        for name, domain, doc in rows:
            lines += self._beside(f"  {pad(name, names)}  {pad(domain, domains)}  ", doc, names + domains + 6)
        return lines

    def _results(self, headlines: tuple[Headline, ...]) -> list[str]:
        """What the derivations come to, and the titles of the theorems."""
        rows = [
            ("", f"{self.math(h.left)} {sign} {self.math(h.right, names_of_chain(h.chain))}", "")
            for h in headlines
            for sign in (self.signs.relations[h.chain.relation],)
        ]
        titles = [self.say(theorem.title) for theorem in self.derived.theorems]
        lines = [self.say("Results"), *self._aligned(rows)] if rows else []
        if titles:
            proved = self.say("Proved below: {titles}", titles=self.words.say("; ").join(titles))
            lines += wrap(proved, self.columns, "  ", _BELOW)
        return lines

    def _beside(self, head: str, prose: str, column: int) -> list[str]:
        """The prose in its column, to the right of its head; below it, where the head is wider or the column narrow."""
        margin = self._margin(column)
        if width(head) <= len(margin):
            return wrap(prose, self.columns, first=head, rest=margin) or [head]
        whole = [head] if width(head) <= self.columns else wrap(head, self.columns, first="  ", rest=_BELOW)
        return [*whole, *wrap(prose, self.columns, first=margin, rest=margin)]

    def _margin(self, column: int) -> str:
        return " " * column if column <= self.columns // 2 else _BELOW

    def _domain(self, given: Input) -> str:
        if isinstance(given, Label):
            return f"{self.signs.belongs} {{1..n}}"
        if isinstance(given, Labels):
            return f"{self.signs.belongs} {{1..{given.among.size}}}^{self._shape(given.axes)}"
        domain = domain_of(given)
        if isinstance(given, Parameter):
            return f"{space(domain, self.signs)}, " + self.say("default {value}", value=repr(given.default))
        total = f", {self.say('sums to 1')}" if domain.total == 1 else ""
        power = "^n" if given.axes == (CLASSES,) else f"^{self._shape(given.axes)}"
        return f"{space(domain, self.signs, power)}{total}"

    def _shape(self, axes: Sequence[Axis]) -> str:
        sizes = self.signs.by.join(axis.size.name for axis in axes)
        return sizes if len(axes) == 1 else f"({sizes})"

    def _derivation(self, chain: Derivation, cases: tuple[TwoCases, ...]) -> list[str]:
        lines = [*self._heading(self.say(chain.title), self.signs.rule), *self._chain(chain)]
        for case in cases:
            lines += self._case(case) if case.after == chain else []
        return lines

    def _chain(self, chain: Derivation, told: tuple[Condition, ...] = ()) -> list[str]:
        """``told`` are conditions of which the reader knows already."""
        taken = names_of_chain(chain)
        rows = [("", self.math(chain.start, taken), "")]
        rows += [(self.signs.relations[s.relation], self.math(s.after, taken), self._rule(s)) for s in chain.steps]
        assumed = self._conditions((c for c in chain.assumptions if c not in told), taken)
        owed = self._conditions(needed(chain, told), taken)
        return [
            *self._list("Throughout, {conditions}.", assumed),
            *self._aligned(rows),
            *self._list("Side conditions: {conditions}.", owed),
        ]

    def _rule(self, step: Step) -> str:
        """Its name, and the other formulas whose derivatives it takes as known: theirs stand on other pages."""
        places = known_at(step, self.formula, self.derived.derivations)
        others = [p.formula.name for p in places if p.formula != self.formula]
        listed = self.say(": ") + ", ".join(dict.fromkeys(others)) if others else ""
        return self.say(step.rule.name) + listed

    def _list(self, pattern: str, conditions: list[str]) -> list[str]:
        return (
            wrap(self.say(pattern, conditions=self.words.say(", ").join(conditions)), self.columns)
            if conditions
            else []
        )

    def _case(self, case: TwoCases) -> list[str]:
        taken = names_of_chain(case.equal) | names_of_chain(case.distinct)
        pairs = ((case.equal, case.where_equal), (case.distinct, case.where_distinct))
        values = [self.math(chain.end, taken) for chain, _ in pairs]
        widest = max(map(width, values))
        rows = [
            f"{brace} {pad(value, widest)}   " + self.say("where {condition}", condition=self._condition(where, taken))
            for brace, value, (_, where) in zip(self.signs.brace, values, pairs, strict=True)
        ]
        start = f"  {self.math(case.start, taken)} = "
        if width(start) + max(map(width, rows)) > self.columns:
            return [self.say("Both cases together:"), *fold(start, self.columns), *(f"    {row}" for row in rows)]
        return [self.say("Both cases together:"), start + rows[0], " " * width(start) + rows[1]]

    def _theorem(self, theorem: Theorem) -> list[str]:
        taken = names_of_theorem(theorem)
        title = self.words.say(theorem.title)
        lines = self._heading(self.say("Theorem: {title}", title=title), self.signs.rule)
        lines += self._prose(theorem.doc) if theorem.doc else []
        stated_for = quantities(theorem, self.signs, self.words, self.math)
        lines += self._list("For every {conditions}:", stated_for)
        left, right = self.math(theorem.left, taken), self.math(theorem.right, taken)
        lines += self._aligned([("", f"{left} {self.signs.relations[theorem.relation]} {right}", "")])
        lines += self._list("Provided that {conditions}.", self._conditions(theorem.conditions, taken))
        return [*lines, self.say("Proof"), *self._chain(theorem.proof, theorem.conditions)]

    def _witness(self, witness: Witness) -> list[str]:
        """Its statement, the numbers, and the values of both sides where they were computed."""
        title = self.words.say(witness.title or witness.name)
        lines = self._heading(self.say("Example: {title}", title=title), self.signs.rule)
        lines += self._prose(witness.doc) if witness.doc else []
        lines += self._list("Take {conditions}:", numbers(witness.at, self.signs))
        relation = self.signs.relations[witness.relation]
        rows = [f"{self.math(witness.left)} {relation} {self.math(witness.right)}"]
        rows += [f"{e.left} {relation} {e.right}" for e in self.examples if e.witness.name == witness.name]
        return lines + self._aligned([("", row, "") for row in rows])

    def _rules(self) -> list[str]:
        rules = [(self.say(name), same) for name, same in rules_by_name([self.derived]).items()]
        if not rules:
            return []
        medium = self._medium()
        widest = max((width(name) for name, _ in rules if width(name) <= _NAME_AT), default=_NAME_AT)
        lines = self._heading(self.say("Rules used"), self.signs.rule)
        for name, same in rules:
            sentences = dict.fromkeys(self.say(rule.sentence) for rule in same)
            lines += self._beside(f"  {pad(name, widest)}  ", self.words.between.join(sentences), widest + 4)
            margin = self._margin(widest + 4)
            for statement in statements(same, medium):
                lines += wrap(statement, self.columns, first=margin, rest=f"{margin}    ")
        return lines

    def _medium(self) -> Medium:
        return Medium(
            math=self.math,
            condition=lambda owed: self._condition(owed, frozenset()),
            relations=self.signs.relations,
            dressed=str,
            bracketed=lambda owed: f"  ({self.words.say(', ').join(owed)})",
        )

    def _conditions(self, owed: Iterable[Condition], taken: frozenset[str]) -> list[str]:
        """Each once, as it is read (two bound indices may differ in nothing else)."""
        return list(dict.fromkeys(self._condition(c, taken) for c in owed))

    def _condition(self, owed: Condition, taken: frozenset[str]) -> str:
        owed = compared(owed)
        shown = [self.math(s, taken) for s in owed.subject]
        return self.signs.words(spelled(owed, shown, self.words, self.formula.name))

    def _heading(self, title: str, rule: str) -> list[str]:
        lines = wrap(title, self.columns)
        return [*lines, rule * max(map(width, lines))]

    def _aligned(self, rows: list[tuple[str, str, str]]) -> list[str]:
        return aligned(rows, self.columns)
