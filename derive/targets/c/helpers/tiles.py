"""Tiles: rows of few classes turned into columns, and back."""

from __future__ import annotations

from derive.targets.c.helpers.record import Helper

TILES = (
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
