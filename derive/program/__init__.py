"""How a formula is computed: specialise, stabilise, set apart, lower, fuse, keep, share - one pass, one file."""

from __future__ import annotations

from derive.program.kernels import programs

__all__ = ["programs"]
