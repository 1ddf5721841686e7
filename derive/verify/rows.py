"""Rows on which kernels are held to their digits: far from 0 and close together, one class above all, ties, huge, tiny.

Every number is a float32, so that one row with one right result serves both dtypes.  The rows are the same every time.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from derive.language.axes import CLASSES
from derive.language.components import Vector
from derive.language.domains import Domain, domain_of
from derive.language.inputs import Parameter
from derive.verify.asked import Asked
from derive.verify.oracle import Point
from derive.verify.points import axes_of, picks_of, places_in, sizes_at

Draw = Callable[[random.Random, int], float]


@dataclass(frozen=True)
class Region:
    """A kind of row: how components are drawn, class by class, and what is said of it.

    weights: how those of a vector whose domain ends at 0 are, where that is not as the others.
    """

    name: str
    draw: Draw
    weights: Draw | None = None

    def of(self, vector: Vector) -> Draw:
        return self.weights if self.weights is not None and _may_be_0(vector) else self.draw


def _may_be_0(vector: Vector) -> bool:
    domain = domain_of(vector)
    return domain.low == 0 and not domain.positive


def spread_out(offset: float, spread: float) -> Region:
    """Around an offset."""
    words = [f"offset {offset:g}"] * bool(offset) + [f"spread {spread:g}"]
    return Region(", ".join(words), lambda dice, k: offset + spread * dice.uniform(-1, 1))


def one_above(height: float) -> Region:
    """The first class."""
    return Region(f"one class {height:g} above", lambda dice, k: (height if k == 0 else 0) + dice.uniform(-1, 1))


def _masked(name: str, masked: Callable[[int], bool], offset: float = 0.0) -> Region:
    """Scores of -inf, weights of 0."""
    return Region(name, lambda dice, k: -math.inf if masked(k) else offset + dice.uniform(-1, 1))


ORDINARY = spread_out(0, 1)
NEARLY_ALIKE = spread_out(0, 1e-3)
"""Of two such classes each has half of the whole, and what tells them apart is a small difference of two halves."""
FAR = ((1e3, (1e-2, 1, 30)), (1e6, (1e-2, 1, 1e4)))
"""Offsets, and spreads that a float32 can tell from others there."""
REGIONS: tuple[tuple[int, Region], ...] = (
    *((1, spread_out(0, spread)) for spread in (1, 100)),
    *((2, region) for region in (ORDINARY, spread_out(1e4, 1), spread_out(0, 1e4), one_above(40))),
    *((3, spread_out(0, spread)) for spread in (1e-6, 1e-2, 1, 30, 1e4)),
    *((3, spread_out(offset, spread)) for offset, spreads in FAR for spread in spreads),
    (3, _masked("a class masked", lambda k: k == 0)),
    (3, _masked("all classes but one masked", lambda k: k != 1)),
    (3, _masked("a class masked, offset 1000", lambda k: k == 2, offset=1e3)),
    *((3, one_above(height)) for height in (20, 90, 1000)),
    (3, Region("ties", lambda dice, k: 1.5)),
    (3, Region("zeros", lambda dice, k: 0.0)),
    (3, Region("zeros and ones", lambda dice, k: float(k == 1))),
    (3, Region("subnormal", lambda dice, k: dice.uniform(-1, 1) * 1e-39)),
    (3, Region("huge", lambda dice, k: dice.uniform(-1, 1) * 1e30)),
    *((17, region) for region in (ORDINARY, spread_out(1e4, 1), spread_out(0, 100), one_above(40))),
    (3, Region("the largest without weight", one_above(1000).draw, lambda dice, k: -math.inf if k == 0 else 0.5)),
    (2, NEARLY_ALIKE),
)  # fmt: skip
"""How many classes, and of what kind."""
SETTINGS = {True: (None, None, 0.25, 4.0, 100.0, None, 2.0**-10), False: (None, None, 0.25, 4.0, 100.0, 0.0, 1.0)}
"""What parameters are, in turn, where they have to be positive and where not: ``None`` is the default."""


@dataclass(frozen=True)
class Row:
    """A point, and what is said of it."""

    region: str
    point: Point


def rows(asked: Asked) -> Iterator[Row]:
    dice = random.Random(asked.seed)
    for position, (classes, region) in enumerate(REGIONS):
        if region.weights is not None and not any(map(_may_be_0, asked.vectors)):
            continue
        scalars = {one.name: _setting(one, position) for one in asked.parameters}
        said = [f"{one.name} = {scalars[one.name]:g}" for one in asked.parameters if scalars[one.name] != one.default]
        point = replace(point_of(asked, region, dice, classes), scalars=scalars)
        yield Row(", ".join([region.name, f"n = {classes}", *said]), point)


def point_of(asked: Asked, region: Region, dice: random.Random, classes: int) -> Point:
    """A row of a kind, its parameters aside; where a formula names its axes, each has a size of its own."""
    sizes = sizes_at(axes_of(asked.inputs), classes, dice)
    plain = () if sizes else vectors_of(asked, region, dice, [1] * classes)
    vectors = plain or _arrays_of(asked, region, dice, classes, sizes)
    picks, labels = picks_of(asked.picks, classes, sizes, dice), _labels_of(asked, vectors, dice, classes, sizes)
    return Point(classes, vectors, labels, sizes=sizes, picks=picks)


def _arrays_of(
    asked: Asked, region: Region, dice: random.Random, classes: int, sizes: Mapping[str, int]
) -> dict[str, list[float]]:
    """What is said of a class is true of it in all rows; an array without the classes is of ordinary size."""
    found = {}
    for one in asked.vectors:
        lengths = [places_in((axis,), classes, sizes) for axis in one.axes]
        kind = region if CLASSES in one.axes and one not in asked.directions else ORDINARY
        place = one.axes.index(CLASSES) if CLASSES in one.axes else 0
        drawn = [kind.of(one)(dice, way[place]) for way in product(*map(range, lengths))]
        if domain_of(one).low is None:
            drawn = [ORDINARY.draw(dice, 0) if value == -math.inf else value for value in drawn]
        found[one.name] = _inside_all(domain_of(one), drawn, [1] * len(drawn))
    return found


def _labels_of(
    asked: Asked, vectors: Mapping[str, Sequence[float]], dice: random.Random, classes: int, sizes: Mapping[str, int]
) -> dict[str, int]:
    if sizes:
        return {one.name: dice.randint(1, classes) for one in asked.labels}
    return labels_of(asked, vectors, dice)


def _setting(parameter: Parameter, position: int) -> float:
    settings = SETTINGS[domain_of(parameter).positive]
    setting = settings[position % len(settings)]
    return single(parameter.default if setting is None else setting)


def vectors_of(asked: Asked, region: Region, dice: random.Random, counts: Sequence[int]) -> dict[str, list[float]]:
    """A value for each class, or for so many alike: what a distribution sums to counts them all."""
    found = {}
    for one in asked.vectors:
        drawn = [(ORDINARY if one in asked.directions else region).of(one)(dice, k) for k in range(len(counts))]
        if domain_of(one).low is None and one not in asked.scores:
            drawn = [ORDINARY.draw(dice, k) if value == -math.inf else value for k, value in enumerate(drawn)]
        found[one.name] = _inside_all(domain_of(one), drawn, counts)
    return found


def labels_of(asked: Asked, vectors: Mapping[str, Sequence[float]], dice: random.Random) -> dict[str, int]:
    """Classes that are not masked, counted from 1."""
    scores = [vectors[one.name] for one in asked.scores] or list(vectors.values())
    kept = [k for k, of_class in enumerate(zip(*scores, strict=True), start=1) if -math.inf not in of_class]
    return {one.name: dice.choice(kept) for one in asked.labels}


def _inside_all(domain: Domain, drawn: Sequence[float], counts: Sequence[int]) -> list[float]:
    if domain.total is not None:
        kept = np.where(np.isinf(drawn), drawn, np.clip(drawn, -100, 100))
        shares = np.exp2(kept - np.max(kept))
        return [single(domain.total * share) for share in shares / np.sum(shares * counts)]
    return [single(value) if domain.low is None else _inside(domain, single(value)) for value in drawn]


def _inside(domain: Domain, value: float) -> float:
    """Negative numbers are turned; where the domain ends above, what is beyond goes to its neighbourhood."""
    if value == -math.inf:  # rounding leads to the end, which kernels take as a limit
        return 0.0
    size = abs(value)
    if domain.high is not None:
        size = size / (1 + size) if size < 1e6 else 1 - 2.0**-24
    return single(size) if domain.closed or size else 2.0**-20


def single(value: Any) -> float:
    """As a float32 holds it."""
    return float(np.float32(value))
