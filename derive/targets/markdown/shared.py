"""What stands on the pages that tell of all formulas together: strings only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.document import anchor, in_brief, told
from derive.document.brief import brief
from derive.document.citations import by_author
from derive.document.lesson import lesson
from derive.document.parts import definition_of
from derive.document.rules import RuleShown, rules_by_name
from derive.language.topics import Topic
from derive.targets import rulebook
from derive.targets.base import Built
from derive.targets.markdown.escape import inline, mixed, prose, sentences
from derive.targets.markdown.page import ChainPage, equation, page
from derive.targets.rulebook import Medium, statements
from derive.targets.tex import glossary
from derive.targets.tex.printer import RELATIONS, glyphs, latex, marks
from derive.targets.tex.side_conditions import condition
from derive.targets.words import Words


@dataclass(frozen=True)
class Entry:
    """A formula in a list: the name of its page, its title and its definition, shown within a line."""

    name: str
    title: str
    shown: str


@dataclass(frozen=True)
class TopicPage:
    name: str
    title: str
    doc: str
    pictures: tuple[str, ...]
    exhibits: tuple[str, ...]
    keywords: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Showcase:
    """One formula from its definition to its derivative, in key steps: what all the others are like."""

    entry: Entry
    definition: str
    result: str
    chain: ChainPage


@dataclass(frozen=True)
class Contents:
    """The topics in reading order; ``own`` are the formulas that stand on no topic's page; ``counted``: how much."""

    topics: tuple[TopicPage, ...]
    own: tuple[Entry, ...]
    counted: str
    showcase: Showcase | None

    @property
    def picture(self) -> str:
        """The first picture of all, where there is one."""
        return next((name for topic in self.topics for name in topic.pictures), "")


@dataclass(frozen=True)
class RulePage:
    """A rule; ``math`` is empty where a rule is a procedure.  ``used`` are the formulas that use it."""

    name: str
    anchor: str
    sentences: str
    math: tuple[str, ...]
    used: tuple[Entry, ...]


@dataclass(frozen=True)
class Reference:
    source: str
    used: tuple[Entry, ...]


def contents(built: Sequence[Built], words: Words) -> Contents:
    """Every formula once: under its topic, or among those of the user's own; ``built`` is in reading order."""
    found: dict[str, Topic] = {}
    for one in built:
        if one.topic is not None:
            found.setdefault(one.topic.name, one.topic)
    by_name = {one.formula.name: one for one in built}
    own = tuple(_entry(one, words) for one in built if one.topic is None)
    topics = tuple(_topic(topic, by_name, words) for topic in found.values())
    return Contents(topics, own, _counted(built, words), _showcase(built, words))


_ENOUGH = 3
"""So many key steps show what a derivation is."""


def _showcase(built: Sequence[Built], words: Words) -> Showcase | None:
    """That with the shortest result, of one number per row, of the derivations with steps enough."""
    found = []
    for one in built:
        headline = next(iter(lesson(one.derived).headlines), None)
        if headline is not None and one.formula.over is None and len(brief(headline.chain).steps) >= _ENOUGH:
            found.append((glyphs(marks(headline.right, one.formula.name)), one, headline.chain.name))
    if not found:
        return None
    _, one, name = min(found, key=lambda candidate: candidate[0])
    shown = page(replace(one, derived=in_brief(one.derived)), words)
    (chain,) = (c for c in shown.lesson if isinstance(c, ChainPage) and c.label == f"{one.formula.name}.{name}")
    return Showcase(_entry(one, words), shown.definition, shown.results[0].math, chain)


def _counted(built: Sequence[Built], words: Words) -> str:
    chains = [chain for one in built for chain in one.derived.chains]
    return words.fill(
        "Formulas: {formulas}. Theorems with their proofs: {theorems}. Steps, each of them checked: {steps}.",
        formulas=len(built),
        theorems=sum(len(one.derived.theorems) for one in built),
        steps=sum(len(chain.steps) for chain in chains),
    )


def _topic(topic: Topic, by_name: dict[str, Built], words: Words) -> TopicPage:
    shown = [by_name[f.name] for f in topic.formulas if f.name in by_name]
    return TopicPage(
        name=topic.name,
        title=prose(words.say(topic.title)),
        doc=sentences(words.say(topic.doc)),
        pictures=topic.pictures,
        exhibits=topic.exhibits,
        keywords=words.say(topic.keywords).replace("--", "-"),
        entries=tuple(_entry(one, words) for one in shown),
    )


def _entry(one: Built, words: Words) -> Entry:
    formula = one.formula
    return Entry(
        formula.name, prose(words.say(formula.title or formula.name)), inline(equation(definition_of(formula)))
    )


def rules(built: Sequence[Built], words: Words) -> tuple[RulePage, ...]:
    """Every rule that a step was taken by, by name; rules of one name may differ in sentence and pattern."""
    used: dict[str, list[Built]] = {}
    for one in built:
        for name in rules_by_name([one.derived]):
            used.setdefault(name, []).append(one)
    found = rules_by_name(one.derived for one in built)
    pages = [_rule(rule, used[name], words) for name, rule in found.items()]
    return tuple(sorted(pages, key=lambda page: words.order(page.name)))


def _rule(rule: RuleShown, used: Sequence[Built], words: Words) -> RulePage:
    return RulePage(
        name=prose(words.say(rule.name)),
        anchor=anchor(rule.name),
        sentences=rulebook.sentences(rule, lambda text: sentences(words.say(text)), words.between),
        math=statements(rule, medium(rule.name, words)),
        used=tuple(_entry(one, words) for one in used),
    )


def medium(name: str, words: Words) -> Medium:
    """A displayed formula, conditions and all."""
    return Medium(
        math=lambda expression: latex(expression, name),
        condition=lambda owed: condition(owed, name, words),
        relations=RELATIONS,
        dressed=str,
        bracketed=lambda owed: r" \qquad (" + r",\ ".join(owed) + ")",
    )


def references(built: Sequence[Built], words: Words) -> tuple[Reference, ...]:
    """Every source, by the surname of its first author, with the formulas that name it."""
    found: dict[str, list[Entry]] = {}
    for one in built:
        if one.formula.source:
            found.setdefault(one.formula.source, []).append(_entry(one, words))
    return tuple(
        Reference(prose(words.say(told(source))), tuple(found[source])) for source in sorted(found, key=by_author)
    )


def notation_rows(words: Words) -> tuple[tuple[str, str], ...]:
    """Each sign with its meaning."""
    return tuple((inline(rf"\displaystyle {sign}"), mixed(words.say(meaning))) for sign, meaning in glossary.ROWS)
