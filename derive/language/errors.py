"""What goes wrong in a way that its user can mend: one clear line each."""

from __future__ import annotations


class DeriveError(Exception):
    """The base of every error that derive raises on purpose; its text is one line for the user."""


class FormulaError(DeriveError):
    """A formula says something that has no meaning here."""
