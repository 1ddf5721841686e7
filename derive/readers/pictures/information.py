"""Information of one event against its probability."""

from __future__ import annotations

from functools import cache
from math import log
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

RARE, COMMON = 0.02, 0.98
LOWEST = 0.004
"""Where the curve leaves the picture."""


@cache
def information(p: tuple[float, ...]) -> Any:
    """Of events with these probabilities."""
    return load("information")(np.array(p)[:, None])[:, 0]


def draw(figure: Any, look: Look) -> None:
    axes = figure.subplots()
    p = tuple(np.geomspace(LOWEST, 1, 300))
    axes.plot(p, information(p), color=look.colour(0))
    rare, common = information((RARE, COMMON))
    axes.plot([RARE, COMMON], [rare, common], "o", color=look.colour(0), markersize=5, clip_on=False)
    look.label(axes, RARE + 0.03, rare, SNOW, va="center", fontsize=9)
    look.point_out(axes, (COMMON, common), (0.78, 1.1), MEALS)
    axes.set(xlim=(0, 1), ylim=(0, -log(LOWEST)), xlabel=look.say(PROBABILITY), ylabel=look.say(INFORMATION))


SNOW = Text("rare: snow in the tropics", zh="罕见：西双版纳下雪")
MEALS = Text("near certain: three meals a day", zh="几乎必然：一日三餐")
PROBABILITY = Text("probability p", zh="概率 p")
INFORMATION = Text("information −log p (nats)", zh="信息量 −log p（奈特）")

PICTURE = Picture(
    "information",
    Text("The rarer the event, the more information", zh="事件越罕见，信息量越大"),
    Text(
        "The information -log p against the probability p of an event: it falls from very large values at small p, "
        "marked 'rare: snow in the tropics', to 0 at p = 1, next to 'near certain: three meals a day'.",
        zh="事件的信息量 -log p 随概率 p 增大而减小：p 很小（罕见：西双版纳下雪）时很大，p 接近 1（几乎必然：一日三"
        "餐）时趋于 0。",
    ),
    draw,
    size=(5.8, 3.6),
)
