"""What turns generated text into something that Python can call: a compiler, a private cache, arrays."""

from __future__ import annotations

from derive.loading.loader import load
from derive.loading.loss_rows import OPTIONS
from derive.loading.troubles import CompilerError
from derive.store import CacheError

__all__ = ["CacheError", "CompilerError", "load", "OPTIONS"]
