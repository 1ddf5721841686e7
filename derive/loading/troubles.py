"""What can go wrong between generated text and a callable."""

from __future__ import annotations

from derive.errors import DeriveError


class CompilerError(DeriveError):
    """There is no C compiler, or it refused."""


class LoadError(DeriveError):
    """No kernel has the name, no target has it, or what was compiled cannot be loaded."""
