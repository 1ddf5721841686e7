"""Rows of a thousand classes and of a million, of which the oracle tells every result exactly.

They hold few different values, each many times.  By its formula a class differs from another by what stands there
alone, so the oracle computes with one of each kind, and counts the others that are alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from derive.verify.asked import Asked
from derive.verify.oracle import Point
from derive.verify.rows import Region, one_above, spread_out, vectors_of

LENGTHS = 1000, 10**6
KINDS = 12
"""So many values there are, each as often as the others; and one that stands once, first of all in its order."""

RISING = Region("rising", lambda dice, k: 0.5 * k - 6 + dice.uniform(0, 0.5))
LONG = (spread_out(0, 1), spread_out(1e4, 1), one_above(40), RISING)


@dataclass(frozen=True)
class LongRow:
    """A row of many classes.

    point:  one class of each kind: first the one that stands once, then one of each other kind, then all that are
            like these, counted.
    places: of each class of the row the class of the point.
    labels: the classes of the row that labels name.
    """

    region: str
    point: Point
    places: Any

    def vector(self, name: str) -> Any:
        return np.array(self.point.vectors[name])[self.places]

    def ends(self, got: Any) -> Iterator[list[float]]:
        """Of a result for each class of the row the least, then the greatest, of each class of the point."""
        in_order = got[self._order]
        starts = np.cumsum([0, *self.point.counts[:-1]])
        for reduced in (np.minimum, np.maximum):
            yield reduced.reduceat(in_order, starts).tolist()

    @cached_property
    def _order(self) -> Any:
        return np.argsort(self.places, kind="stable")

    def label(self, name: str) -> int:
        """From 0."""
        return int(np.flatnonzero(self.places == self.point.indices[name] - 1)[0])

    def known(self, place: int) -> int | None:
        """The class of the point that has the results of another; ``None`` where no one has them."""
        if place <= KINDS:
            return place
        return None if place - KINDS + 1 in self.point.indices.values() else place - KINDS


def long_rows(asked: Asked, length: int) -> Iterator[LongRow]:
    """One of each kind of region.  A label names the class that stands once and one of many, in turn."""
    dice = random.Random(asked.seed)
    many = [(length - 1) // KINDS + (k < (length - 1) % KINDS) for k in range(KINDS)]
    counts = [1, *[1] * KINDS, *[count - 1 for count in many]]
    for position, region in enumerate(LONG):
        vectors = {name: _alike(values) for name, values in vectors_of(asked, region, dice, [1, *many]).items()}
        labels = {one.name: 1 + position % 2 for one in asked.labels}
        scalars = {one.name: float(np.float32(one.default)) for one in asked.parameters}
        point = Point(len(counts), vectors, labels, scalars, counts=counts)
        places = np.repeat(np.arange(len(counts), dtype=np.int16), counts)
        if region is RISING:
            places = places[np.argsort(np.where(places > KINDS, places - KINDS, places), kind="stable")]
        else:
            places = np.random.default_rng(position).permutation(places)
        yield LongRow(f"{region.name}, n = {length}", point, places)


def _alike(values: list[float]) -> list[float]:
    return [*values, *values[1:]]
