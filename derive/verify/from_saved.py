"""Rows for kernels that begin with the value that forward saved.

What is right there is what is right at the row that the value came from.  The value comes rounded, as any input does:
the condition is that of the product as a formula of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from derive.language.components import Vector
from derive.loops.ir import Program, Saved
from derive.verify.known import KnownRow
from derive.verify.truth import Result

LARGEST = 2.0**127
"""Below it a value is finite in every dtype."""


class SavedRow:
    """A known row that has the value of the formula as well."""

    def __init__(self, known: KnownRow, saved: Saved, value: Sequence[float]) -> None:
        point = known.row.point
        point = replace(point, vectors={**point.vectors, saved.value.name: value})
        self.row, self.classes, self.known = replace(known.row, point=point), known.classes, known
        own = {one.name: point.vectors[one.name] for one in saved.product.inputs if isinstance(one, Vector)}
        self._product = KnownRow(saved.product, (), replace(known.row, point=replace(point, vectors=own)))

    def results(self, kind: str) -> Sequence[Sequence[Result | None]]:
        """Nothing where no precision tells."""
        return [
            [one and replace(one, ask=partial(self._condition, place)) for place, one in enumerate(output)]
            for output in self.known.results(kind)
        ]

    def _condition(self, place: int) -> float:
        for output in self._product.results(""):
            found = output[place]
            return -math.inf if found is None else found.condition
        return -math.inf


class RowOfOrigin:
    """The same row with the condition of the formula itself: as if the saved value had come without a rounding."""

    def __init__(self, given: SavedRow) -> None:
        self.row, self.classes, self.results = given.row, given.classes, given.known.results


AnyRow = KnownRow | SavedRow | RowOfOrigin


def asked_of(program: Program, rows: Sequence[KnownRow]) -> Sequence[KnownRow | SavedRow]:
    """The rows that a program is held to."""
    return rows if program.saved is None else list(saved_rows(program.saved, rows))


def saved_rows(
    saved: Saved, rows: Sequence[KnownRow], alike: Callable[[int], int | None] = lambda place: place
) -> Iterator[SavedRow]:
    """The rows at which the value is known and no larger than every dtype holds.

    alike: of each class the one that has its results; ``None``: no one has them.
    """
    for known in rows:
        for output in known.results(""):
            places = [alike(place) for place in range(known.classes)]
            value = [None if place is None else output[place] for place in places]
            near = [one.near for one in value if one is not None and abs(one.near) < LARGEST]
            if len(near) == known.classes:
                yield SavedRow(known, saved, near)
