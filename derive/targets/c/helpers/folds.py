"""How lanes are merged: the half behind into the half in front, until one is left."""

from __future__ import annotations

HALVES = ("DERIVE_LANES / 2", "DERIVE_LANES / 4", "DERIVE_LANES / 8", "DERIVE_LANES / 16", "DERIVE_LANES / 32")
"""How many lanes are left after each fold, down to one: numbers that a compiler knows."""
