"""Columns of a terminal, and where lines break."""

from __future__ import annotations

import pytest

from derive.targets.text.lines import aligned
from derive.targets.text.width import pad, width, wrap


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("熵", 2), ("KL 散度", 7), ("（）。", 6), ("≤∈ℝΣ", 4), ("e\u0301", 1)]
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(pad(text, 10)) == 10


def test_english_breaks_at_spaces() -> None:
    assert wrap("one two  three\nfour", 9) == ["one two", "three", "four"]
    assert wrap("a word-that-is-longer than", 10) == ["a", "word-that-is-longer", "than"]
    assert wrap("", 10) == wrap("  ", 10) == []


def test_chinese_breaks_between_characters() -> None:
    assert wrap("交叉熵与似然函数", 8) == ["交叉熵与", "似然函数"]
    assert wrap("取 log 再求导", 8) == ["取 log", "再求导"]


def test_no_line_begins_with_a_stop_or_ends_with_an_opening() -> None:
    assert wrap("交叉熵，似然", 6) == ["交叉", "熵，似", "然"]
    assert wrap("求导（链式）", 6) == ["求导", "（链", "式）"]
    assert wrap("和 e^x。好", 6) == ["和", "e^x。", "好"]


@pytest.mark.parametrize("columns", range(4, 40))
def test_nothing_is_lost_and_no_line_is_too_wide(columns: int) -> None:
    text = "熵 H(p) 是信息量的期望（以 nat 计）：概率越小，信息量越大。"
    lines = wrap(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(width, lines)) <= max(columns, 6)


def test_what_stands_before_the_lines() -> None:
    assert wrap("一二三四", 8, first="ab  ", rest="    ") == ["ab  一二", "    三四"]


def test_notes_in_chinese_stand_in_one_column() -> None:
    first, second = aligned([("=", "a", "商的求导法则"), ("<=", "a + b", "展开")])
    assert width(first[: first.index("[")]) == width(second[: second.index("[")])


def test_a_wide_note_beside_a_wide_line_stands_on_a_line_of_its_own() -> None:
    lines = aligned([("=", "a" * 80, "指数函数求导")])
    assert len(lines) == 2
    assert width(lines[1]) == 80
