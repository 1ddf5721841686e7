"""The likelihood of many samples: the product underflows, the sum of logarithms does not."""

from __future__ import annotations

from functools import cache
from math import log
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

Q = 0.1
SAMPLES = 400
DTYPES = ("float32", "float64")


@cache
def products(dtype: str) -> Any:
    """The likelihood of the first 1, 2, ... samples, each of probability Q, multiplied up in one dtype."""
    return np.cumprod(np.full(SAMPLES, Q, dtype=dtype))


@cache
def sums() -> Any:
    """Minus the logarithm of the same: the information of each sample, by the generated kernel, added up in float32."""
    return np.cumsum(load("information")(np.full(SAMPLES, Q, dtype=np.float32)))


def draw(figure: Any, look: Look) -> None:
    axes = figure.subplots()
    count = np.arange(1, SAMPLES + 1)
    axes.plot(count, -sums() / log(10), color=look.colour(0), linewidth=1.2)
    look.label(axes, 215, -185, SUM, look.colour(0))
    for number, dtype in enumerate(DTYPES, start=1):
        product = products(dtype)
        zero = int(np.flatnonzero(product == 0)[0])
        lowest = np.log10(product[zero - 1])
        axes.plot(count[:zero], np.log10(product[:zero]), color=look.colour(number), linewidth=4 - number, alpha=0.8)
        axes.plot([count[zero]] * 2, [lowest, BOTTOM], color=look.colour(number), linewidth=1.2, dashes=(3, 2))
        axes.plot(count[zero], BOTTOM, "v", color=look.colour(number), markersize=7, clip_on=False)
        side = {"x": count[zero] + 6, "ha": "left"} if zero < SAMPLES / 2 else {"x": count[zero] - 6, "ha": "right"}
        text = ZERO.filled(dtype=dtype, count=count[zero])
        look.label(axes, y=-400, text=text, colour=look.colour(number), linespacing=1.4, **side)
    axes.set(xlim=(0, SAMPLES), ylim=(BOTTOM, 0), xlabel=look.say(COUNT), ylabel=look.say(LIKELIHOOD))


BOTTOM = -420.0
SUM = Text("sum of logarithms, float32", zh="对数之和（float32）")
ZERO = Text("{dtype}: 0 from\nsample {count} on", zh="{dtype}：第 {count} 个\n样本起为 0")
COUNT = Text("number of samples, each of probability 0.1", zh="样本数（每个样本的概率为 0.1）")
LIKELIHOOD = Text("log₁₀ of the likelihood", zh="似然的 log₁₀")

PICTURE = Picture(
    "likelihood_underflow",
    Text(
        "A likelihood multiplied up reaches 0, its logarithm does not: samples of probability 0.1",
        zh="似然连乘会下溢为 0，其对数不会：每个样本的概率为 0.1",
    ),
    Text(
        "The base-10 logarithm of a likelihood against the number of samples, each of probability 0.1: a straight "
        "line falling by 1 per sample. The product in float32 leaves it for 0 at sample 46, the product in float64 "
        "at sample 324; the sum of logarithms, in float32, goes on.",
        zh="似然的常用对数随样本数（每个样本概率为 0.1）的变化：每多一个样本下降 1 的直线。float32 的连乘在第 46 个样"
        "本处变为 0，float64 的连乘在第 324 个样本处变为 0；而对数之和（float32）一直延续下去。",
    ),
    draw,
)
