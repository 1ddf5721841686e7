"""The error of three ways to the loss at a label, in units in the last place, against a common offset."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.language.text import Text
from derive.loading import load
from derive.readers.exhibits.naive import naive_softmax
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Point, evaluate_float

OFFSETS = np.unique(np.logspace(0, 6, 37).round().astype(np.float32))
ROWS, CLASSES, RIGHT = 24, 5, 0
FLOOR = 2.0**-4
"""What is drawn for an error of 0 on a logarithmic axis."""


@cache
def errors() -> dict[str, Any]:
    """The largest error over some rows, in ulp of the exact loss; NaN where the way gives no finite number."""
    random = np.random.default_rng(7)
    labels = np.full(ROWS, RIGHT)
    found: dict[str, list[float]] = {"naive": [], "late": [], "kernel": []}
    for offset in OFFSETS:
        x = (random.normal(0.0, 1.5, (ROWS, CLASSES)) + offset).astype(np.float32)
        with np.errstate(all="ignore"):
            naive = np.array([-np.log(naive_softmax(row)[RIGHT]) for row in x])
        late = load("logsumexp")(x) - x[:, RIGHT]
        kernel = load("cross_entropy_label")(x, labels)
        exact = [evaluate_float(cross_entropy_label.expression, _point(row), "float64") for row in x]
        for way, values in (("naive", naive), ("late", late), ("kernel", kernel)):
            found[way].append(max(_ulps(v, e) for v, e in zip(values, exact, strict=True)))
    return {way: np.array(values) for way, values in found.items()}


def _point(row: Any) -> Point:
    return Point(CLASSES, {"x": [float(v) for v in row]}, {"t": RIGHT + 1})


def _ulps(value: Any, exact: float) -> float:
    if not np.isfinite(value):
        return float("nan")
    return max(FLOOR, float(abs(Fraction(float(value)) - Fraction(exact)) / FORMATS["float32"].unit(Fraction(exact))))


def draw(figure: Any, look: Look) -> None:
    found = errors()
    axes = figure.subplots()
    last = int(np.flatnonzero(np.isfinite(found["naive"]))[-1])
    axes.loglog(OFFSETS, found["late"], color=look.colour(3))
    axes.loglog(OFFSETS, found["naive"], color=look.colour(1))
    axes.loglog(OFFSETS, found["kernel"], color=look.colour(0))
    axes.plot(OFFSETS[last], found["naive"][last], "x", color=look.colour(1), markersize=8, markeredgewidth=2)
    axes.axhline(1, color=look.theme.quiet, linewidth=0.8, dashes=(2, 3))
    look.label(axes, 1.2e3, 6e4, LATE, look.colour(3), ha="right")
    look.label(axes, OFFSETS[last] * 1.3, found["naive"][last], NAIVE, look.colour(1), va="center")
    look.label(axes, 3e3, 0.25, KERNEL, look.colour(0), ha="left", va="center")
    axes.set(xlim=(1, 1e6), ylim=(0.1, 2e6), xlabel=look.say(OFFSET), ylabel=look.say(ERROR))


LATE = Text("log Σ exp x, then minus x at the label", zh="先求 log Σ exp x，再减去标签处的 x")
NAIVE = Text("naive: no finite number from here on", zh="朴素写法：由此起不再有限")
KERNEL = Text("generated kernel", zh="生成的代码")
OFFSET = Text("offset added to all logits, float32", zh="加在所有 logits 上的偏移量（float32）")
ERROR = Text("largest error of the loss (ulp)", zh="损失的最大误差（ulp）")

PICTURE = Picture(
    "ulp_offset",
    Text("The error of the cross-entropy as the logits move away from 0", zh="logits 远离 0 时交叉熵的误差"),
    Text(
        "The largest error of the loss at a label in ulp, against an offset from 1 to a million added to all logits, "
        "both axes logarithmic, in float32. The generated kernel stays near 1 ulp. The naive formula stops giving "
        "finite numbers a little before 88. Taking log-sum-exp first and subtracting the logit at the label "
        "afterwards loses in proportion to the offset, to about a million ulp.",
        zh="标签处损失的最大误差（ulp）随加在所有 logits 上的偏移量（1 到一百万）的变化，双对数坐标，float32。生成的"
        "内核始终在 1 ulp 左右；朴素写法在偏移量接近 88 时不再给出有限的数；先求 log-sum-exp 再减去标签处的 logit，误"
        "差与偏移量成正比，最终约达一百万 ulp。",
    ),
    draw,
)
