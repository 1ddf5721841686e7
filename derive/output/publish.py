"""Put finished files into a folder that others use too: what its own record lists is replaced or removed, no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from derive.output.files import OutputError, inside, is_safe, leftovers, only_writer, plainly, read, remove, replace
from derive.output.manifest import digest


def publish(folder: Path, files: Mapping[str, bytes], record: str, whole: bool = True) -> None:
    """Bring ``folder`` to hold ``files`` (path -> content), which the file ``record`` in it lists from then on.

    whole: they are all that the record should list; what it lists besides is removed, unless somebody changed it.

    Killed at any moment, it leaves whole files, and the next call knows them.  Raises OutputError, before the first
    byte, where a file in the way is not listed.
    """
    with plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with only_writer(folder):
            old = _listed(folder / record)
            now = {path: read(inside(folder, path)) for path in files}
            _refuse(folder, (path for path in files if now[path] not in (None, files[path])), old)
            new = _pairs(files)
            for stale in leftovers(folder, files):
                stale.unlink(missing_ok=True)
            _list(folder / record, old | new)
            for path in sorted(files):
                if now[path] != files[path]:
                    replace(inside(folder, path), files[path])
            others = {pair for pair in old if pair[0] not in files}
            if whole:
                _remove(folder, {path for path, _ in others}, others)
            _list(folder / record, new if whole else new | others)


def refuse_foreign(folder: Path, paths: Iterable[str], record: str) -> None:
    """Raises OutputError where one of the paths is there and the record does not list it.  For before long work."""
    _refuse(folder, (path for path in paths if read(inside(folder, path)) is not None), _listed(folder / record))


def _refuse(folder: Path, present: Iterable[str], listed: set[Pair]) -> None:
    ours = {path for path, _ in listed}
    for path in sorted(set(present) - ours):
        hint = "move it away, or name another folder with --out"
        raise OutputError(f"{folder / path} was not written by derive: {hint}")


def record_text(files: Mapping[str, bytes]) -> bytes:
    """The record of these files, as it is written: a hash and a path in each line."""
    return _text(_pairs(files))


Pair = tuple[str, str]
"""Path and SHA-256.  While files are replaced, the record lists the old ones and the new ones."""


def _pairs(files: Mapping[str, bytes]) -> set[Pair]:
    return {(path, digest(content)) for path, content in files.items()}


def _text(pairs: set[Pair]) -> bytes:
    return "".join(f"{known}  {path}\n" for path, known in sorted(pairs)).encode()


def _list(place: Path, pairs: set[Pair]) -> None:
    if read(place) != _text(pairs):
        replace(place, _text(pairs))


def _listed(place: Path) -> set[Pair]:
    """What the record lists; a line that is damaged lists nothing."""
    lines = (read(place) or b"").decode("utf-8", "replace").splitlines()
    pairs = (line.split("  ", 1) for line in lines if "  " in line)
    return {(path, known) for known, path in pairs if is_safe(path)}


def _remove(folder: Path, paths: set[str], listed: set[Pair]) -> None:
    for path in paths:
        present = read(inside(folder, path))
        if present is not None and (path, digest(present)) in listed:
            remove(folder, path)
