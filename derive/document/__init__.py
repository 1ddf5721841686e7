"""What a document says of a formula, before any medium spells it."""

from __future__ import annotations

from derive.document.brief import ROUTINE, in_brief
from derive.document.citations import told
from derive.document.recorded import Alone, DocumentError, Recorded
from derive.document.rules import anchor

__all__ = ["Alone", "anchor", "DocumentError", "in_brief", "Recorded", "ROUTINE", "told"]
