"""The base of every error that is for the user; it imports nothing, so that saying what is wrong costs nothing."""

from __future__ import annotations


class DeriveError(Exception):
    """The base of every error that derive raises on purpose; its text is one line for the user."""
