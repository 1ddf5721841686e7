"""What may be done with expressions, as data: rules, where they fit, and the record of their use."""

from __future__ import annotations

from derive.algebra.canonical import same
from derive.algebra.rewriting import Trace, Use, rewrite, rewrite_once
from derive.algebra.signs import is_nonnegative, is_positive

__all__ = ["is_nonnegative", "is_positive", "rewrite", "rewrite_once", "same", "Trace", "Use"]
