"""How lanes are merged: a quarter of them with the three quarters behind it, then eight in pairs, always in this order.

The first step is taken in vectors, the others with numbers that do not wait for one another.
"""

from __future__ import annotations

from derive.targets.c.helpers.record import Helper

FOLDS = (
    Helper(
        "sum_of_eight",
        "The sum of eight numbers, in pairs.",
        "const $real *u",
        (
            "const $real even = (u[0] + u[4]) + (u[2] + u[6]);",
            "const $real odd = (u[1] + u[5]) + (u[3] + u[7]);",
            "return even + odd;",
        ),
        only="f64",
    ),
    Helper(
        "larger",
        "The larger of two numbers.",
        "$real a, $real b",
        ("return a > b ? a : b;",),
    ),
    Helper(
        "largest_of_eight",
        "The largest of eight numbers.",
        "const $real *u",
        (
            "const $real a = derive_$tag_larger(u[0], u[4]);",
            "const $real b = derive_$tag_larger(u[1], u[5]);",
            "const $real c = derive_$tag_larger(u[2], u[6]);",
            "const $real d = derive_$tag_larger(u[3], u[7]);",
            "return derive_$tag_larger(derive_$tag_larger(a, c), derive_$tag_larger(b, d));",
        ),
    ),
)
