"""Chinese is complete: nothing that a reader is told is said in English for lack of a translation."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

import pytest

import derive.algebra
import derive.proofs
from derive.algebra.records import Rule
from derive.catalogue import open_catalogue
from derive.document.stating import CONDITIONS, FOR_EVERY, FROM_ABOVE
from derive.language.claims import Claim
from derive.language.text import Text
from derive.targets import Built, text
from derive.targets.registry import TARGETS, language
from derive.targets.templates import environment
from derive.targets.words import LANGUAGES, Words
from derive.verify import example
from tests import once

ZH = LANGUAGES["zh"]
CATALOGUE = open_catalogue()
HAN = r"[\u4e00-\u9fff]"
SOURCES = "\n".join(sorted({f.source for f in CATALOGUE.formulas}))
"""Papers and books are named as they are in every language."""


@cache
def built(name: str) -> Built:
    formula = next(f for f in CATALOGUE.formulas if f.name == name)
    derived = once.derived(formula)
    examples = tuple(example(witness) for witness in derived.witnesses)
    return Built(formula, derived, (), CATALOGUE.topic_of(formula), examples)


def has_words(prose: str) -> bool:
    """Whether there is anything to translate, besides names of quantities and what a pattern fills in."""
    return re.search(r"[A-Za-z]{2,}", re.sub(r"\{\w*\}", "", prose)) is not None


def is_chinese(prose: str) -> bool:
    return re.search(HAN, prose) is not None


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What was said in English for lack of a translation, from here on."""
    found: set[str] = set()
    say = Words.say

    def listen(self: Words, prose: str) -> str:
        said = say(self, prose)
        if self.language == "zh" and said == prose and has_words(prose) and prose not in SOURCES:
            found.add(str(prose))
        return said

    monkeypatch.setattr(Words, "say", listen)
    return found


def rules() -> Iterator[Rule]:
    for room in (derive.algebra, derive.proofs):
        for info in pkgutil.iter_modules(room.__path__):
            module = importlib.import_module(f"{room.__name__}.{info.name}")
            yield from (value for value in vars(module).values() if isinstance(value, Rule))


def catalogue_prose() -> Iterator[tuple[str, str]]:
    """Everything that the catalogue tells a reader, with its place."""
    for formula in CATALOGUE.formulas:
        for one in (formula, *formula.theory):
            yield one.where, one.title
            yield one.where, one.doc
        for given in formula.inputs:
            yield f"{formula.where}: {given}", given.doc
    for topic in CATALOGUE.topics:
        yield topic.where, topic.title
        yield topic.where, topic.doc


def test_every_rule_has_a_name_and_a_sentence_in_chinese() -> None:
    found = list(rules())
    assert len(found) > 40
    for rule in found:
        for prose in (rule.name, rule.sentence):
            assert is_chinese(ZH.say(prose)), prose


def test_every_kind_of_condition_is_said_in_chinese() -> None:
    for pattern in (*CONDITIONS.values(), FROM_ABOVE, FOR_EVERY):
        assert is_chinese(ZH.say(pattern)) or not has_words(pattern), pattern


def test_rules_of_one_name_have_one_name_in_chinese() -> None:
    names: dict[str, str] = {}
    for rule in rules():
        assert names.setdefault(str(rule.name), ZH.say(rule.name)) == ZH.say(rule.name)


def test_the_catalogue_is_written_in_both_languages() -> None:
    wanting = {f"{place}: {prose}" for place, prose in catalogue_prose() if has_words(prose) and ZH.say(prose) == prose}
    assert not wanting, "\n".join(sorted(wanting))


def test_every_formula_every_claim_and_every_topic_has_a_title() -> None:
    for formula in CATALOGUE.formulas:
        assert formula.title and formula.doc, formula.where
        for one in formula.theory:
            assert one.title, one.where
    for topic in CATALOGUE.topics:
        assert topic.title and topic.doc, topic.name


@pytest.mark.parametrize("name", [f.name for f in CATALOGUE.formulas])
def test_the_page_of_a_formula_in_a_terminal(name: str, missing: set[str]) -> None:
    text.render(built(name), ZH)
    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("target", [name for name in TARGETS if language(name) == "zh"])
def test_the_pages_of_a_target(target: str, missing: set[str]) -> None:
    everyone = [built(name) for name in CATALOGUE.reading_order]
    for one in everyone:
        TARGETS[target].formula_files(one, environment())
    TARGETS[target].shared_files(everyone, environment())
    assert not missing, "\n".join(sorted(missing))


def test_there_are_targets_in_chinese() -> None:
    assert {"latex/zh", "markdown/zh"} <= TARGETS.keys()


def test_a_string_without_a_translation_is_noticed(missing: set[str]) -> None:
    """The tests above can fail."""
    ZH.say("Proof")
    ZH.say(Text("Entropy", zh="熵"))
    ZH.say("{0} = {1}")
    assert not missing, "\n".join(sorted(missing))
    ZH.say("Nobody translated this")
    ZH.fill("Theorem: {title}", title=Text("Nor this"))
    assert missing == {"Nobody translated this", "Nor this"}


def said_in_chinese() -> Iterator[str]:
    yield from ZH.strings.values()
    yield from (ZH.say(prose) for rule in rules() for prose in (rule.name, rule.sentence))
    yield from (ZH.say(prose) for _, prose in catalogue_prose())
    for formula in CATALOGUE.formulas:
        yield from (ZH.say(line.reason.title) for c in formula.theory if isinstance(c, Claim) for line in c.proof
                    if isinstance(line.reason, Claim))  # fmt: skip


def test_chinese_sentences_have_chinese_punctuation() -> None:
    """A Latin comma or stop after a Chinese character is a slip of the keyboard."""
    slips = {prose for prose in said_in_chinese() if re.search(rf"{HAN}\s?[,;:!?]|{HAN}\.(?!\w)|\({HAN}", prose)}
    assert not slips, "\n".join(sorted(slips))


def test_a_space_stands_between_chinese_and_latin_characters() -> None:
    slips = {prose for prose in said_in_chinese() if re.search(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", prose)}
    assert not slips, "\n".join(sorted(slips))


def test_a_pattern_keeps_its_places_in_chinese() -> None:
    for english, chinese in ZH.strings.items():
        places = [sorted(set(re.findall(r"\{\w*\}", prose))) for prose in (english, chinese)]
        assert places[0] == places[1], english
