"""What a change of a formula file does to the mathematics."""

from __future__ import annotations

from derive.changes.sides import difference

__all__ = ["difference"]
