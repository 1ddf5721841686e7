"""How an expression looks on a blackboard: the marks that every printer for people reads."""

from __future__ import annotations

from derive.notation.arranging import NotationError, arrange
from derive.notation.marks import Mark
from derive.notation.plain import ASCII, UNICODE, Style

__all__ = ["arrange", "ASCII", "Mark", "NotationError", "Style", "UNICODE"]
