"""Operations of the loop IR that C has no word for."""

from __future__ import annotations

from derive.targets.c.helpers.record import Helper

OPERATIONS = (
    Helper(
        "finite_or_zero",
        "u where it is finite, 0 for an infinity or NaN.",
        "$real u",
        ("return isfinite(u) ? u : $zero;",),
    ),
    Helper(
        "weighted",
        "w times u, but 0 where w is 0, whatever u is.",
        "$real w, $real u",
        ("return w == $zero ? $zero : w * u;",),
    ),
    Helper(
        "supported",
        "u where w is not 0, else minus infinity.",
        "$real w, $real u",
        ("return w == $zero ? ($real)-INFINITY : u;",),
    ),
    Helper(
        "weighted_ratio",
        "w divided by u, but 0 where w is 0, whatever u is.",
        "$real w, $real u",
        ("return w == $zero ? $zero : w / u;",),
    ),
    Helper(
        "max",
        "The larger of the two; NaN where one of them is.",
        "$real a, $real b",
        ("return a > b || isnan(a) ? a : b;",),
    ),
    Helper(
        "where_nonnegative",
        "a where c is 0 or above, b where it is below; NaN where c is.",
        "$real c, $real a, $real b",
        ("return c >= $zero ? a : c < $zero ? b : c;",),
    ),
    Helper(
        "sign",
        "1 above 0, -1 below, 0 at 0; NaN where u is.",
        "$real u",
        ("return u > $zero ? $one : u < $zero ? -$one : u == $zero ? $zero : u;",),
    ),
    Helper(
        "compare",
        "a where u is below v, b where they are equal, c where u is above; NaN where one of them is.",
        "$real u, $real v, $real a, $real b, $real c",
        ("return u < v ? a : u > v ? c : u == v ? b : u + v;",),
    ),
)

HELPERS = frozenset(helper.name for helper in OPERATIONS)
"""Their names: operations that are functions of the support header."""
