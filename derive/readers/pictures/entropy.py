"""Entropy of two outcomes against the probability of one of them."""

from __future__ import annotations

from functools import cache
from math import log
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

P = np.linspace(0, 1, 401)
HALF = 200
"""The place of p = 1/2."""


@cache
def entropies() -> Any:
    """Of (p, 1 - p)."""
    return load("entropy")(np.stack([P, 1 - P], axis=-1))


def draw(figure: Any, look: Look) -> None:
    axes = figure.subplots()
    axes.axhline(log(2), color=look.theme.quiet, linewidth=0.8, dashes=(2, 3))
    axes.plot(P, entropies(), color=look.colour(2))
    axes.plot([P[HALF]], [entropies()[HALF]], "o", color=look.colour(2), markersize=5)
    look.label(axes, 0.5, log(2) + 0.018, UNIFORM, ha="center", va="bottom", fontsize=9)
    look.label(axes, 0.5, 0.3, CERTAIN, ha="center", va="center", fontsize=9, linespacing=1.5)
    axes.set(xlim=(0, 1), ylim=(0, 0.8), xlabel=look.say(PROBABILITY), ylabel=look.say(ENTROPY))


UNIFORM = Text("most at p = 1/2: log 2", zh="p = 1/2 时最大：log 2")
CERTAIN = Text("none at p = 0 and p = 1:\nthe outcome is certain", zh="p = 0 与 p = 1 时为零：\n结果已确定")
PROBABILITY = Text("probability p of one outcome, 1 − p of the other", zh="一种结果的概率 p，另一种为 1 − p")
ENTROPY = Text("entropy (nats)", zh="熵（奈特）")

PICTURE = Picture(
    "entropy",
    Text("The entropy of two outcomes is largest where both are as likely", zh="两种结果等可能时熵最大"),
    Text(
        "The entropy of two outcomes with probabilities p and 1 - p, against p: an arch that is 0 at both ends, where "
        "the outcome is certain, and largest, log 2, in the middle at p = 1/2.",
        zh="概率为 p 与 1 - p 的两种结果的熵随 p 的变化：一条拱形曲线，两端（结果已确定）为 0，在中间 p = 1/2 处取最"
        "大值 log 2。",
    ),
    draw,
    size=(5.8, 3.6),
)
