"""The cache: private, trusted by content alone, clear about what is wrong."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from derive.store import Cache, CacheError, cache_folder, key_of
from derive.system.temporary import MARK

posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner or mode here")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


class Maker:
    """Writes a text, and counts how often it was asked to."""

    def __init__(self, text: str = "good") -> None:
        self.text, self.times = text, 0

    def __call__(self, path: Path) -> None:
        self.times += 1
        path.write_text(self.text)


@posix
def test_the_folder_is_private_whatever_the_umask(home: Path) -> None:
    before = os.umask(0)
    try:
        folder = cache_folder()
    finally:
        os.umask(before)
    assert folder == home / "derive"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_without_the_variable_it_lies_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache_folder() == tmp_path / ".cache" / "derive"


@posix
def test_a_link_is_refused(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (home / "derive").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(CacheError, match="is a link"):
        cache_folder()


@posix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o722])
def test_a_folder_that_others_can_write_is_refused(home: Path, mode: int) -> None:
    (home / "derive").mkdir()
    (home / "derive").chmod(mode)
    with pytest.raises(CacheError, match="chmod 700"):
        cache_folder()


@posix
def test_a_folder_that_others_can_read_is_made_private(home: Path) -> None:
    (home / "derive").mkdir()
    (home / "derive").chmod(0o755)
    assert stat.S_IMODE(cache_folder().stat().st_mode) == 0o700


@posix
def test_a_folder_of_another_user_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_folder()
    stranger = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: stranger)
    with pytest.raises(CacheError, match="belongs to another user"):
        cache_folder()


def test_a_cache_that_cannot_be_made_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CacheError, match="set XDG_CACHE_HOME to a folder that you can write"):
        cache_folder()


@posix
def test_a_cache_that_cannot_be_written_says_how_to_mend_it(home: Path) -> None:
    folder = cache_folder()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write where the mode forbids it")
    with pytest.raises(CacheError, match="set XDG_CACHE_HOME to a folder that you can write"):
        Cache(folder).file(key_of("a"), ".so", Maker())


def test_a_full_disk_says_what_is_wrong(home: Path) -> None:
    def make(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    with pytest.raises(CacheError, match="No space left on device"):
        Cache(cache_folder()).file(key_of("a"), ".so", make)
    assert list(cache_folder().iterdir()) == []


def test_a_file_is_made_once(home: Path) -> None:
    cache, make = Cache(cache_folder()), Maker()
    first, second = (cache.file(key_of("a"), ".so", make) for _ in range(2))
    assert first == second and first.read_text() == "good" and make.times == 1
    cache.file(key_of("b"), ".so", make)
    assert make.times == 2


def test_a_changed_file_is_made_again(home: Path) -> None:
    cache, make = Cache(cache_folder()), Maker()
    path = cache.file(key_of("a"), ".so", make)
    path.write_text("evil")
    assert cache.file(key_of("a"), ".so", make).read_text() == "good"
    assert make.times == 2


@pytest.mark.parametrize("record", ["", "short", "z" * 64, "../" * 22, "0" * 64, "\xff" * 64])
def test_a_planted_record_is_not_followed(home: Path, record: str) -> None:
    cache, make = Cache(cache_folder()), Maker()
    (cache.folder / f"{key_of('a')}.made").write_bytes(record.encode("latin-1"))
    (cache.folder / f"{'0' * 64}.so").write_text("evil")
    assert cache.file(key_of("a"), ".so", make).read_text() == "good"
    assert make.times == 1


@posix
def test_a_planted_link_is_not_followed(home: Path, tmp_path: Path) -> None:
    cache, make = Cache(cache_folder()), Maker()
    path = cache.file(key_of("a"), ".so", make)
    (tmp_path / "other").write_text("good")
    path.unlink()
    path.symlink_to(tmp_path / "other")
    again = cache.file(key_of("a"), ".so", make)
    assert make.times == 2 and not again.is_symlink()


@posix
def test_a_file_that_others_can_write_is_made_again(home: Path) -> None:
    cache, make = Cache(cache_folder()), Maker()
    cache.file(key_of("a"), ".so", make).chmod(0o666)
    path = cache.file(key_of("a"), ".so", make)
    assert make.times == 2 and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_tell_parts_from_each_other() -> None:
    assert len({key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("ab", "c", "")}) == 4


@pytest.mark.parametrize("ending", [".made", ".so"])
@pytest.mark.parametrize("filled", [False, True])
def test_a_folder_in_the_place_of_a_file_is_put_aside(home: Path, ending: str, filled: bool) -> None:
    cache, key = Cache(cache_folder()), key_of("a")
    path = cache.file(key, ".so", Maker())
    place = cache.folder / f"{key}.made" if ending == ".made" else path
    place.unlink()
    place.mkdir()
    if filled:
        (place / "mine").write_text("mine")
    assert cache.file(key, ".so", Maker()).read_text() == "good"
    maker = Maker()
    assert cache.file(key, ".so", maker) == path and maker.times == 0
    aside = list(cache.folder.glob("*.aside-*"))
    assert len(aside) == 1 and [p.name for p in aside[0].iterdir()] == ["mine"] * filled


@posix
def test_what_a_killed_process_left_is_removed(home: Path) -> None:
    cache = Cache(cache_folder())
    (cache.folder / "making-left").mkdir()
    (cache.folder / "making-left" / "made.so").write_text("half")
    (cache.folder / "making-left" / MARK).touch()
    cache.file(key_of("a"), ".so", Maker())
    assert not list(cache.folder.glob("making-*"))
