"""The few small functions that kernels share: the mathematics of the support header, one text for both real types."""

from __future__ import annotations

from dataclasses import dataclass

from derive.targets.c.layout import fold
from derive.targets.c.reals import REALS, Real


@dataclass(frozen=True)
class Helper:
    """An inline function ``derive_<tag>_<name>``.

    apart: whether it stays a function of its own: called once for a row or a tile, it only makes a kernel longer.

    In its text ``$real`` stands for the type, ``$tag`` for its tag, ``$zero`` and ``$one`` for its 0 and 1,
    ``$log`` for its logarithm, ``$index`` for the whole numbers of its size, ``$side`` for how many a vector holds.
    """

    name: str
    about: str
    parameters: str
    body: tuple[str, ...]
    returns: str = "$real"
    apart: bool = False


@dataclass(frozen=True)
class Inline:
    """A helper for one type, as the template of the support header takes it."""

    about: str
    head: str
    body: tuple[str, ...]
    apart: bool = False

    @property
    def opening(self) -> str:
        return "\n".join(fold(f"{'DERIVE_APART' if self.apart else 'DERIVE_INLINE'} {self.head} {{"))


HALVES = ("DERIVE_LANES / 2", "DERIVE_LANES / 4", "DERIVE_LANES / 8", "DERIVE_LANES / 16", "DERIVE_LANES / 32")
"""How many lanes are left after each fold, down to one: numbers that a compiler knows."""

