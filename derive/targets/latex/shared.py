"""What stands in the document beside the pages of the formulas: strings only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.document import anchor
from derive.document.citations import bibliography
from derive.document.rules import RuleShown, rules_by_name
from derive.document.shown_chains import cited_by
from derive.targets.base import Built
from derive.targets.latex.speech import Speech
from derive.targets.rulebook import Medium, sentences, statements
from derive.targets.tex import glossary
from derive.targets.tex.printer import RELATIONS, latex
from derive.targets.tex.side_conditions import condition

OWN, FURTHER = "Your own formulas", "Further formulas"
"""The heading over the formulas of no topic: where there are topics, and where there are none."""


@dataclass(frozen=True)
class Section:
    """A topic, or the formulas of none; ``names`` are those of the formulas on it.

    shown: the files of its pictures and exhibits, without their ending.
    """

    label: str
    heading: str
    doc: str
    names: tuple[str, ...]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleEntry:
    """``math`` is empty where a rule is a procedure."""

    anchor: str
    name: str
    sentences: str
    math: tuple[str, ...]


@dataclass(frozen=True)
class WorkEntry:
    key: str
    text: str


def picture_file(name: str) -> str:
    """Where the document looks for a picture."""
    return f"pictures/{name}"


def exhibit_file(name: str) -> str:
    """Where the document looks for an exhibit."""
    return f"exhibits/{name}"


def session_file(name: str) -> str:
    """Where the document looks for the code of an exhibit and what it printed."""
    return f"sessions/{name}"


def sections(built: Sequence[Built], speech: Speech) -> tuple[Section, ...]:
    """Every formula once, under its topic or in the last section; ``built`` is in reading order."""
    topics = {one.topic.name: one.topic for one in built if one.topic is not None}
    found = [
        Section(
            f"topic:{topic.name}",
            speech.heading(topic.title),
            speech.say(topic.doc),
            tuple(one.formula.name for one in built if one.topic is not None and one.topic.name == topic.name),
            (*map(picture_file, topic.pictures), *map(exhibit_file, topic.exhibits)),
        )
        for topic in topics.values()
    ]
    others = tuple(one.formula.name for one in built if one.topic is None)
    last = [Section("topics:none", speech.heading(OWN if topics else FURTHER), "", others)] if others else []
    return (*found, *last)


def rules(built: Sequence[Built], speech: Speech) -> tuple[RuleEntry, ...]:
    """Every rule that a step was taken by, by name; rules of one name may differ in sentence and pattern."""
    theorems = {name for one in built for name in cited_by(one.formula)}
    found = rules_by_name((one.derived for one in built), apart_from=theorems)
    entries = [_rule(rule, speech) for rule in found.values()]
    return tuple(sorted(entries, key=lambda entry: speech.words.order(entry.name)))


def _rule(rule: RuleShown, speech: Speech) -> RuleEntry:
    said = speech.say(rule.name), sentences(rule, speech.say, speech.words.between)
    return RuleEntry(anchor(rule.name), *said, statements(rule, medium(rule.name, speech)))


def medium(name: str, speech: Speech) -> Medium:
    brackets = f"{speech.type.opening}{{conditions}}{speech.type.closing}"
    return Medium(
        math=lambda expression: latex(expression, name),
        condition=lambda owed: condition(owed, name, speech.words),
        relations=RELATIONS,
        dressed=lambda text: rf"$\displaystyle {text}$",
        bracketed=lambda owed: speech.listed(brackets, owed),
    )


def works(built: Sequence[Built], speech: Speech) -> tuple[WorkEntry, ...]:
    """Every work that a formula names, by author."""
    found = bibliography(one.formula.source for one in built)
    return tuple(WorkEntry(c.key, speech.reference(c.work)) for c in found)


def notation_rows(speech: Speech) -> tuple[tuple[str, str], ...]:
    """Each sign with its meaning."""
    return tuple((sign, speech.mixed(meaning)) for sign, meaning in glossary.ROWS)
