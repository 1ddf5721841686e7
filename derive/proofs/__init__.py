"""Why each statement holds: claims become theorems, line by line."""

from __future__ import annotations

from derive.proofs.derive import derive_formula
from derive.proofs.theorems import theorem_of

__all__ = ["derive_formula", "theorem_of"]
