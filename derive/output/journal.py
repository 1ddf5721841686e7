"""What a build is about to write, noted before it begins: after a kill, the next build knows these files as ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from derive.output.files import is_safe, read, replace

NAME = ".derive-journal.json"


def read_journal(folder: Path) -> dict[str, str]:
    """Path -> SHA-256 of each file that a build began to write and did not live to list; empty: no such build."""
    try:
        data = json.loads(read(folder / NAME) or b"{}")
        return {p: h for p, h in data.items() if is_safe(p) and isinstance(h, str)}
    except (ValueError, AttributeError, RecursionError):
        return {}


def write_journal(folder: Path, files: Mapping[str, str]) -> None:
    """Note the files; those of an earlier journal stay noted until a build ends well."""
    noted = read_journal(folder) | dict(files)
    replace(folder / NAME, (json.dumps(noted, indent=2, sort_keys=True) + "\n").encode())


def end_journal(folder: Path) -> None:
    (folder / NAME).unlink(missing_ok=True)
