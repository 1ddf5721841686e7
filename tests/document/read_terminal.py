"""What a page says in a terminal, with its mathematics put in TeX by a dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sympy import Basic

from derive.algebra.records import Condition, Derived
from derive.document.page import ExampleShown, PageShown, TheoremShown
from derive.document.parts import StatementShown
from derive.document.shown_chains import ChainShown
from derive.notation import UNICODE
from derive.notation.plain import plain
from derive.targets.tex import quantities as in_tex
from derive.targets.tex.printer import RELATIONS, latex
from derive.targets.tex.side_conditions import condition
from derive.targets.text import quantities as in_text
from derive.targets.text.characters import UNICODE_SIGNS as SIGNS
from derive.targets.text.side_conditions import spelled
from derive.targets.words import Words
from tests.document.common import PATTERNS, Names, Said, bare, names, pieces

WIDE = 10**6
"""So many columns: no line is folded."""


@dataclass(frozen=True)
class Dictionary:
    """The notation of a terminal -> TeX: of expressions and statements, and of what stands in lists."""

    name: str
    words: Words
    math: dict[str, str] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)

    def expression(self, one: Basic, taken: frozenset[str]) -> None:
        self.math[plain(one, taken, UNICODE)] = bare(latex(one, self.name, taken))

    def statement(self, said: StatementShown) -> None:
        left, right = (plain(side, said.taken, UNICODE) for side in (said.left, said.right))
        tex = (latex(side, self.name, said.taken) for side in (said.left, said.right))
        self.math[f"{left} {SIGNS.relations[said.relation]} {right}"] = bare(f" {RELATIONS[said.relation]} ".join(tex))

    def conditions(self, owed: Iterable[Condition], taken: frozenset[str]) -> None:
        for one in owed:
            shown = [plain(part, taken, UNICODE) for part in one.subject]
            said = SIGNS.words(spelled(one, shown, self.words, self.name))
            self.listed[said] = bare(condition(one, self.name, self.words, taken))

    def chain(self, chain: ChainShown) -> None:
        for one in (chain.start, *(step.after for step in chain.steps)):
            self.expression(one, chain.taken)
        self.conditions((*chain.throughout, *chain.owed), chain.taken)
        for cases in chain.cases:
            for one in (cases.start, *cases.values):
                self.expression(one, cases.taken)
            self.conditions(cases.where, cases.taken)

    def theorem(self, theorem: TheoremShown) -> None:
        self.statement(theorem.statement)
        self.conditions(theorem.provided, theorem.statement.taken)
        said = in_text.quantities(theorem.holds_for, SIGNS, self.words, lambda one: plain(one, (), UNICODE))
        self.listed.update(zip(said, map(bare, in_tex.quantities(theorem.holds_for)), strict=True))
        self.chain(theorem.proof)

    def example(self, example: ExampleShown) -> None:
        self.statement(example.statement)
        self.listed.update(zip(in_text.numbers(example.at, SIGNS), map(bare, in_tex.numbers(example.at)), strict=True))

    def translated(self, text: str) -> str:
        return self.math.get(text, f"unknown: {text}")

    def list(self, text: str) -> str:
        found = next(pieces(text, self.listed, self.words.say(", ")), (f"unknown: {text}",))
        return ",".join(found)


def dictionary(page: PageShown, words: Words) -> Dictionary:
    made = Dictionary(page.formula.name, words)
    for defined in (page.definition, *page.named):
        made.statement(defined.statement)
    for result in page.results:
        made.statement(result.statement)
    for block in (*page.lesson, *page.further):
        match block:
            case ChainShown():
                made.chain(block)
            case TheoremShown():
                made.theorem(block)
            case ExampleShown():
                made.example(block)
    return made


def in_terminal(
    page: str, derived: Derived, titles: Mapping[str, str], words: Words, tex: Dictionary
) -> Iterator[Said]:
    """``page`` is :data:`WIDE`, without the rules at its end."""
    found = names(derived, (), words, SIGNS.words)
    known = Names(dict(found.known) | {bare(name): title for name, title in titles.items()}, words)
    opening, *blocks = re.split(r"^(.+)\n─+$", page, flags=re.MULTILINE)
    for line in re.findall(r"^   (\S.*)$", opening, re.MULTILINE):
        yield "says", tex.translated(re.split(r",  ", line)[0])
    for title, body in zip(blocks[::2], blocks[1::2], strict=True):
        yield "titled", known.of(title)
        for line in filter(None, body.splitlines()):
            yield from _line(line, known, tex)


def _line(line: str, known: Names, tex: Dictionary) -> Iterator[Said]:
    if found := re.fullmatch(r"   (\S.*)", line):
        yield "states", tex.translated(found[1])
    elif found := re.fullmatch(r"    (\S.*)", line):
        yield "starts", tex.translated(found[1])
    elif found := re.fullmatch(r"  (.*) = ⎰ (.*?) {3,}(.*)", line):
        yield "cases", f"{tex.translated(found[1])}={_case(found[2], found[3], tex)}"
    elif found := re.fullmatch(r" +⎱ (.*?) {3,}(.*)", line):
        yield "cases", _case(found[1], found[2], tex)
    elif found := re.fullmatch(r"  (\S) (.*?) {3,}\[(.*)\]", line):
        sign = next(RELATIONS[typed] for typed, shown in SIGNS.relations.items() if shown == found[1])
        yield ("step", bare(sign) + tex.translated(found[2]), *known.reason(found[3]))
    else:
        yield from _listed(line, tex)


def _case(value: str, where: str, tex: Dictionary) -> str:
    before, after = map(SIGNS.words, tex.words.say("where {condition}").split("{condition}"))
    return f"{tex.translated(value)},{tex.list(where.removeprefix(before).removesuffix(after))}"


def _listed(line: str, tex: Dictionary) -> Iterator[Said]:
    for pattern, kind in PATTERNS.items():
        before, after = tex.words.say(pattern).split("{conditions}")
        if line.startswith(before) and line.endswith(after) and len(line) > len(before + after):
            yield kind, tex.list(line[len(before) : len(line) - len(after)])
