"""A formula as a user of NumPy or Numba would write it down: as it stands, with no thought of rounding or of memory."""

from __future__ import annotations

from derive.bench.plain.arrays import array_text
from derive.bench.plain.module import load_text
from derive.bench.plain.reading import Plain, PlainError, plain_of
from derive.bench.plain.rows import row_text

__all__ = ["Plain", "PlainError", "array_text", "load_text", "plain_of", "row_text"]