_HELPERS = (
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

HELPERS = frozenset(helper.name for helper in _HELPERS)
"""Their names: operations that are functions of the support header."""

_SUMS = (
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
"""Those of a sum over a row."""

_LARGEST = (
    Helper(
        "no_largest",
        "The largest of nothing: minus infinity in every lane.",
        "void",
        (
            "derive_$tag_largest largest;",
            "for (size_t lane = 0; lane < DERIVE_LANES; lane++) {",
            "    largest.lanes[lane] = -INFINITY;",
            "}",
            "return largest;",
        ),
        "derive_$tag_largest",
        apart=True,
    ),
    Helper(
        "see_largest",
        "One more value in a lane.  A NaN is larger than nothing.",
        "derive_$tag_largest *largest, size_t lane, $real u",
        ("largest->lanes[lane] = u > largest->lanes[lane] ? u : largest->lanes[lane];",),
        "void",
    ),
    Helper(
        "fold_largest",
        "The larger of each of so many lanes and of one of as many behind them.",
        "$real *lanes, size_t half",
        (
            "for (size_t lane = 0; lane < half; lane++) {",
            "    lanes[lane] = lanes[lane + half] > lanes[lane] ? lanes[lane + half] : lanes[lane];",
            "}",
        ),
        "void",
    ),
    Helper(
        "largest_value",
        "The largest of all lanes.",
        "derive_$tag_largest *largest",
        (
            *(f"derive_$tag_fold_largest(largest->lanes, {half});" for half in HALVES),
            "return largest->lanes[0];",
        ),
        apart=True,
    ),
    Helper(
        "first_class",
        "The first class that has a value; 0 for minus infinity.",
        "size_t classes, const $real *restrict x, $real value",
        (
            "const size_t whole = value > -INFINITY ? derive_whole_blocks(classes) : 0;",
            "for (size_t base = 0; base < whole; base += DERIVE_LANES) {",
            "    $index first = DERIVE_LANES;",
            "    for ($index lane = 0; lane < DERIVE_LANES; lane++) {",
            "        const $index here = x[base + lane] == value ? lane : DERIVE_LANES;",
            "        first = here < first ? here : first;",
            "    }",
            "    if (first < DERIVE_LANES) {",
            "        return base + first;",
            "    }",
            "}",
            "for (size_t k = whole; k < classes && value > -INFINITY; k++) {",
            "    if (x[k] == value) {",
            "        return k;",
            "    }",
            "}",
            "return 0;",
        ),
        "size_t",
        apart=True,
    ),
    Helper(
        "no_top",
        "The largest of nothing: minus infinity in every lane, and its first class.",
        "void",
        (
            "derive_$tag_top top;",
            "for (size_t lane = 0; lane < DERIVE_LANES; lane++) {",
            "    top.lanes[lane] = -INFINITY;",
            "    top.block[lane] = 0;",
            "}",
            "return top;",
        ),
        "derive_$tag_top",
        apart=True,
    ),
    Helper(
        "see_top",
        "One more value in a lane: the class of so many lanes before it.  A NaN is larger than nothing.",
        "derive_$tag_top *top, size_t lane, size_t block, $real u",
        (
            "const bool larger = u > top->lanes[lane];",
            "/* (Compilers make a branch of a choice here, and a processor cannot foresee it.) */",
            "const $index chosen = larger ? ($index)-1 : 0;",
            "top->block[lane] = (($index)block & chosen) | (top->block[lane] & ~chosen);",
            "top->lanes[lane] = larger ? u : top->lanes[lane];",
        ),
        "void",
    ),
    Helper(
        "top_value",
        "The largest of all lanes.",
        "const derive_$tag_top *top",
        (
            "derive_$tag_largest largest;",
            "for (size_t lane = 0; lane < DERIVE_LANES; lane++) {",
            "    largest.lanes[lane] = top->lanes[lane];",
            "}",
            "return derive_$tag_largest_value(&largest);",
        ),
        apart=True,
    ),
    Helper(
        "top_class",
        "The first class that has the largest value of all, which is given.",
        "const derive_$tag_top *top, $real value",
        (
            "$index block = ($index)-1;",
            "for (size_t lane = 0; lane < DERIVE_LANES; lane++) {",
            "    const $index here = top->lanes[lane] == value ? top->block[lane] : ($index)-1;",
            "    block = here < block ? here : block;",
            "}",
            "$index first = DERIVE_LANES;",
            "for ($index lane = 0; lane < DERIVE_LANES; lane++) {",
            "    const bool has_it = top->lanes[lane] == value && top->block[lane] == block;",
            "    const $index here = has_it ? lane : DERIVE_LANES;",
            "    first = here < first ? here : first;",
            "}",
            "return (size_t)block * DERIVE_LANES + first;",
        ),
        "size_t",
        apart=True,
    ),
)
"""Those of the largest value of a row."""

_TILES = (
    Helper(
        "fill_tile",
        "Rows into the strips of a tile; where there are too few, the first stands in for the others.",
        "$real *restrict tile, const $real *restrict x, size_t stride, size_t height, size_t classes",
        (
            "for (size_t row = 0; row < derive_strips(height); row += $side) {",
            "    const $real *from[$side];",
            "    for (size_t one = 0; one < $side; one++) {",
            "        from[one] = x + (row + one < height ? row + one : 0) * stride;",
            "    }",
            "    for (size_t k = 0; k < classes && classes < $side; k++) {",
            "        for (size_t one = 0; one < $side; one++) {",
            "            tile[k * DERIVE_TILE + row + one] = from[one][k];",
            "        }",
            "    }",
            "    for (size_t k = 0; k < classes && classes >= $side; k += $side) {",
            "        const size_t first = derive_square_at(k, $side, classes);",
            "        derive_$tag_turn(tile + first * DERIVE_TILE + row, DERIVE_TILE, from, first);",
            "    }",
            "}",
        ),
        "void",
        apart=True,
    ),
    Helper(
        "spill_tile",
        "The rows of a tile that are in use to their places.",
        "$real *restrict x, size_t stride, const $real *restrict tile, size_t height, size_t classes",
        (
            "const size_t turned = classes < $side ? 0 : height - height % $side;",
            "for (size_t row = 0; row < turned; row += $side) {",
            "    for (size_t k = 0; k < classes; k += $side) {",
            "        const size_t first = derive_square_at(k, $side, classes);",
            "        const $real *from[$side];",
            "        for (size_t one = 0; one < $side; one++) {",
            "            from[one] = tile + (first + one) * DERIVE_TILE;",
            "        }",
            "        derive_$tag_turn(x + row * stride + first, stride, from, row);",
            "    }",
            "}",
            "for (size_t row = turned; row < height; row++) {",
            "    for (size_t k = 0; k < classes; k++) {",
            "        x[row * stride + k] = tile[k * DERIVE_TILE + row];",
            "    }",
            "}",
        ),
        "void",
        apart=True,
    ),
)
"""Those of a tile of rows."""

_CHECKS = (
    Helper(
        "are_within",
        "Whether no value is outside its domain.  The ends belong to it; a NaN is let through.",
        "const $real *values, size_t stride, size_t rows, size_t classes, $real low, $real high",
        (
            "for (size_t row = 0; row < rows; row++) {",
            "    bool outside = false;",
            "    for (size_t k = 0; k < classes; k++) {",
            "        const $real value = values[row * stride + k];",
            "        outside = outside || value < low || value > high;",
            "    }",
            "    if (outside) {",
            "        return false;",
            "    }",
            "}",
            "return true;",
        ),
        "bool",
        apart=True,
    ),
)
"""Those that look at the values of a vector before anything is written."""

SIZE_HELPERS = (
    Inline(
        "How many rows a thread takes when so many are left.",
        "size_t derive_chunk(size_t left)",
        ("return left < DERIVE_CHUNK ? left : DERIVE_CHUNK;",),
    ),
    Inline(
        "Whether there is so much to do that other threads are worth waking.",
        "bool derive_repays_threads(size_t rows, size_t classes)",
        ("return rows > DERIVE_CHUNK && rows * classes >= 16384;",),
    ),
    Inline(
        "How many rows of a tile are in use when so many are left.",
        "size_t derive_tile_height(size_t left)",
        ("return left < DERIVE_TILE ? left : DERIVE_TILE;",),
    ),
    Inline(
        "How many rows the strips have in which so many are.",
        "size_t derive_strips(size_t height)",
        ("return (height + DERIVE_STRIP - 1) / DERIVE_STRIP * DERIVE_STRIP;",),
    ),
    Inline(
        "Where a square begins; the last one ends with the classes.",
        "size_t derive_square_at(size_t k, size_t side, size_t classes)",
        ("return k + side <= classes ? k : classes - side;",),
    ),
    Inline(
        "The labels of a tile; where there are too few, the first stands in for the others.",
        "void derive_fill_labels(uint32_t *restrict tile, const int64_t *restrict labels, size_t height)",
        (
            "for (size_t row = 0; row < derive_strips(height); row++) {",
            "    tile[row] = (uint32_t)labels[row < height ? row : 0];",
            "}",
        ),
    ),
    Inline(
        "How many lanes a block has in use when so many classes are left.",
        "size_t derive_lanes_used(size_t left)",
        ("return left < DERIVE_LANES ? left : DERIVE_LANES;",),
    ),
    Inline(
        "How many of so many classes fill whole blocks of lanes.",
        "size_t derive_whole_blocks(size_t classes)",
        ("return classes - classes % DERIVE_LANES;",),
    ),
    Inline(
        "Whether a block is full with the lanes that begin at a class.",
        "bool derive_ends_block(size_t base)",
        ("return (base + DERIVE_LANES) % DERIVE_BLOCK == 0;",),
    ),
    Inline(
        "Whether an input may have the stride; 0 means one row for all.",
        "bool derive_is_input_stride(size_t stride, size_t classes)",
        ("return stride == 0 || stride >= classes;",),
    ),
    Inline(
        "Whether a row of a vector output fits in the stride.",
        "bool derive_is_output_stride(size_t stride, size_t classes)",
        ("return stride >= classes;",),
    ),
    Inline(
        "Whether a matrix of a row fits in the stride.  (classes times classes might overflow.)",
        "bool derive_is_square_stride(size_t stride, size_t classes)",
        ("return stride / classes >= classes;",),
    ),
    Inline(
        "Whether every label names a class.",
        "bool derive_are_labels(const int64_t *labels, size_t rows, size_t classes)",
        (
            "for (size_t row = 0; row < rows; row++) {",
            "    if (labels[row] < 0 || (uint64_t)labels[row] >= classes) {",
            "        return false;",
            "    }",
            "}",
            "return true;",
        ),
    ),
)
"""Those of no real type: sizes, strides, labels."""


def helpers() -> tuple[Inline, ...]:
    """Every helper, those of a real type once for each."""
    return (
        *SIZE_HELPERS,
        *(_typed(helper, real) for helper in (*_HELPERS, *_SUMS, *_LARGEST, *_TILES, *_CHECKS) for real in REALS),
    )


def _typed(helper: Helper, real: Real) -> Inline:
    def fill(text: str) -> str:
        return (
            text.replace("$real", real.name)
            .replace("$tag", real.tag)
            .replace("$zero", real.literal(0.0))
            .replace("$one", real.literal(1.0))
            .replace("$index", real.index)
            .replace("$side", f"DERIVE_{real.tag.upper()}_SIDE")
            .replace("$log", f"derive_{real.tag}_log")
        )

    head = f"{fill(helper.returns)} derive_{real.tag}_{helper.name}({fill(helper.parameters)})"
    return Inline(helper.about, head, tuple(fill(line) for line in helper.body), helper.apart)
