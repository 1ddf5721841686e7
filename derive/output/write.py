"""Carry out a plan: whole files only, the manifest last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from derive.output import journal
from derive.output.files import OutputError, inside, leftovers, only_writer, plainly, read, remove, replace
from derive.output.manifest import NAME, Manifest, Scope, digest
from derive.output.plan import Plan, plan

Tell = Callable[[str], None]


def write_folder(
    folder: Path, files: Mapping[str, str], manifest: Manifest, scope: Scope, tell: Tell = lambda path: None
) -> Plan:
    """Bring ``folder`` to hold ``files`` and their manifest; returns what became of each file.

    Everything was rendered before this is called.  Killed at any moment, it leaves each file old or new, never
    half of one, and a second run mends the rest.  Raises OutputError, one line, where it cannot write.
    """
    with plainly(folder):
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file: name a folder to write to")
        folder.mkdir(parents=True, exist_ok=True)
        with only_writer(folder):
            planned = plan(folder, files, manifest, scope)
            _carry_out(planned, tell)
    return planned


def _carry_out(planned: Plan, tell: Tell) -> None:
    folder = planned.folder
    touched = {*planned.content, *planned.removed, *journal.read_journal(folder)}
    for stale in leftovers(folder, touched):
        stale.unlink(missing_ok=True)
    if planned.writes or planned.removed:
        journal.write_journal(folder, {path: digest(planned.content[path]) for path in planned.writes})
    for path in planned.writes:
        tell(path)
        replace(inside(folder, path), planned.content[path])
    for path in planned.removed:
        remove(folder, path)
    if read(folder / NAME) != planned.manifest:
        replace(folder / NAME, planned.manifest)
    journal.end_journal(folder)
