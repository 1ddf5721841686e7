"""The outputs: one folder each, none imports another."""

from __future__ import annotations

from derive.targets.base import Built, PrintError, Target

__all__ = ["Built", "PrintError", "Target"]
