"""The few small functions that kernels share: the mathematics of the support header, one text for both real types."""

from __future__ import annotations

from dataclasses import dataclass

from derive.targets.c.layout import fold
from derive.targets.c.reals import REALS, Real


@dataclass(frozen=True)
class Helper:
    """An inline function ``derive_<tag>_<name>``.

    In its text ``$real`` stands for the type, ``$tag`` for its tag, ``$zero`` and ``$one`` for its 0 and 1,
    ``$log`` for its logarithm.
    """

    name: str
    about: str
    parameters: str
    body: tuple[str, ...]
    returns: str = "$real"


@dataclass(frozen=True)
class Printed:
    """A helper for one type, as the template of the support header takes it."""

    about: str
    head: str
    body: tuple[str, ...]

    @property
    def opening(self) -> str:
        return "\n".join(fold(f"static inline {self.head} {{"))


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
        "log_ratio",
        "log(a / b); a difference of logarithms where the quotient leaves the normal numbers.",
        "$real a, $real b",
        ("const $real ratio = a / b;", "return isnormal(ratio) ? $log(ratio) : $log(a) - $log(b);"),
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
        "carry",
        "The lanes added in pairs, always in the same order, and to the total.  They end empty.",
        "derive_$tag_sum *sum",
        (
            "for (size_t half = DERIVE_LANES / 2; half > 0; half /= 2) {",
            "    for (size_t lane = 0; lane < half; lane++) {",
            "        sum->lanes[lane] += sum->lanes[lane + half];",
            "    }",
            "}",
            "const $real before = sum->total;",
            "const $real added = sum->lanes[0];",
            "const $real total = before + added;",
            "const $real counted = total - before;",
            "sum->lost += (before - (total - counted)) + (added - counted);",
            "sum->total = total;",
            "for (size_t lane = 0; lane < DERIVE_LANES; lane++) {",
            "    sum->lanes[lane] = $zero;",
            "}",
        ),
        "void",
    ),
    Helper(
        "total",
        "The whole of a sum; where it is not finite there is nothing to be put back.",
        "derive_$tag_sum *sum",
        (
            "derive_$tag_carry(sum);",
            "return isfinite(sum->lost) ? sum->total + sum->lost : sum->total;",
        ),
    ),
)
"""Those of a sum over a row."""

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
    ),
)
"""Those that look at the values of a vector before anything is written."""

SIZE_HELPERS = (
    Printed(
        "How many lanes a block has in use when so many classes are left.",
        "size_t derive_lanes_used(size_t left)",
        ("return left < DERIVE_LANES ? left : DERIVE_LANES;",),
    ),
    Printed(
        "Whether a block is full with the lanes that begin at a class.",
        "bool derive_ends_block(size_t base)",
        ("return (base + DERIVE_LANES) % DERIVE_BLOCK == 0;",),
    ),
    Printed(
        "Whether an input may have the stride; 0 means one row for all.",
        "bool derive_is_input_stride(size_t stride, size_t classes)",
        ("return stride == 0 || stride >= classes;",),
    ),
    Printed(
        "Whether a row of a vector output fits in the stride.",
        "bool derive_is_output_stride(size_t stride, size_t classes)",
        ("return stride >= classes;",),
    ),
    Printed(
        "Whether a matrix of a row fits in the stride.  (classes times classes might overflow.)",
        "bool derive_is_square_stride(size_t stride, size_t classes)",
        ("return stride / classes >= classes;",),
    ),
    Printed(
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


def helpers() -> tuple[Printed, ...]:
    """Every helper, those of a real type once for each."""
    return (*SIZE_HELPERS, *(_typed(helper, real) for helper in (*_HELPERS, *_SUMS, *_CHECKS) for real in REALS))


def _typed(helper: Helper, real: Real) -> Printed:
    def fill(text: str) -> str:
        return (
            text.replace("$real", real.name)
            .replace("$tag", real.tag)
            .replace("$zero", real.literal(0.0))
            .replace("$one", real.literal(1.0))
            .replace("$log", f"log{real.suffix}")
        )

    head = f"{fill(helper.returns)} derive_{real.tag}_{helper.name}({fill(helper.parameters)})"
    return Printed(helper.about, head, tuple(fill(line) for line in helper.body))
