"""Texts that carry translations, and the words of a language."""

from __future__ import annotations

import copy
import pickle
import textwrap
from pathlib import Path

import pytest

from derive.language.text import Text, translation
from derive.targets import words as package
from derive.targets.text import render
from derive.targets.words import LANGUAGES, Words
from tests.targets.handmade import DERIVED

ENTROPY = Text("Entropy", zh="熵")
CASE = Text("The case {i} = {j}", zh="情形 {i} = {j}")
ABOUT = Text("{title} of {what}", zh="{what}的{title}")
EN, ZH = LANGUAGES["en"], LANGUAGES["zh"]
FR = Words("fr", "Français", {"Entropy": "Entropie", "The case {i} = {j}": "Le cas {i} = {j}", "Proof": "Preuve"})


def test_a_text_is_its_english() -> None:
    assert ENTROPY == "Entropy" and hash(ENTROPY) == hash("Entropy") and f"{ENTROPY}!" == "Entropy!"
    assert translation(ENTROPY, "zh") == "熵"
    assert translation(ENTROPY, "fr") is translation("Entropy", "zh") is None


@pytest.mark.parametrize("text", [ENTROPY, CASE.filled(i="i", j="k")])
def test_a_text_survives_copies(text: Text) -> None:
    for again in (copy.copy(text), copy.deepcopy(text), pickle.loads(pickle.dumps(text))):  # noqa: S301
        assert again == text
        assert [w.say(again) for w in (EN, ZH, FR)] == [w.say(text) for w in (EN, ZH, FR)]


def test_say() -> None:
    assert [w.say(ENTROPY) for w in (EN, ZH, FR)] == ["Entropy", "熵", "Entropie"]
    assert [w.say("Proof") for w in (EN, ZH, FR)] == ["Proof", "证明", "Preuve"]
    assert [w.say("Unheard of") for w in (EN, ZH, FR)] == ["Unheard of"] * 3


def test_a_filled_text_is_filled_in_every_language_also_one_that_came_later() -> None:
    filled = CASE.filled(i="i", j="k")
    assert filled == "The case i = k"
    assert translation(filled, "zh") == "情形 i = k"
    assert [w.say(filled) for w in (EN, ZH, FR)] == ["The case i = k", "情形 i = k", "Le cas i = k"]


def test_a_value_that_is_a_text_is_said_in_the_language() -> None:
    filled = ABOUT.filled(title=ENTROPY, what=CASE.filled(i=1, j=2))
    assert filled == "Entropy of The case 1 = 2"
    assert ZH.say(filled) == "情形 1 = 2 的熵"
    assert FR.say(filled) == "Entropie of Le cas 1 = 2"
    assert ZH.fill(ABOUT, title=ENTROPY, what="x") == "x 的熵"


def test_what_is_filled_into_chinese_keeps_its_distance_from_latin_letters() -> None:
    by = Text("by {title}", zh="由{title}")
    assert ZH.say(by.filled(title=Text("The softmax of 2", zh="softmax 的值"))) == "由 softmax 的值"
    assert ZH.say(by.filled(title=Text("The sum", zh="总和"))) == "由总和"
    assert EN.say(by.filled(title="x")) == "by x"


def test_words_are_sorted_as_in_a_dictionary_of_the_language() -> None:
    assert sorted(["Sum", "product", "by parts"], key=EN.order) == ["by parts", "product", "Sum"]
    assert sorted(["逐项求导", "Softmax", "代数变形", "常数求导", "logit"], key=ZH.order) == [
        "logit", "Softmax", "常数求导", "代数变形", "逐项求导",
    ]  # fmt: skip


def test_braces_in_what_is_filled_in_stay() -> None:
    assert EN.fill("{title}!", title="{0..n}") == "{0..n}!"


def test_english_comes_first() -> None:
    assert next(iter(LANGUAGES)) == "en" and LANGUAGES["zh"].name == "中文"


def test_a_third_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is all: it is found, pages are printed in it, and what it lacks is said in English."""
    (tmp_path / "eo.py").write_text(
        textwrap.dedent(
            """\
            from derive.targets.words.words import Words

            WORDS = Words("eo", "Esperanto", {
                "Proof": "Pruvo", "Theorem: {title}": "Teoremo: {title}", "quotient rule": "regulo de kvociento",
            })
            """
        )
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    found = package._found()
    assert list(found) == ["en", *sorted({*LANGUAGES, "eo"} - {"en"})]
    lines = render(DERIVED, found["eo"]).splitlines()
    assert {"Pruvo", "Teoremo: Shift invariance", "Inputs"} <= set(lines)
    assert any(line.endswith("[regulo de kvociento]") for line in lines)
