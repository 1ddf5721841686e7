"""The softmax of three logits as the temperature goes from near 0 to large."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

LOGITS = (2.0, 1.0, 0.5)
TEMPERATURES = np.geomspace(0.05, 100, 241)


@cache
def shares() -> Any:
    """The probabilities at each temperature: shape (temperatures, 3)."""
    kernel = load("tempered_softmax")
    return np.array([kernel(np.array(LOGITS), T=float(T)) for T in TEMPERATURES])


def draw(figure: Any, look: Look) -> None:
    s = shares()
    axes = figure.subplots()
    axes.axhline(1 / 3, color=look.theme.quiet, linewidth=0.8, dashes=(2, 3))
    axes.axvline(1, color=look.theme.quiet, linewidth=0.8, dashes=(2, 3))
    near = int(np.argmin(abs(TEMPERATURES - 1)))
    for k, logit in enumerate(LOGITS):
        axes.semilogx(TEMPERATURES, s[:, k], color=look.colour(k))
        axes.plot([1], [s[near, k]], "o", color=look.colour(k), markersize=5)
        where = {"x": 0.88, "y": s[near, k] + 0.02, "ha": "right"} if k == 1 else {"x": 1.15, "y": s[near, k]}
        above = "top" if k == 2 else "bottom"
        look.label(axes, text=f"x = {logit:g}", colour=look.colour(k), va=above, **where)
    look.label(axes, 0.055, 0.5, COLD, va="center", fontsize=9, linespacing=1.5)
    look.label(axes, 95, 0.42, HOT, ha="right", va="bottom", fontsize=9, linespacing=1.5)
    axes.set(xlim=(0.05, 100), ylim=(0, 1.02), xlabel=look.say(TEMPERATURE), ylabel=look.say(PROBABILITY))
    axes.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])


COLD = Text("T → 0: all to the largest", zh="T → 0：全部归于最大者")
HOT = Text("T → ∞: one third each", zh="T → ∞：各占三分之一")
TEMPERATURE = Text("temperature T", zh="温度 T")
PROBABILITY = Text("probability", zh="概率")

PICTURE = Picture(
    "temperature",
    Text(
        "Softmax of the logits x = (2, 1, 0.5) as the temperature T changes",
        zh="logits x = (2, 1, 0.5) 的 softmax 随温度 T 的变化",
    ),
    Text(
        "Three curves: the probabilities that softmax(x / T) gives to the logits 2, 1 and 0.5, against T on a "
        "logarithmic axis from 0.05 to 100. Near T = 0 the largest logit has probability 1 and the others 0; as T "
        "grows the curves come together at one third.",
        zh="三条曲线为 softmax(x / T) 赋予 logits 2、1、0.5 的概率，横轴为对数刻度的温度 T（0.05 到 100）。"
        "T 接近 0 时最大的 logit 概率为 1，其余为 0；T 增大时三条曲线汇合于三分之一。",
    ),
    draw,
)
