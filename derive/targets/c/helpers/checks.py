"""The values of an input: checks of them before anything is written, and what stands for them where none are given."""

from __future__ import annotations

from derive.targets.c.helpers.record import Helper

CHECKS = (
    Helper(
        "given",
        "A value of an input, or what each is where there are none.",
        "const $real *values, size_t place, $real otherwise",
        ("return values == NULL ? otherwise : values[place];",),
    ),
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
