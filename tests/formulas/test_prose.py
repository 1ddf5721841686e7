"""Every title and every doc is there in English and in Chinese, set as each language is set."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from derive.catalogue import open_catalogue
from derive.language.text import Text

CATALOGUE = open_catalogue()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ASIDE = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]")
"""A mark of English punctuation beside a Chinese character."""


def prose() -> Iterator[tuple[str, str]]:
    """Where it stands, and the text."""
    for topic in CATALOGUE.topics:
        yield f"topic {topic.name}, title", topic.title
        yield f"topic {topic.name}, doc", topic.doc
    for formula in CATALOGUE.formulas:
        yield f"{formula.name}, title", formula.title
        yield f"{formula.name}, doc", formula.doc
        yield from ((f"{formula.name}, input {given.name}", given.doc) for given in formula.inputs)
        for item in formula.theory:
            yield f"{formula.name}.{item.name}, title", item.title
            yield f"{formula.name}.{item.name}, doc", item.doc


PROSE = dict(prose())


@pytest.mark.parametrize("place", PROSE)
def test_it_speaks_both_languages(place: str) -> None:
    text = PROSE[place]
    assert isinstance(text, Text), "plain text: give it a translation"
    assert text and not CHINESE.search(text)
    chinese = text.translations["zh"]
    assert chinese != text
    assert CHINESE.search(chinese) or "title" in place, chinese
    assert not ASIDE.search(chinese), "use the punctuation of Chinese"
    assert chinese.count("“") == chinese.count("”") and chinese.count("（") == chinese.count("）")


@pytest.mark.parametrize("place", [place for place in PROSE if ", doc" in place])
def test_a_doc_is_made_of_sentences(place: str) -> None:
    text = PROSE[place]
    assert text.endswith(".") and text[0].isupper()
    assert text.translations["zh"].endswith("。")  # type: ignore[attr-defined]


@pytest.mark.parametrize("formula", CATALOGUE.formulas, ids=lambda formula: formula.name)
def test_a_formula_is_motivated_and_has_a_source(formula: object) -> None:
    assert 2 <= len(re.findall(r"\.(?:\s|$)", formula.doc)) <= 6, "two to six sentences"  # type: ignore[attr-defined]
    assert re.search(r"\((1[89]|20)\d\d\), ", formula.source), "who, (year), what"  # type: ignore[attr-defined]


def test_one_work_is_cited_in_one_way() -> None:
    """The references of all pages make one list; two spellings of one work would stand there twice."""
    works = {formula.source for formula in CATALOGUE.formulas}
    titles = [re.split(r"\(\d{4}\), ", work)[1].split(",")[0] for work in works]
    chapters = [title for title in titles if titles.count(title) > 1]
    assert set(chapters) <= {"Deep Learning", "Pattern Recognition and Machine Learning"}, chapters
