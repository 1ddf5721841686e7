"""The command line: its verbs, and how they look."""

from __future__ import annotations

from derive.cli.door import run

__all__ = ["run"]
