"""Rows at random, the same ones for the same seed: any offset, any spread, any setting of the parameters, masks."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.language.domains import domain_of
from derive.language.inputs import Parameter
from derive.verify.asked import Asked
from derive.verify.rows import SETTINGS, Region, Row, point_of, single

FEW, MORE = (1, 2, 2, 5, 5, 9, 9, 33), (65,)
"""How many classes each row has; more only where the results are not one for each pair of classes."""
MASKED = 0.4
"""How many rows hold masks, and of these rows how many classes."""


def random_rows(asked: Asked, seed: str = "", lengths: Sequence[int] = FEW) -> Iterator[Row]:
    dice = random.Random(f"{asked.seed} {seed} {lengths}")
    for classes in lengths:
        region = _region(dice, classes)
        point = point_of(asked, region, dice, classes)
        scalars = {one.name: _setting(one, dice) for one in asked.parameters}
        said = [f"{name} = {value:g}" for name, value in scalars.items()]
        yield Row(", ".join([region.name, f"n = {classes}", *said]), replace(point, scalars=scalars))


def _region(dice: random.Random, classes: int) -> Region:
    offset = dice.choice([0, 0, 1, -1]) * single(10 ** dice.uniform(0, 5))
    spread, masks = 10 ** dice.uniform(-3, 2.5), MASKED * (dice.random() < MASKED)
    masked = {k for k in range(1, classes) if dice.random() < masks}

    def draw(dice: random.Random, k: int) -> float:
        return -math.inf if k in masked else offset + dice.gauss(0, spread)

    words = ["random"] + [f"offset {offset:.3g}"] * bool(offset) + [f"spread {spread:.2g}"] + ["masks"] * bool(masked)
    return Region(", ".join(words), draw)


def _setting(parameter: Parameter, dice: random.Random) -> float:
    chosen = dice.choice(SETTINGS[domain_of(parameter).positive])
    return single(parameter.default if chosen is None else chosen)
