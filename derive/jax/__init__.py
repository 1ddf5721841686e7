"""Formulas as functions of JAX arrays: compiled code calls the C kernels, differentiated by the derived ones."""

from __future__ import annotations

from derive.jax.transformable import load

__all__ = ["load"]
