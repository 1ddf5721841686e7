"""Log-sum-exp between the maximum and the maximum plus log n."""

from __future__ import annotations

from functools import cache
from math import log
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

U = np.linspace(-5, 5, 401)


@cache
def values() -> Any:
    """The function at (u, 0)."""
    return load("logsumexp")(np.stack([U, np.zeros_like(U)], axis=-1))


def draw(figure: Any, look: Look) -> None:
    axes = figure.subplots()
    largest = np.maximum(U, 0)
    axes.fill_between(U, largest, largest + log(2), color=look.theme.wash, linewidth=0)
    axes.plot(U, largest + log(2), color=look.colour(1), linewidth=1.2, dashes=(5, 2))
    axes.plot(U, values(), color=look.colour(0))
    axes.plot(U, largest, color=look.colour(2), linewidth=1.2)
    axes.plot([0], [log(2)], "o", color=look.colour(0), markersize=5)
    look.label(axes, 2.0, 3.35, "max(u, 0) + log 2", look.colour(1), ha="right", va="center")
    look.label(axes, 2.9, 2.1, "max(u, 0)", look.colour(2), ha="left", va="center")
    look.point_out(axes, (0, log(2)), (-1.4, 1.7), TIE, color=look.colour(0))
    look.label(axes, -4.0, 0.36, LSE, look.colour(0), va="center")
    axes.set(xlim=(-5, 5), ylim=(-0.4, 5), xlabel=look.say("u"), ylabel="")


LSE = Text("log(exp(u) + 1)")
TIE = Text("a tie: log n above the maximum", zh="相等时：比最大值高 log n")

PICTURE = Picture(
    "lse_bounds",
    Text(
        "Log-sum-exp lies between max x and max x + log n: here x = (u, 0) and n = 2",
        zh="log-sum-exp 介于 max x 与 max x + log n 之间：图中 x = (u, 0)，n = 2",
    ),
    Text(
        "The log-sum-exp of (u, 0) for u from -5 to 5 is a smooth curve in the band between max(u, 0) and "
        "max(u, 0) + log 2. It touches the upper edge at u = 0, where both are equal, and comes close to the lower "
        "edge on both sides.",
        zh="u 从 -5 到 5 时，(u, 0) 的 log-sum-exp 是一条光滑曲线，夹在 max(u, 0) 与 max(u, 0) + log 2 之间："
        "在 u = 0（两者相等）处与上界相切，向两侧则贴近下界。",
    ),
    draw,
)
