"""What can go wrong between generated text and a callable."""

from __future__ import annotations

from derive.language.errors import DeriveError


class CompilerError(DeriveError):
    """There is no C compiler, or it refused."""


class CacheError(DeriveError):
    """The cache folder cannot be used, or is not private."""
