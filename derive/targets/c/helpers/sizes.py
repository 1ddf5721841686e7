"""Sizes, strides and labels: helpers of no real type."""

from __future__ import annotations

from derive.targets.c.helpers.record import Inline

SIZES = (
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
