"""The key of a build: any difference in what it is made from makes another, and what cannot be known has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.store import build_key

MINE = "from derive.language import Formula\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path


def test_every_word_and_every_byte_counts(file: Path) -> None:
    keys = [build_key(words, [file]) for words in ([], ["a"], ["a", "b"], ["ab"])]
    file.write_text(MINE + "# a remark\n")
    keys += [build_key(words, places) for words in ([], ["a"]) for places in ([file], [file.parent], [])]
    (file.parent / "other.py").write_text(MINE)
    keys += [build_key([], [file.parent])]
    assert None not in keys and len(set(keys)) == len(keys)
    assert build_key(["a"], [file]) == build_key(["a"], [file])


@pytest.mark.parametrize("text", ["import random\n", "f = (\n", "\0", "\xff", "a = " + "(" * 500])
def test_a_file_that_looks_elsewhere_or_is_none_has_no_key(file: Path, text: str) -> None:
    file.write_bytes(text.encode("latin-1"))
    assert build_key([], [file]) is None


def test_a_file_that_is_not_there_has_no_key(tmp_path: Path) -> None:
    assert build_key([], [tmp_path / "none.py"]) is None
