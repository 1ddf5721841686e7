"""Checks of the values of a vector, before anything is written."""

from __future__ import annotations

from derive.targets.c.helpers.record import Helper

CHECKS = (
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
