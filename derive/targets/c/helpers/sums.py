"""A sum over a row: its lanes, its compensated totals, and what they come to."""

from __future__ import annotations

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
        "four_lanes",
        "What four lanes come to in double, each a quarter of all from the next.",
        "const $real *lanes",
        (
            "const double even = (double)lanes[0] + (double)lanes[DERIVE_LANES / 2];",
            "const double odd = (double)lanes[DERIVE_LANES / 4] + (double)lanes[3 * DERIVE_LANES / 4];",
            "return even + odd;",
        ),
        "double",
        only="f32",
    ),
    Helper(
        "total",
        "The whole of a sum: what it holds, and what rounding took from that, added in double.",
        "const derive_$tag_sum *sum",
        (
            "double totals[DERIVE_LANES / 4];",
            "double lost[DERIVE_LANES / 4];",
            "for (size_t lane = 0; lane < DERIVE_LANES / 4; lane++) {",
            "    const double held = derive_$tag_four_lanes(sum->lanes + lane);",
            "    totals[lane] = held + derive_$tag_four_lanes(sum->totals + lane);",
            "    lost[lane] = derive_$tag_four_lanes(sum->lost + lane);",
            "}",
            "const double total = derive_f64_sum_of_eight(totals);",
            "return (float)derive_f64_whole(total, derive_f64_sum_of_eight(lost));",
        ),
        apart=True,
        only="f32",
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
        only="f64",
    ),
    Helper(
        "total",
        "The whole of a sum: the totals of the lanes in pairs, always in the same order.",
        "derive_$tag_sum *sum",
        (
            "derive_$tag_carry(sum);",
            *(f"derive_$tag_fold_sum(sum, DERIVE_LANES / {parts});" for parts in (2, 4, 8, 16, 32)),
            "return derive_$tag_whole(sum->totals[0], sum->lost[0]);",
        ),
        apart=True,
        only="f64",
    ),
)
