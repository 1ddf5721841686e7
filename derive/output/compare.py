"""Compare the folder with what its sources make now: every byte that is out of step, and why."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from derive.output import journal
from derive.output.files import TEMPORARY, OutputError, inside, read
from derive.output.manifest import NAME, Manifest, Scope, digest, merge, parse
from derive.output.plan import recorded

DIFF_LINES = 40
MISSING = "is missing"


@dataclass(frozen=True)
class Difference:
    """One file out of step.

    why:    in a few words.
    diff:   from what lies there to what is made now, trimmed; empty where there is none to show.
    orphan: nothing makes it, so no build mends it: it has to be moved away.
    beyond: it is none of those that were regenerated: another build mends it.
    """

    path: str
    why: str
    diff: str = ""
    orphan: bool = False
    beyond: bool = False


def compare(folder: Path, files: Mapping[str, str], manifest: Manifest, scope: Scope) -> list[Difference]:
    """What is out of step in ``folder``; an empty list: nothing.  Reads only."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file: name the folder to check")
    old = recorded(folder)
    expected = replace(merge(old, manifest, scope), made=old.made)  # no check makes anything
    found = _sources(old, manifest)
    for path in sorted(files):
        found += _file(folder, path, files[path].encode(), old)
    found += _kept(folder, old, expected, files)
    found += _orphans(folder, expected)
    found += _manifest(folder, expected, bool(found))
    return found


def _sources(old: Manifest, new: Manifest) -> list[Difference]:
    """Formula files and templates that are not what the folder was made from."""
    changed = [name for name in sorted(new.sources) if old.sources and old.sources.get(name) != new.sources[name]]
    return [Difference(name, f"{'changed' if name in old.sources else 'is new'} since the build") for name in changed]


def _file(folder: Path, path: str, content: bytes, old: Manifest) -> list[Difference]:
    place = inside(folder, path)
    present = read(place)
    if present == content:
        return []
    if present is None:
        return [Difference(str(place), MISSING)]
    record = old.files.get(path)
    by_hand = record is None or record.content != digest(present)
    why = "was edited by hand" if by_hand else "differs from what its sources make now"
    return [Difference(str(place), why, _diff(present, content, place.as_posix()))]


def _kept(folder: Path, old: Manifest, expected: Manifest, files: Mapping[str, str]) -> list[Difference]:
    """Files that this check does not regenerate: they must still be what the manifest says."""
    found = []
    for path in sorted(expected.files.keys() - files.keys()):
        present = read(inside(folder, path))
        if present is None:
            found.append(Difference(str(folder / path), MISSING, beyond=True))
        elif digest(present) != old.files[path].content:
            found.append(Difference(str(folder / path), "was edited by hand", beyond=True))
    return found


def _orphans(folder: Path, expected: Manifest) -> list[Difference]:
    found = []
    for place in sorted(folder.rglob("*")):
        path = place.relative_to(folder).as_posix()
        if (place.is_dir() and not place.is_symlink()) or "__pycache__" in place.parts:
            continue
        if path == NAME or path in expected.files:
            continue
        cut = place.name == journal.NAME or place.match(TEMPORARY)
        why = "was left by a build that was cut short" if cut else "no formula makes it"
        found.append(Difference(str(place), why, orphan=not cut))
    return found


def _manifest(folder: Path, expected: Manifest, explained: bool) -> list[Difference]:
    """The manifest itself; its diff only where nothing else explains it."""
    present = read(folder / NAME)
    content = expected.text.encode()
    if present == content:
        return []
    place = folder / NAME
    if present is None:
        return [Difference(str(place), MISSING)]
    why = "is damaged" if parse(present) is None else "does not list what is made now"
    return [Difference(str(place), why, "" if explained else _diff(present, content, place.as_posix()))]


def _diff(present: bytes, content: bytes, name: str) -> str:
    """A unified diff of two texts, trimmed.  Bytes that are no text, and odd line ends, are shown as escapes."""
    old, new = (_lines(data) for data in (present, content))
    lines = list(difflib.unified_diff(old, new, f"{name} (on disk)", f"{name} (regenerated)", n=2, lineterm=""))
    more = [f"... {len(lines) - DIFF_LINES} more lines"] if len(lines) > DIFF_LINES else []
    return "\n".join([*lines[:DIFF_LINES], *more])


def _lines(data: bytes) -> list[str]:
    """The lines of a text; each character that a terminal would swallow or obey is spelled out."""
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    last = lines.pop()
    lines += [f"{last} (no newline at the end)"] if last else []
    return ["".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in line) for line in lines]
