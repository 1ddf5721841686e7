"""How a formula is transformed: derivatives, products with them, shift theorems, bounds."""

from __future__ import annotations

from derive.derivations.directions import tangent, upstream
from derive.derivations.first import derivative, differentiate, free_index
from derive.derivations.found import derivations_of, theorems_of

__all__ = ["derivations_of", "derivative", "differentiate", "free_index", "tangent", "theorems_of", "upstream"]
