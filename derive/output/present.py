"""What a folder of generated files already holds of a formula."""

from __future__ import annotations

from pathlib import Path

from derive.output.files import inside, read
from derive.output.manifest import Manifest, digest
from derive.targets import Target


def texts(folder: Path, there: Manifest, target: Target, formula: str) -> dict[str, str] | None:
    """The files of a formula, path in the target's folder -> text.  ``None``: one is missing, or was edited by hand."""
    found: dict[str, str] = {}
    for path, record in there.files.items():
        if (record.target, record.formula) == (target.name, formula):
            content = read(inside(folder, path))
            if content is None or digest(content) != record.content:
                return None
            found[path.removeprefix(f"{target.folder}/")] = content.decode()
    return found
