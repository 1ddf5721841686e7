"""A sum over a row: its lanes, its compensated totals, and what they come to."""

from __future__ import annotations

from derive.targets.c.helpers.folds import HALVES
from derive.targets.c.helpers.record import Helper

SUMS = (
    Helper(
        "add",
        "One more summand to a total; what rounding takes from it is counted exactly.",
        "$real *total, $real *lost, $real added",
        (
            "const $real before = *total;",
            "const $real after = before + added;",
            "const $real counted = after - before;",
            "*lost += (before - (after - counted)) + (added - counted);",
            "*total = after;",
        ),
        "void",
    ),
    Helper(
        "whole",
        "A total with what rounding took from it, where that is finite.",
        "$real total, $real lost",
        ("return isfinite(lost) ? total + lost : total;",),
    ),
    Helper(
        "carry",
        "What the lanes hold goes to the total of each.  They end empty.",
        "derive_$tag_sum *sum",
        (
            "for (size_t lane = 0; lane < DERIVE_LANES; lane++) {",
            "    derive_$tag_add(&sum->totals[lane], &sum->lost[lane], sum->lanes[lane]);",
            "    sum->lanes[lane] = $zero;",
            "}",
        ),
        "void",
    ),
    Helper(
        "fold_sum",
        "The totals of so many lanes, and of as many behind them, in pairs.",
        "derive_$tag_sum *sum, size_t half",
        (
            "for (size_t lane = 0; lane < half; lane++) {",
            "    sum->lost[lane] += sum->lost[lane + half];",
            "    derive_$tag_add(&sum->totals[lane], &sum->lost[lane], sum->totals[lane + half]);",
            "}",
        ),
        "void",
    ),
    Helper(
        "total",
        "The whole of a sum: the totals of the lanes in pairs, always in the same order.",
        "derive_$tag_sum *sum",
        (
            "derive_$tag_carry(sum);",
            *(f"derive_$tag_fold_sum(sum, {half});" for half in HALVES),
            "return derive_$tag_whole(sum->totals[0], sum->lost[0]);",
        ),
        apart=True,
    ),
)
