"""A formula's page as text: definition, inputs, every step with its rule, theorems, examples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Basic

from derive.algebra.records import Condition, Derived
from derive.document import Alone, told
from derive.document.page import Block, ExampleShown, PageShown, TheoremShown, page_of
from derive.document.parts import Definition, InputShown, StatementShown
from derive.document.rules import RuleShown, rules_by_name
from derive.document.shown_chains import CasesShown, ChainShown, KnownShown, StepShown
from derive.language.axes import CLASSES, Axis, axis_of
from derive.language.components import Labels
from derive.language.domains import domain_of
from derive.language.inputs import Label
from derive.language.topics import Topic
from derive.notation import NotationError
from derive.notation.plain import plain
from derive.targets.base import Built, PrintError
from derive.targets.rulebook import Medium, sentences, statements
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
    built = what if isinstance(what, Built) else Alone(what)
    used = tuple(rules_by_name([built.derived]).values()) if rules else ()
    return _Page(page_of(built), signs, words, columns, built.topic, used)


@dataclass(frozen=True)
class _Page:
    """rules: those that are listed at its end."""

    shown: PageShown
    signs: Signs
    words: Words
    columns: int
    topic: Topic | None
    rules: tuple[RuleShown, ...]

    @property
    def name(self) -> str:
        return self.shown.formula.name

    def text(self) -> str:
        blocks = [self._opening(), self._inputs(), self._results()]
        blocks += map(self._block, (*self.shown.lesson, *self.shown.further))
        blocks += [self._rules()]
        return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"

    def say(self, text: str, **values: str) -> str:
        """Prose in the language, with its signs as the terminal shows them; each ``{name}`` as given."""
        said = self.words.fill(text, **values) if values else self.words.say(text)
        return self.signs.words(re.sub(r"\s*[\t\r\n]\s*", " ", said))

    def math(self, expression: Basic, taken: Iterable[str] = ()) -> str:
        try:
            return plain(expression, taken, self.signs.style)
        except NotationError as error:
            raise PrintError(f"text: formula {self.name!r}: {error}") from error

    def _stated(self, said: StatementShown) -> str:
        left, right = (self.math(side, said.taken) for side in (said.left, said.right))
        return f"{left} {self.signs.relations[said.relation]} {right}"

    def _opening(self) -> list[str]:
        shown = self.shown
        title = self.words.say(shown.title)
        lines = self._heading(self.say("{title} ({name})", title=title, name=self.name), self.signs.heavy_rule)
        if self.topic:
            lines += wrap(self.say("Topic: {title}", title=self.words.say(self.topic.title)), self.columns)
        lines += [*self._prose(shown.doc.text), ""] if shown.doc.text else [""] if self.topic else []
        lines += self._aligned([("", self._definition(shown.definition), "")])
        lines += self._aligned([("", self._definition(other), "") for other in shown.named])
        if shown.source:
            source = self.words.say(told(shown.source))
            lines += ["", *wrap(self.say("Source: {source}", source=source), self.columns)]
        return lines

    def _prose(self, text: str) -> list[str]:
        return wrap(self.say(text), self.columns)

    def _definition(self, defined: Definition) -> str:
        where = "".join(f",  {index} = 1..{axis_of(index).size}" for index in defined.indices)
        return self._stated(defined.statement) + where

    def _inputs(self) -> list[str]:
        rows = [(i.given.name, self._domain(i), self.say(i.meaning.text)) for i in self.shown.inputs]
        names, domains = (max(width(row[k]) for row in rows) for k in (0, 1))
        lines = [self.say("Inputs")]
        for name, domain, doc in rows:
            lines += self._beside(f"  {pad(name, names)}  {pad(domain, domains)}  ", doc, names + domains + 6)
        return lines

    def _results(self) -> list[str]:
        """What the derivations come to, and the titles of the theorems."""
        rows = [("", self._stated(result.statement), "") for result in self.shown.results]
        titles = [self.say(theorem.title) for theorem in self.shown.theorems]
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

    def _domain(self, shown: InputShown) -> str:
        given = shown.given
        if isinstance(given, Label):
            return f"{self.signs.belongs} {{1..n}}"
        if isinstance(given, Labels):
            return f"{self.signs.belongs} {{1..{given.among.size}}}^{self._shape(given.axes)}"
        domain = domain_of(given)
        if shown.default:
            return f"{space(domain, self.signs)}, " + self.say("default {value}", value=shown.default)
        total = f", {self.say('sums to 1')}" if domain.total == 1 else ""
        power = "^n" if given.axes == (CLASSES,) else f"^{self._shape(given.axes)}"
        return f"{space(domain, self.signs, power)}{total}"

    def _shape(self, axes: Sequence[Axis]) -> str:
        sizes = self.signs.by.join(axis.size.name for axis in axes)
        return sizes if len(axes) == 1 else f"({sizes})"

    def _block(self, block: Block) -> list[str]:
        match block:
            case ChainShown():
                return self._derivation(block)
            case TheoremShown():
                return self._theorem(block)
            case ExampleShown():
                return self._example(block)

    def _derivation(self, chain: ChainShown) -> list[str]:
        lines = [*self._heading(self.say(chain.title), self.signs.rule), *self._chain(chain)]
        for cases in chain.cases:
            lines += self._case(cases)
        return lines

    def _chain(self, chain: ChainShown) -> list[str]:
        rows = [("", self.math(chain.start, chain.taken), "")]
        rows += [
            (self.signs.relations[s.relation], self.math(s.after, chain.taken), self._rule(s)) for s in chain.steps
        ]
        return [
            *self._list("Throughout, {conditions}.", self._conditions(chain.throughout, chain.taken)),
            *self._aligned(rows),
            *self._list("Side conditions: {conditions}.", self._conditions(chain.owed, chain.taken)),
        ]

    def _rule(self, step: StepShown) -> str:
        """Its name, and where the derivatives stand that it takes as known."""
        listed = self.words.say(", ").join(dict.fromkeys(map(self._known, step.known)))
        return self.say(step.rule.name) + (self.say(": ") + listed if listed else "")

    def _known(self, known: KnownShown) -> str:
        """A derivation of this page by its title, another formula by its name: so its page is asked for."""
        return self.say(known.title) if known.here else known.place.formula.name

    def _list(self, pattern: str, conditions: list[str]) -> list[str]:
        return (
            wrap(self.say(pattern, conditions=self.words.say(", ").join(conditions)), self.columns)
            if conditions
            else []
        )

    def _case(self, cases: CasesShown) -> list[str]:
        values = [self.math(value, cases.taken) for value in cases.values]
        widest = max(map(width, values))
        conditions = self._conditions(cases.where, cases.taken)
        rows = [
            f"{brace} {pad(value, widest)}   " + self.say("where {condition}", condition=condition)
            for brace, value, condition in zip(self.signs.brace, values, conditions, strict=True)
        ]
        start = f"  {self.math(cases.start, cases.taken)} = "
        if width(start) + max(map(width, rows)) > self.columns:
            return [self.say("Both cases together:"), *fold(start, self.columns), *(f"    {row}" for row in rows)]
        return [self.say("Both cases together:"), start + rows[0], " " * width(start) + rows[1]]

    def _theorem(self, theorem: TheoremShown) -> list[str]:
        title = self.words.say(theorem.title)
        lines = self._heading(self.say("Theorem: {title}", title=title), self.signs.rule)
        lines += self._prose(theorem.doc.text) if theorem.doc.text else []
        stated_for = quantities(theorem.holds_for, self.signs, self.words, self.math)
        lines += self._list("For every {conditions}:", stated_for)
        lines += self._aligned([("", self._stated(theorem.statement), "")])
        provided = self._conditions(theorem.provided, theorem.statement.taken)
        lines += self._list("Provided that {conditions}.", provided)
        return [*lines, self.say("Proof"), *self._chain(theorem.proof)]

    def _example(self, example: ExampleShown) -> list[str]:
        """Its statement, the numbers, and the values of both sides where they were computed."""
        title = self.words.say(example.title)
        lines = self._heading(self.say("Example: {title}", title=title), self.signs.rule)
        lines += self._prose(example.doc.text) if example.doc.text else []
        lines += self._list("Take {conditions}:", numbers(example.at, self.signs))
        rows, relation = [self._stated(example.statement)], self.signs.relations[example.statement.relation]
        if example.values:
            rows.append(f"{example.values.left} {relation} {example.values.right}")
        return lines + self._aligned([("", row, "") for row in rows])

    def _rules(self) -> list[str]:
        if not self.rules:
            return []
        rules = [(self.say(rule.name), rule) for rule in self.rules]
        medium = self._medium()
        widest = max((width(name) for name, _ in rules if width(name) <= _NAME_AT), default=_NAME_AT)
        lines = self._heading(self.say("Rules used"), self.signs.rule)
        for name, rule in rules:
            said = sentences(rule, self.say, self.words.between)
            lines += self._beside(f"  {pad(name, widest)}  ", said, widest + 4)
            margin = self._margin(widest + 4)
            for statement in statements(rule, medium):
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
        return [self._condition(c, taken) for c in owed]

    def _condition(self, owed: Condition, taken: frozenset[str]) -> str:
        shown = [self.math(s, taken) for s in owed.subject]
        return self.signs.words(spelled(owed, shown, self.words, self.name))

    def _heading(self, title: str, rule: str) -> list[str]:
        lines = wrap(title, self.columns)
        return [*lines, rule * max(map(width, lines))]

    def _aligned(self, rows: list[tuple[str, str, str]]) -> list[str]:
        return aligned(rows, self.columns)
