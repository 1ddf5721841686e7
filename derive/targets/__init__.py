"""The outputs: one folder each, none imports another."""

from __future__ import annotations

from derive.targets.base import Built, Gathering, PrintError, Target

__all__ = ["Built", "Gathering", "PrintError", "Target"]
