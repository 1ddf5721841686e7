"""Files that are whole or not there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from derive.output.files import OutputError, inside, is_safe, leftovers, only_writer, read, refuse_unwritable, replace


@pytest.mark.parametrize("path", ["c/f.c", "manifest.json", "a/b/c.tex"])
def test_paths_inside_are_safe(path: str) -> None:
    assert is_safe(path)


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../f", "a/../f", "a//f", "./f", "a\\f", "C:/f", "a/", "a\nb", "..", "a/.."]
)
def test_paths_that_lead_out_are_not(path: str, tmp_path: Path) -> None:
    assert not is_safe(path)
    with pytest.raises(OutputError, match="not a path inside"):
        inside(tmp_path, path)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "c").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="leads out of"):
        inside(tmp_path / "out", "c/f.c")


def test_replace_writes_the_bytes_and_leaves_no_temporary(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "f.c"
    replace(place, b"one\r\n")
    replace(place, b"two\n")
    assert place.read_bytes() == b"two\n"
    assert [p.name for p in place.parent.iterdir()] == ["f.c"]


def test_replace_honours_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        replace(tmp_path / "f", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o644


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    place = tmp_path / "f.c"
    replace(place, b"old")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"derive.output.files.os.{failing}", fail)
    with pytest.raises(KeyboardInterrupt):
        replace(place, b"new")
    assert place.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["f.c"]


def test_replace_replaces_a_link_and_not_what_it_leads_to(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "f").symlink_to(target)
    replace(tmp_path / "out" / "f", b"new")
    assert target.read_text() == "mine"
    assert (tmp_path / "out" / "f").read_bytes() == b"new"


def test_leftovers_are_found_where_files_are_written(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    stale = tmp_path / "c" / ".derive-0123.tmp"
    stale.write_text("half")
    (tmp_path / "c" / "f.tmp").write_text("a user's")
    assert leftovers(tmp_path, ["c/f.c"]) == [stale]


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="no file locks on this system")
    with only_writer(tmp_path), pytest.raises(OutputError, match="another build"), only_writer(tmp_path):
        pass
    with only_writer(tmp_path):
        pass


# --- what is no plain file ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("name", ["f.c", "manifest.json", ".derive-journal.json"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(OutputError, match="is a pipe or a device"):
        read(tmp_path / name)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device on this system")
def test_a_link_to_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.c").symlink_to("/dev/zero")
    with pytest.raises(OutputError, match="is a pipe or a device"):
        read(tmp_path / "f.c")


# --- before long work --------------------------------------------------------------------------------------------


def test_a_folder_that_can_be_made_or_written_is_left_as_it_is(tmp_path: Path) -> None:
    refuse_unwritable(tmp_path / "a" / "b")
    refuse_unwritable(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_on_the_way_is_found_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    for place in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match="out is a file"):
            refuse_unwritable(place)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_a_place_that_nobody_can_write_is_found_before_the_work() -> None:
    with pytest.raises(OutputError, match="cannot write to /proc"):
        refuse_unwritable(Path("/proc/generated"))
