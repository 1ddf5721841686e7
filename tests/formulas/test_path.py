"""The guided path: it goes through the theory in its order, gives back each of its formulas, and asks about it."""

from __future__ import annotations

import re
from functools import cache

import pytest

from derive.catalogue import open_catalogue
from derive.document.path import shelf
from derive.formulas.theory.topics import TOPICS
from derive.language import Claim, Formula, Law, Session, Steps, Text, Witness
from derive.readers.exhibits import EXHIBITS
from derive.targets.base import Built
from derive.targets.markdown.path import PieceShown, StopShown, path
from derive.targets.words import LANGUAGES
from derive.verify import example
from tests import once

FORMULA = re.compile(r"\$[^$]+\$")
STOPS = {topic.name: topic.stop for topic in TOPICS if topic.stop is not None}
PROSE = {
    f"{name}, {number}": text
    for name, stop in STOPS.items()
    for number, text in enumerate(
        (
            *(piece for piece in stop.pieces if isinstance(piece, str)),
            *(text for exercise in stop.exercises for text in (exercise.question, exercise.answer)),
        )
    )
}
RESTORED = {
    1: (r"I_i = -\log p_i", r"-\log(p_i p_j) = I_i + I_j"),
    2: (r"H = -\sum_{k=1}^n p_k \log p_k", r"H \le \log n"),
    3: (r"D = \sum_{k=1}^n p_k \log \frac{p_k}{q_k}", r"D \ge 0"),
    4: ("D = C - H", r"C = -\sum_{k=1}^n p_k \log q_k"),
    5: (
        r"P(y \mid x) = q^{y}\, (1-q)^{1-y}", r"\mathrm{arg\,max}}_{\theta} \prod", r"-\log L > -\log M",
        r"\sigma_j - y_j",
    ),
    6: (r"N = -\log \prod_{k=1}^n q_k^{y_k}", r"-\log q_t"),
    7: (r"(\sigma_j - y_j)", r"s_j \left(s_j - y_j"),
    8: (r"M = \frac{1}{3} \, (b^2 + c^2 + (a - 1)^2)", r"-\log a"),
    9: (r"-\log \prod",),
    10: (r"p_i = \frac{e^{x_i / T}}", r"\frac{\partial A}{\partial x_j} = s_j"),
    11: (
        r"\frac{\partial}{\partial z} \frac{u}{v} = ", r"\frac{\partial e^{x_i}}{\partial x_j}", r"s_i \, (1 - s_i)",
        "-s_i s_j", r"s_i \delta_{ij} - s_i s_j",
    ),
    12: ("s_j - y_j",),
    13: (r"C e^{x_i}", r"e^{x_i} e^c", r"e^{x_i + c}", "session: naive_softmax", r"\max_{1 \le k \le n} x_k"),
}  # fmt: skip
"""What the tutorial states at each stop, in the order in which it does."""


@cache
def on_the_path() -> tuple[Built, ...]:
    """The formulas of which it shows something, derived."""
    catalogue = open_catalogue()
    wanted = {name for stop in STOPS.values() for piece in stop.pieces if (name := _of(piece))}
    found = []
    for name in catalogue.reading_order:
        (formula,) = (one for one in catalogue.formulas if one.name == name)
        if name in wanted:
            derived = once.derived(formula)
            shown = tuple(map(example, derived.witnesses))
            found.append(Built(formula, derived, (), catalogue.topic_of(formula), shown))
    return tuple(found)


def _of(piece: object) -> str:
    if isinstance(piece, Claim | Witness):
        return piece.about.name
    return piece.of.name if isinstance(piece, Steps) else piece.name if isinstance(piece, Formula) else ""


@cache
def shown(language: str) -> tuple[StopShown, ...]:
    return path(on_the_path(), LANGUAGES[language])


def test_it_stops_at_each_topic_of_the_theory_in_its_order() -> None:
    assert list(STOPS) == [topic.name for topic in TOPICS][: len(RESTORED)]
    assert [stop.number for stop in shown("en")] == list(RESTORED)


def _seen(piece: PieceShown) -> str:
    rows = [row.math for row in piece.chain.rows] if piece.chain else []
    return "\n".join([*piece.displays, *rows, f"session: {piece.session}" if piece.session else ""])


@pytest.mark.parametrize("number", RESTORED)
def test_each_formula_stands_there_in_its_order(number: int) -> None:
    stop = shown("en")[number - 1]
    text = "\n".join(map(_seen, stop.pieces))
    missing = [formula for formula in RESTORED[number] if formula not in text]
    assert not missing, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_out(language: str) -> None:
    for stop, (name, written) in zip(shown(language), STOPS.items(), strict=True):
        assert len(stop.pieces) == len(written.pieces), name
        assert stop.exercises and len(stop.exercises) == len(written.exercises), name


def test_it_names_rules_and_exhibits_that_there_are() -> None:
    here = shelf(on_the_path())
    for stop in STOPS.values():
        for piece in stop.pieces:
            assert not isinstance(piece, Law) or here.law(piece)
            assert not isinstance(piece, Session) or piece.name in EXHIBITS


@pytest.mark.parametrize("place", PROSE)
def test_it_speaks_both_languages(place: str) -> None:
    text = PROSE[place]
    assert isinstance(text, Text)
    chinese = text.translations["zh"]
    assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[\u4e00-\u9fff]", text)
    assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", chinese), "use the punctuation of Chinese"
    assert text.count("$") % 2 == 0 and set(FORMULA.findall(text)) == set(FORMULA.findall(chinese))
