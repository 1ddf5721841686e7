"""Where derive's own files lie."""

from __future__ import annotations

from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
"""The package."""

_PACKAGED = HOUSE / "_templates"
_CHECKOUT = HOUSE.parent / "templates"


def template_folder() -> Path:
    """Where the templates lie: inside the installed package, or at the top of a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
