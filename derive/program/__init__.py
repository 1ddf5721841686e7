"""How a formula is computed: specialise, stabilise, set apart, lower, fuse, keep, share - one pass, one file."""

from __future__ import annotations

from derive.program.kernels import kernels, programs, stages

__all__ = ["kernels", "programs", "stages"]
