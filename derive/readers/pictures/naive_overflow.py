"""Naive softmax against the generated kernel, as all logits grow together."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.exhibits.naive import naive_softmax
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

GAPS = np.array([2.0, 1.0, 0.0], dtype=np.float32)
OFFSETS = np.linspace(-160, 160, 641, dtype=np.float32)


@cache
def curves() -> tuple[Any, Any]:
    """Both functions, float32, for each offset: shape (offsets, 3)."""
    x = OFFSETS[:, None] + GAPS
    with np.errstate(all="ignore"):
        naive = np.array([naive_softmax(row) for row in x])
    return naive, load("softmax")(x)


def draw(figure: Any, look: Look) -> None:
    naive, kernel = curves()
    axes = figure.subplots()
    lost = np.isnan(naive).any(axis=1)
    low, high = OFFSETS[~lost][0], OFFSETS[~lost][-1]
    for left, right in ((OFFSETS[0], low), (high, OFFSETS[-1])):
        axes.axvspan(left, right, color=look.theme.wash, linewidth=0)
    # Every eighth unit, and all close to where it fails: the values are wrong before they are NaN.
    step = OFFSETS[1] - OFFSETS[0]
    near = np.less(OFFSETS, low + 7) | np.greater(OFFSETS, high - 3)
    dots = ~lost & (near | np.less(OFFSETS % 8, step / 2))
    for k in range(3):
        axes.plot(OFFSETS, kernel[:, k], color=look.colour(0), linewidth=1.6)
        axes.plot(OFFSETS[dots], naive[dots, k], "o", color=look.colour(1), markersize=3.6, markerfacecolor="none")
        look.label(axes, 156, kernel[-1, k] + 0.025, f"s{'₁₂₃'[k]}", look.colour(0), ha="right")
    middle = float(kernel[0, 0]) * 0.5 + float(kernel[0, 1]) * 0.5
    look.label(axes, 0, middle + 0.05, GENERATED, look.colour(0), ha="center", va="center")
    look.label(axes, 0, middle - 0.06, NAIVE, look.colour(1), ha="center", va="center")
    look.label(axes, (high + 160) / 2, 0.93, TOO_LARGE, ha="center", va="center", fontsize=9)
    look.label(axes, (low - 160) / 2, 0.93, TOO_SMALL, ha="center", va="center", fontsize=9)
    axes.set(xlim=(-160, 160), ylim=(0, 1), xlabel=look.say(OFFSET), ylabel=look.say(PROBABILITY))
    axes.set_xticks([-150, float(round(low)), -50, 0, 50, float(round(high)), 150])


GENERATED = Text("generated kernel: the same at every offset", zh="生成的代码：与偏移量无关")
NAIVE = Text("naive exp(x) / Σ exp(x)", zh="朴素写法 exp(x) / Σ exp(x)")
TOO_LARGE = Text("NaN: ∞ / ∞", zh="NaN：∞ / ∞")
TOO_SMALL = Text("NaN: 0 / 0", zh="NaN：0 / 0")
OFFSET = Text(
    "offset c of the logits (c + 2, c + 1, c), float32", zh="logits (c + 2, c + 1, c) 的公共偏移量 c（float32）"
)
PROBABILITY = Text("probability", zh="概率")

PICTURE = Picture(
    "naive_overflow",
    Text(
        "Naive softmax fails where the shifted one gives the same as ever",
        zh="朴素 softmax 失效之处，平移后的 softmax 结果不变",
    ),
    Text(
        "Three probabilities against a common offset of the logits from -160 to 160, in float32. The generated kernel "
        "draws three level lines. The naive quotient of exponentials lies on them in the middle. It is NaN beyond "
        "about 86, where the exponentials overflow to infinity, and below about -106, where all of them are 0; just "
        "before either end it scatters.",
        zh="横轴为 logits 的公共偏移量（-160 到 160，float32），纵轴为三个概率。生成的代码给出三条水平线；朴素的指数"
        "之商只在中间与之重合：偏移量大于约 86 时指数上溢为无穷，小于约 -106 时指数全为 0，结果都是 NaN；在两端之前结"
        "果已经散乱。",
    ),
    draw,
)
