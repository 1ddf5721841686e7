"""Whether a folder is still as the last build of the same left it: then the next one has nothing to do.

Nothing is imported for it but the standard library, so that a build of nothing takes no time.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from derive.store.shelf import Records
from derive.store.sources import runs_as_it_lies


@dataclass(frozen=True)
class Standing:
    """What a build left.

    files:    everything in its folder, path -> SHA-256: the manifest, and all that it lists.
    made:     those of them that the build was about.
    warnings: what it had to say.
    """

    files: Mapping[str, str]
    made: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def recall(records: Records, key: str, folder: Path) -> Standing | None:
    """What the last build under this key left, where the folder is that to the byte; ``None``: it is not."""
    found = _read(records.get(key))
    if (
        found is None
        or _unfinished(folder)
        or not all(_holds(folder, path, digest) for path, digest in found.files.items())
    ):
        return None
    return found


def remember(records: Records, key: str, standing: Standing) -> None:
    """For the next build under this key.  Not where derive's own files were changed while it ran."""
    if runs_as_it_lies():
        records.put(key, json.dumps(vars(standing)).encode())


def _read(content: bytes | None) -> Standing | None:
    if content is None:
        return None
    found = json.loads(content)
    return Standing(found["files"], tuple(found["made"]), tuple(found["warnings"]))


def _unfinished(folder: Path) -> bool:
    """Whether a build was cut short there: it leaves a journal, or half of a file."""
    try:
        return any(name.startswith(".derive-") for name in os.listdir(folder))
    except OSError:
        return True


def _holds(folder: Path, path: str, digest: str) -> bool:
    """A plain file of that content.  A link, or anything else, is left to the build to judge."""
    try:
        handle = os.open(os.path.join(folder, path), os.O_RDONLY | _AS_IT_IS)
        with open(handle, "rb") as file:
            return stat.S_ISREG(os.fstat(handle).st_mode) and sha256(file.read()).hexdigest() == digest
    except OSError:
        return False


_AS_IT_IS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
