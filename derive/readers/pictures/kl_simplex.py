"""KL divergence of q from p, over all distributions q on three classes."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

P = (0.5, 0.3, 0.2)
FINENESS = 90
LEVELS = (0.0, 0.02, 0.08, 0.2, 0.4, 0.7, 1.1, 1.6, 2.4)
LABELLED = (0.08, 0.4, 1.1)
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, sqrt(3) / 2]])
"""Where the distribution stands that is sure of class 1, 2, 3."""


@cache
def surface() -> tuple[Any, Any]:
    """Distributions q on a grid of the triangle, shape (points, 3), and the divergence at each."""
    steps = [(i, j, FINENESS - i - j) for i in range(FINENESS + 1) for j in range(FINENESS + 1 - i)]
    # Right at the edges a probability is 0 and the divergence infinite: the grid stops just before.
    q = (np.array(steps) + 0.03) / (FINENESS + 0.09)
    return q, load("kl_divergence")(q=q, p=np.broadcast_to(np.array(P), q.shape).copy())


def on_the_way(level: float) -> Any:
    """The distribution between p and the last corner at which the divergence is ``level``: found by halving."""
    corner, near, far = np.array((0.0, 0.0, 1.0)), 0.0, 1.0
    kernel = load("kl_divergence")
    for _ in range(40):
        middle = (near + far) / 2
        q = (1 - middle) * np.array(P) + middle * corner
        near, far = (middle, far) if kernel(q=q, p=np.array(P)) < level else (near, middle)
    return (1 - near) * np.array(P) + near * corner


def draw(figure: Any, look: Look) -> None:
    from matplotlib import colormaps

    q, divergence = surface()
    axes = figure.subplots()
    shades = colormaps[look.theme.surface](np.linspace(*look.theme.shades, len(LEVELS)))
    x, y = (q @ CORNERS).T
    axes.tricontourf(x, y, divergence, levels=LEVELS, colors=shades, extend="max")
    axes.tricontour(x, y, divergence, levels=LEVELS[1:], colors=look.theme.page, linewidths=0.5)
    axes.plot(*np.vstack([CORNERS, CORNERS[:1]]).T, color=look.theme.quiet, linewidth=1)
    for level in LABELLED:
        across, up = on_the_way(level) @ CORNERS
        look.label(axes, across, up, f"{level:g}", ha="center", va="center", fontsize=8.5)
    place = np.array(P) @ CORNERS
    axes.plot(*place, "o", color=look.colour(1), markersize=7)
    look.label(axes, place[0] + 0.025, place[1], MINIMUM, look.colour(1), va="center")
    for number, (corner, below) in enumerate(zip(CORNERS, (True, True, False), strict=True), start=1):
        text = CORNER.filled(number=number)
        look.label(axes, corner[0], corner[1] - 0.03 if below else corner[1] + 0.03, text,
                   ha="center", va="top" if below else "bottom", fontsize=9)  # fmt: skip
    axes.set(xlim=(-0.16, 1.16), ylim=(-0.1, 0.95), aspect="equal")
    axes.set_axis_off()


MINIMUM = Text("q = p", zh="q = p")
CORNER = Text("all on class {number}", zh="概率全在类别 {number}")

PICTURE = Picture(
    "kl_simplex",
    Text(
        "KL(p‖q) over all distributions q on three classes, for p = (0.5, 0.3, 0.2)",
        zh="三个类别上 KL(p‖q) 随 q 的变化，其中 p = (0.5, 0.3, 0.2)",
    ),
    Text(
        "A triangle whose points are the distributions q on three classes, with contours of KL(p‖q) for p = (0.5, "
        "0.3, 0.2). The divergence is 0 at q = p, a dot in the lower left, and grows in all directions, without "
        "bound towards the edges, where q gives no probability to a class that p does not exclude.",
        zh="三角形中的每一点是三个类别上的一个分布 q，等高线为 KL(p‖q)，其中 p = (0.5, 0.3, 0.2)。"
        "散度在 q = p（左下的圆点）处为 0，向各个方向增大，靠近边界（q 对某个 p 不为零的类别给出零概率）时趋于无穷。",
    ),
    draw,
    size=(6.0, 4.8),
)
