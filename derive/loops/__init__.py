"""With which passes over the classes: Program -> Program, one pass, one file."""

from __future__ import annotations

from derive.loops.caveats import conventions
from derive.loops.lower import LowerError
from derive.loops.passes import PASSES, Work, passed

__all__ = ["conventions", "LowerError", "passed", "PASSES", "Work"]
