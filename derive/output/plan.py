"""What a build will do to the folder, decided before the first byte is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from derive.output import journal
from derive.output.files import OutputError, inside, read
from derive.output.manifest import NAME, Manifest, Scope, digest, looks_ours, merge, parse


@dataclass(frozen=True)
class Plan:
    """new, changed, unchanged, removed: what becomes of each file; kept: files to remove that were edited by hand."""

    folder: Path
    content: Mapping[str, bytes]
    manifest: bytes
    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def writes(self) -> tuple[str, ...]:
        return tuple(sorted((*self.new, *self.changed)))


def recorded(folder: Path) -> Manifest:
    """What the folder's manifest says is in it; an empty one where there is none or it is damaged."""
    return parse(read(folder / NAME)) or Manifest()


def plan(folder: Path, files: Mapping[str, str], manifest: Manifest, scope: Scope) -> Plan:
    """Compare what was rendered with what lies in ``folder``.

    Raises OutputError where the folder is no folder, or a file in the way is not one that derive wrote.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file: name a folder to write to")
    old = recorded(folder)
    started = journal.read_journal(folder)
    content = {path: text.encode() for path, text in files.items()}
    now = {path: read(inside(folder, path)) for path in content}
    ours = old.files.keys() | started.keys() | _marked(folder, now)
    foreign = [path for path in sorted(content) if now[path] not in (None, content[path]) and path not in ours]
    if foreign:
        raise _foreign(folder / foreign[0])
    gone = _gone(folder, old, started, content, scope)
    return Plan(
        folder=folder,
        content=content,
        manifest=_manifest(folder, merge(old, manifest, scope)),
        new=tuple(sorted(path for path in content if now[path] is None)),
        changed=tuple(sorted(path for path in content if now[path] not in (None, content[path]))),
        unchanged=tuple(sorted(path for path in content if now[path] == content[path])),
        removed=tuple(sorted(path for path, edited in gone.items() if not edited)),
        kept=tuple(sorted(path for path, edited in gone.items() if edited)),
    )


MARK = b"python -m derive build"
"""Each generated file says how to make it again."""


def _marked(folder: Path, present: Mapping[str, bytes | None]) -> set[str]:
    """Files that say themselves that derive made them, in a folder of ours: its manifest may have been cut off."""
    manifest = read(folder / NAME)
    if manifest is None or not looks_ours(manifest):
        return set()
    return {path for path, found in present.items() if found is not None and MARK in found}


def _gone(
    folder: Path, old: Manifest, started: Mapping[str, str], content: Mapping[str, bytes], scope: Scope
) -> dict[str, bool]:
    """Files of ours that are no longer produced -> whether somebody edited them since."""
    ours = {path for path, record in old.files.items() if scope.covers(record.target, record.formula)}
    gone: dict[str, bool] = {}
    for path in (ours | started.keys() - old.files.keys()) - content.keys():
        present = read(inside(folder, path))
        if present is not None:
            known = {started.get(path), old.files[path].content if path in old.files else None}
            gone[path] = digest(present) not in known
    return gone


def _manifest(folder: Path, manifest: Manifest) -> bytes:
    present = read(folder / NAME)
    if present is not None and parse(present) is None and not looks_ours(present):
        raise _foreign(folder / NAME)
    return manifest.text.encode()


def _foreign(place: Path) -> OutputError:
    return OutputError(f"{place} was not written by derive: move it away, or build into another folder")
