"""Squared error and cross-entropy of a sigmoid, and their gradients, against the logit: where the unit saturates."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.pictures.look import Look
from derive.readers.pictures.picture import Picture

Z = np.linspace(-10, 6, 321)
WRONG = -4.0
"""Left of this the unit is sure, and wrong: the target is 1."""


@cache
def curves(name: str) -> tuple[Any, Any]:
    """Loss and derivative of one sigmoid unit with target 1, for each logit."""
    z = Z[:, None]
    value, grad = load(f"{name}_value_and_grad")(x=z, y=np.ones_like(z))
    return value, grad[:, 0]


def draw(figure: Any, look: Look) -> None:
    loss, slope = figure.subplots(1, 2)
    for axes, part in ((loss, 0), (slope, 1)):
        axes.axvspan(Z[0], WRONG, color=look.theme.wash, linewidth=0)
        axes.plot(Z, curves("bce_with_logits")[part], color=look.colour(0))
        axes.plot(Z, curves("mse_sigmoid")[part], color=look.colour(1))
        axes.set(xlim=(Z[0], Z[-1]), xlabel=look.say(LOGIT))
    look.title(loss, LOSS)
    look.label(loss, -5.9, 7.0, ENTROPY, look.colour(0), va="bottom")
    look.label(loss, -9.6, 0.85, SQUARED, look.colour(1), va="bottom")
    look.title(slope, SLOPE)
    look.label(slope, 0.4, -0.75, ENTROPY, look.colour(0), va="center")
    look.label(slope, -9.6, 0.06, VANISHES, look.colour(1), va="bottom", linespacing=1.4)
    look.label(slope, (Z[0] + WRONG) / 2, -0.5, SURE, ha="center", va="center", fontsize=9)
    loss.set_ylim(0, 10)
    slope.set_ylim(-1.08, 0.3)


LOGIT = Text("logit z (the target is 1)", zh="logit z（目标为 1）")
LOSS = Text("loss", zh="损失")
SLOPE = Text("derivative by z", zh="对 z 的导数")
ENTROPY = Text("cross-entropy", zh="交叉熵")
SQUARED = Text("squared error", zh="平方误差")
SURE = Text("sure, and wrong", zh="自信，但错了")
VANISHES = Text("squared error: no slope\nwhere it is most wrong", zh="平方误差：错得最厉害处\n梯度消失")

PICTURE = Picture(
    "saturation",
    Text(
        "Why not squared error: its gradient vanishes where the unit is sure and wrong (the target is 1)",
        zh="为什么不用 MSE：在自信但错误之处梯度消失（目标为 1）",
    ),
    Text(
        "Two panels against the logit of a sigmoid unit whose target is 1; the zone left of -4, where the unit is "
        "sure and wrong, is shaded. Left: there the cross-entropy rises in a straight line, the squared error levels "
        "off. Right: there the derivative of the cross-entropy goes to -1, that of the squared error to 0.",
        zh="两幅图，横轴为目标为 1 的 sigmoid 单元的 logit，阴影（小于 -4）是自信但错误的区域。左图：在那里交叉熵沿直"
        "线上升，平方误差则变平。右图：在那里交叉熵的导数趋于 -1，平方误差的导数趋于 0。",
    ),
    draw,
    size=(7.4, 3.5),
)
