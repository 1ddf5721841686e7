"""Where in a formula file something was written."""

from __future__ import annotations

import inspect
from pathlib import Path

_HERE = __name__.rpartition(".")[0]


def written_at() -> tuple[Path, int]:
    """The file and the line of the nearest caller outside the language."""
    frame = inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__")).rpartition(".")[0] == _HERE:
        frame = frame.f_back
    assert frame is not None
    return Path(frame.f_code.co_filename), frame.f_lineno


def is_name(text: object) -> bool:
    """Whether it may name an input, a formula, a file: an identifier in ASCII that does not begin with ``_``."""
    return isinstance(text, str) and text.isidentifier() and text.isascii() and not text.startswith("_")
