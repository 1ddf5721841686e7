"""In what form a formula is computed: expression -> expression, and no digit is lost."""

from __future__ import annotations

from derive.numerics.centring import centre
from derive.numerics.exponents.scales import exposed, scale
from derive.numerics.set_apart import complement_at_labels, set_top_apart

__all__ = ["centre", "complement_at_labels", "exposed", "scale", "set_top_apart"]
