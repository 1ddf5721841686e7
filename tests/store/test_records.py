"""The records of the store: found only as they were put there, private, bounded, and never in the way of a build."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from derive.store import CacheError
from derive.store.cache import private_folder
from derive.store.shelf import PLACE, Records, open_records

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(private_folder(tmp_path / "store"))


def test_what_was_put_is_got(records: Records) -> None:
    assert records.get(KEY) is None
    records.put(KEY, b"one")
    records.put(OTHER, b"")
    assert (records.get(KEY), records.get(OTHER)) == (b"one", b"")
    records.put(KEY, b"two")
    assert records.get(KEY) == b"two"
    assert {path.name for path in records.folder.iterdir()} == {KEY, OTHER}
    assert {stat.S_IMODE(path.stat().st_mode) for path in records.folder.iterdir()} <= {0o600, 0o666}


@pytest.mark.parametrize("place", [0, 30, 64, 65, -1])
def test_one_changed_byte_makes_it_none(records: Records, place: int) -> None:
    records.put(KEY, b"content")
    whole = bytearray((records.folder / KEY).read_bytes())
    whole[place] ^= 1
    (records.folder / KEY).write_bytes(whole)
    assert records.get(KEY) is None


@pytest.mark.parametrize("size", [0, 10, 65, 70])
def test_one_cut_short_is_none(records: Records, size: int) -> None:
    records.put(KEY, b"content")
    (records.folder / KEY).write_bytes((records.folder / KEY).read_bytes()[:size])
    assert records.get(KEY) is None


def test_one_in_the_place_of_another_is_none(records: Records) -> None:
    records.put(KEY, b"content")
    os.replace(records.folder / KEY, records.folder / OTHER)
    assert records.get(OTHER) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner or mode here")
def test_one_that_others_can_write_and_a_link_are_none(records: Records, tmp_path: Path) -> None:
    records.put(KEY, b"content")
    (records.folder / KEY).chmod(0o666)
    assert records.get(KEY) is None
    (records.folder / KEY).chmod(0o600)
    assert records.get(KEY) == b"content"
    os.replace(records.folder / KEY, tmp_path / "elsewhere")
    (records.folder / KEY).symlink_to(tmp_path / "elsewhere")
    assert records.get(KEY) is None


def test_what_was_not_used_for_longest_goes_first(records: Records) -> None:
    keys = [f"{number:064x}" for number in range(4)]
    for age, key in enumerate(keys):
        records.put(key, bytes(1000))
        os.utime(records.folder / key, (1000 + age, 1000 + age))
    assert records.get(keys[0]) is not None  # and so it was used last
    (records.folder / "notes.txt").write_bytes(bytes(5000))
    records.trim(most=2500)
    assert [records.get(key) is not None for key in keys] == [True, False, False, True]
    assert (records.folder / "notes.txt").exists()


def test_what_a_killed_build_left_goes(records: Records) -> None:
    for name, age in ((".new-1-ab", 0), (".new-2-cd", 10**6)):
        (records.folder / name).write_bytes(b"half")
        os.utime(records.folder / name, (time() - age, time() - age))
    records.trim()
    assert [path.name for path in records.folder.iterdir()] == [".new-1-ab"]


def time() -> float:
    import time

    return time.time()


def test_a_folder_that_is_gone_holds_nothing_and_hinders_nobody(records: Records) -> None:
    records.folder.rmdir()
    records.put(KEY, b"content")
    records.trim()
    assert records.get(KEY) is None


def test_many_writers_do_not_disturb_each_other(records: Records) -> None:
    contents = [bytes([number]) * 20_000 for number in range(8)]
    wrong: list[bytes] = []

    def write(content: bytes) -> None:
        for _ in range(20):
            records.put(KEY, content)
            found = records.get(KEY)
            if found not in contents:
                wrong.append(found or b"")

    threads = [threading.Thread(target=write, args=[content]) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [path.name for path in records.folder.iterdir()] == [KEY]


def test_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(PLACE)
    found = open_records()
    assert found is not None and found.folder == tmp_path / "derive" / "store"
    monkeypatch.setenv(PLACE, str(tmp_path / "mine"))
    found = open_records()
    assert found is not None and found.folder == tmp_path / "mine"
    monkeypatch.setenv(PLACE, "off")
    assert open_records() is None
    monkeypatch.setenv(PLACE, "mine")
    with pytest.raises(CacheError, match="the whole path of a folder, or off"):
        open_records()
