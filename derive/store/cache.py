"""A folder that only its user can write, and files in it that are trusted by their content alone.

What is stored is named by the SHA-256 of its own bytes and checked against it before every use; a small record,
named by what the file was made from, says which one to take.  Everything appears by renaming: another process
sees a file whole or not at all, and two that make the same one do not disturb each other.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from derive.errors import DeriveError

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_HAS_OWNERS = hasattr(os, "getuid")


class CacheError(DeriveError):
    """The cache folder cannot be used, or is not private."""


def cache_folder() -> Path:
    """The user's cache folder for derive (``$XDG_CACHE_HOME/derive`` or ``~/.cache/derive``), made if need be.

    Raises CacheError where it cannot be made, or is a link, belongs to another user or can be written by others.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    parent = Path(base) if os.path.isabs(base) else _home() / ".cache"
    return private_folder(parent / "derive")


def private_folder(folder: Path) -> Path:
    """The folder itself, made if need be.

    Raises CacheError where it cannot be made, or is a link, belongs to another user or can be written by others.
    """
    with _explained("the cache folder cannot be made"):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(folder)
        _check_private(folder)
    return folder


@dataclass(frozen=True)
class Cache:
    """Files made once and kept: see the module."""

    folder: Path

    def file(self, key: str, suffix: str, make: Callable[[Path], None]) -> Path:
        """The file for ``key``, a hash of all that it is made from.

        ``make(path)`` writes it to the path given, whose folder is its own to work in; it is called only where no
        trusted file is there.
        """
        with _explained(f"the cache folder {self.folder} cannot be used"):
            recorded = self._recorded(key, suffix)
            return recorded[0] if recorded else self._made(key, suffix, make)

    def content(self, key: str, suffix: str) -> bytes | None:
        """What the file for ``key`` holds; ``None``: there is none that is trusted."""
        recorded = self._recorded(key, suffix)
        return recorded[1] if recorded else None

    def _recorded(self, key: str, suffix: str) -> tuple[Path, bytes] | None:
        digest = read_own(self.folder / f"{key}.made")
        if digest is None or len(digest) != 64 or not digest.isalnum():
            return None
        path = self.folder / f"{digest.decode()}{suffix}"
        content = read_own(path)
        trusted = content is not None and sha256(content).hexdigest().encode() == digest
        return (path, content) if content is not None and trusted else None

    def _made(self, key: str, suffix: str, make: Callable[[Path], None]) -> Path:
        from derive.system.temporary import work_folder  # here alone: what is there is found without it

        with work_folder("making-", self.folder) as made_in:
            fresh = made_in / f"made{suffix}"
            make(fresh)
            digest = sha256(fresh.read_bytes()).hexdigest()
            fresh.chmod(0o600)
            path = self.folder / f"{digest}{suffix}"
            _put(fresh, path)
            record = made_in / "record"
            record.write_text(digest, encoding="ascii")
            record.chmod(0o600)
            _put(record, self.folder / f"{key}.made")
        return path


def key_of(*parts: str) -> str:
    """A name for what a file is made from: any difference in any part makes another."""
    whole = sha256()
    for part in parts:
        whole.update(f"{len(part.encode())}:".encode() + part.encode())
    return whole.hexdigest()


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    folder.chmod(0o700)


def _check_private(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise CacheError(f"{folder} is a link or a file: remove it, or set XDG_CACHE_HOME to another folder")
    if not _HAS_OWNERS:
        return
    if found.st_uid != os.getuid():
        raise CacheError(f"{folder} belongs to another user: remove it, or set XDG_CACHE_HOME to a folder of your own")
    if found.st_mode & _OTHERS_WRITE:
        raise CacheError(f"{folder} can be written by others: look at what it holds, then: chmod 700 {folder}")
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def read_own(path: Path) -> bytes | None:
    """The content of a plain file that is the user's and that nobody else can write; ``None``: there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | _NO_BLOCK)
    except OSError:
        return None
    found = os.fstat(handle)
    ours = not _HAS_OWNERS or (found.st_uid == os.getuid() and not found.st_mode & _OTHERS_WRITE)
    if not stat.S_ISREG(found.st_mode) or not ours:
        os.close(handle)
        return None
    with open(handle, "rb") as file:
        return file.read()


_NO_BLOCK = getattr(os, "O_NONBLOCK", 0)


def _put(fresh: Path, path: Path) -> None:
    """Rename into place.  A folder that lies there is none of ours: it is put aside.

    On Windows a library in use cannot be replaced: the one in place is then the same.
    """
    if path.is_dir() and not path.is_symlink():
        import secrets  # here alone: hardly ever

        os.replace(path, path.with_name(f"{path.name}.aside-{secrets.token_hex(8)}"))
    try:
        os.replace(fresh, path)
    except PermissionError:
        if sys.platform != "win32" or not path.is_file():
            raise


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise CacheError("the user has no home folder: set XDG_CACHE_HOME to a folder for the cache") from error


@contextmanager
def _explained(problem: str) -> Iterator[None]:
    """An error of the file system as one line that says how to mend it."""
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
        raise CacheError(f"{problem} ({reason}): set XDG_CACHE_HOME to a folder that you can write") from error
