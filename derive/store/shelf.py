"""Records by their keys, in a private folder that may be emptied at any time.

A record holds its own hash and the key that it was kept under: one that was damaged, cut short or put in another's
place is none.  It appears by renaming, so that builds at the same time do not disturb each other.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from derive.store.cache import CacheError, cache_folder, private_folder, read_own

PLACE = "DERIVE_STORE"
"""The variable that names another folder for the records, or ``off``."""

MOST = 256 * 2**20
"""So many bytes may all records take; beyond, those that were not used for longest go."""

_LEFT_OVER = 3600
"""After so many seconds nobody writes any more on what is not yet a record."""


@dataclass(frozen=True)
class Records:
    """Bytes by key; see the module."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """What is kept under the key, unchanged since it was put there; ``None``: nothing."""
        path = self.folder / key
        found = read_own(path)
        if found is None or found[:_HEAD] != _head(key, found[_HEAD:]):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found[_HEAD:]

    def put(self, key: str, content: bytes) -> None:
        """Keep it.  Where that cannot be done (the disk is full) it is not kept, and nothing else happens."""
        fresh = self.folder / f"{_NEW}{os.getpid()}-{os.urandom(8).hex()}"
        with contextlib.suppress(OSError):
            try:
                handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
                with open(handle, "wb") as file:
                    file.write(_head(key, content) + content)
                os.replace(fresh, self.folder / key)
            finally:
                fresh.unlink(missing_ok=True)

    def trim(self, most: int = MOST) -> None:
        """Drop what was not used for longest, until all takes no more than so many bytes."""
        found, now = [], time.time()
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                if not _OURS.fullmatch(entry.name):
                    continue
                with contextlib.suppress(OSError):  # another build has dropped it
                    status = entry.stat(follow_symlinks=False)
                    abandoned = entry.name.startswith(_NEW) and now - status.st_mtime > _LEFT_OVER
                    found.append((not abandoned, status.st_mtime, status.st_size, entry.path))
        whole = sum(size for _, _, size, _ in found)
        for wanted, _, size, path in sorted(found):
            if wanted and whole <= most:
                break
            with contextlib.suppress(OSError):
                os.unlink(path)
            whole -= size


_NEW, _HEAD = ".new-", 65
_OURS = re.compile(r"[0-9a-f]{64}|\.new-.*")


def _head(key: str, content: bytes) -> bytes:
    return sha256(key.encode() + b"\0" + content).hexdigest().encode() + b"\n"


def open_records() -> Records | None:
    """The records of this user; ``None``: they are switched off.

    Raises CacheError where their folder cannot be made, or is not private.
    """
    place = os.environ.get(PLACE, "")
    if place == "off":
        return None
    if place and not os.path.isabs(place):
        raise CacheError(f"{PLACE}={place}: give it the whole path of a folder, or off")
    return Records(private_folder(Path(place) if place else cache_folder() / "store"))
