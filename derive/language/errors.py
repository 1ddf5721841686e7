"""What goes wrong in a way that its user can mend: one clear line each."""

from __future__ import annotations

from derive.errors import DeriveError

__all__ = ["MISTAKE", "DeriveError", "FormulaError"]

MISTAKE = "derive has made a mistake: please report the formula"
"""The way out where the user has none."""


class FormulaError(DeriveError):
    """A formula says something that has no meaning here."""
