"""Files put into a folder that others use too."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.output import publish as publishing
from derive.output.files import OutputError, replace
from derive.output.publish import publish, refuse_foreign

FILES = {"index.html": b"1", "a/one.html": b"1", "a/two.html": b"2"}
RECORD = ".record"


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    publish(tmp_path, FILES, RECORD)
    (tmp_path / ".git").mkdir()
    others = {"CNAME": b"example.org", ".git/HEAD": b"ref", "a/three.html": b"mine"}
    for path, content in others.items():
        (tmp_path / path).write_bytes(content)
    publish(tmp_path, {"index.html": b"2"}, RECORD)
    after = tree(tmp_path)
    assert {path: after.pop(path) for path in others} == others
    assert after.pop(RECORD).decode().split("  ")[1] == "index.html\n"
    assert after == {"index.html": b"2"}


def test_a_file_in_the_way_is_refused_before_the_first_byte(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "two.html").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"two\.html was not written by derive: move it away"):
        publish(tmp_path, FILES, RECORD)
    with pytest.raises(OutputError, match=r"two\.html was not written by derive: move it away"):
        refuse_foreign(tmp_path, FILES, RECORD)
    assert tree(tmp_path) == {"a/two.html": b"mine"}


def test_what_was_changed_since_is_not_removed(tmp_path: Path) -> None:
    publish(tmp_path, FILES, RECORD)
    (tmp_path / "a" / "two.html").write_bytes(b"my notes")
    publish(tmp_path, {"index.html": b"1"}, RECORD)
    assert tree(tmp_path).keys() == {"index.html", "a/two.html", RECORD}


def test_a_part_leaves_the_rest(tmp_path: Path) -> None:
    publish(tmp_path, FILES, RECORD)
    publish(tmp_path, {"index.html": b"2"}, RECORD, whole=False)
    publish(tmp_path, {"a/one.html": b"2"}, RECORD, whole=False)
    assert tree(tmp_path) | FILES == {**tree(tmp_path), **FILES} and len(tree(tmp_path)) == 4


@pytest.mark.parametrize("moment", range(5))
def test_cut_short_at_any_moment_the_next_finishes(
    tmp_path: Path, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, FILES, RECORD)
    new = {"index.html": b"2", "b/new.html": b"2", "a/one.html": b"2"}
    left = iter(range(moment))

    def put(place: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace(place, content)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "replace", put)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, new, RECORD)
    last = {"index.html": b"3", "b/new.html": b"3"}
    publish(tmp_path, last, RECORD)
    assert {path: content for path, content in tree(tmp_path).items() if path != RECORD} == last


@pytest.mark.parametrize(
    "lines", ["", "../precious", "0  ../precious\n", "x\n\n  \n0  /etc/passwd\n", "\0  \0\n", "1" * 99]
)
def test_a_damaged_record_makes_derive_touch_nothing(tmp_path: Path, lines: str) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes").write_text("mine")
    (tmp_path / "out" / RECORD).write_text(lines)
    publish(tmp_path / "out", FILES, RECORD)
    assert (tmp_path / "precious").read_text() == (tmp_path / "out" / "notes").read_text() == "mine"
