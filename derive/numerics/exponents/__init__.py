"""Exponentials that cannot overflow: what is taken off, and what it is taken off from."""

from __future__ import annotations

from derive.numerics.exponents.exposed import exposed
from derive.numerics.exponents.scales import scale

__all__ = ["exposed", "scale"]
