"""A folder to work in, removed at the end; what a process that was killed left is removed by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

MARK = ".derive-work"


@contextlib.contextmanager
def work_folder(prefix: str, parent: Path | None = None) -> Iterator[Path]:
    """A fresh folder in ``parent`` (default: the system's place for such) whose name begins with ``prefix``.

    Who works in one holds a lock on it, which the system drops when the process ends, however it ends: folders of that
    prefix that nobody holds are removed first.  A file in each tells them from the folders of others.
    """
    place = Path(tempfile.gettempdir()) if parent is None else parent
    for folder in place.glob(f"{prefix}*"):
        _remove_abandoned(folder)
    folder, lock = _fresh(place, prefix)
    (folder / MARK).touch()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _fresh(parent: Path, prefix: str) -> tuple[Path, int | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            lock = _lock(folder)
        except (BlockingIOError, FileNotFoundError):  # taken for abandoned in the moment before it was held
            continue
        if folder.exists():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _remove_abandoned(folder: Path) -> None:
    """Where the system has no such locks, nobody can tell, and nothing is removed."""
    with contextlib.suppress(OSError):
        if folder.is_symlink() or not (folder / MARK).is_file() or not _is_own(folder):
            return
        lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _is_own(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _lock(folder: Path) -> int | None:
    """The handle that holds the folder; ``None``: no such locks here.  Raises BlockingIOError: another one holds it."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return handle
