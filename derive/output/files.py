"""Files that are whole or not there: atomic writes, safe paths, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from derive.language.errors import DeriveError

TEMPORARY = ".derive-*.tmp"
"""What a file is called until it is whole."""


class OutputError(DeriveError):
    """The output folder cannot be written, or holds what is not ours."""


def is_safe(path: str) -> bool:
    """Whether a path of a generated file is relative, with forward slashes, and stays inside its folder."""
    parts = path.split("/")
    return path.isprintable() and "\\" not in path and ":" not in path and not {"", ".", ".."} & set(parts)


def inside(folder: Path, path: str) -> Path:
    """The place of ``path`` in ``folder``.  Raises OutputError where a name or a link would lead out of it."""
    if not is_safe(path):
        raise OutputError(f"{path!r} is not a path inside the output folder")
    place = folder.joinpath(*PurePosixPath(path).parts)
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        raise OutputError(f"{place.parent} is a link that leads out of {folder}: remove the link")
    return place


def read(place: Path) -> bytes | None:
    """The bytes of a file; ``None`` where there is none.  Raises OutputError where something else has its name.

    A pipe or a device is never waited for.
    """
    try:
        found = place.stat()
        if stat.S_ISDIR(found.st_mode):
            raise OutputError(f"{place} is a folder where a file belongs: move it away")
        if not stat.S_ISREG(found.st_mode):
            raise OutputError(f"{place} is a pipe or a device where a file belongs: move it away")
        with open(os.open(place, os.O_RDONLY | _AS_IT_IS), "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


_AS_IT_IS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def replace(place: Path, content: bytes) -> None:
    """Put ``content`` at ``place``: at every moment the file there is the old one or the new one, whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.parent / TEMPORARY.replace("*", secrets.token_hex(8))
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, place)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(place.parent)


def remove(folder: Path, path: str) -> None:
    """Remove a file, and the folders that it leaves empty."""
    place = inside(folder, path)
    place.unlink(missing_ok=True)
    for parent in place.parents:
        if parent == folder:
            break
        with contextlib.suppress(OSError):  # not empty: it stays
            parent.rmdir()


def refuse_unwritable(folder: Path) -> None:
    """Raises OutputError where nothing can be written to ``folder``, or where it would have to be made.

    For before long work; nothing is left there.
    """
    nearest = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
    if not nearest.is_dir():
        raise OutputError(f"{nearest} is a file: name a folder to write to")
    before, after = TEMPORARY.split("*")
    with plainly(folder):
        try:
            tempfile.TemporaryFile(dir=nearest, prefix=before, suffix=after).close()
        except OSError as error:
            error.filename = None  # a file that nobody named
            raise


@contextlib.contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """What the system refuses, said in one line."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot write to {error.filename or folder}: {reason}: name another folder") from error


def leftovers(folder: Path, paths: Iterable[str]) -> list[Path]:
    """Temporary files of a build that was killed, in the folders of ``paths`` and in ``folder`` itself."""
    folders = {folder, *(inside(folder, path).parent for path in paths)}
    return sorted(place for f in folders for place in f.glob(TEMPORARY))


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder against a second build at the same time; a killed build lets go by itself."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system: atomic writes still keep every file whole
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(f"{folder}: another build is writing here: wait for it to end") from None
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
