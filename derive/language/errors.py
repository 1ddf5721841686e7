"""What goes wrong in a way that its user can mend: one clear line each."""

from __future__ import annotations

from derive.errors import DeriveError

__all__ = ["DeriveError", "FormulaError"]


class FormulaError(DeriveError):
    """A formula says something that has no meaning here."""
