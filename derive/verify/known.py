"""What is right at a row of numbers, with as many bits as it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from derive.language.components import Vector
from derive.language.formula import Formula
from derive.verify.approach import Approach, at_an_end
from derive.verify.numbers import OracleError, UndeterminedError
from derive.verify.oracle import PRECISIONS
from derive.verify.rows import Row
from derive.verify.truth import Result, Truth


class KnownRow:
    """A row with the oracle at it, at one precision and at another where the first does not tell.

    Where the formula has no value, as at a mask, what counts is its limit.
    """

    def __init__(self, formula: Formula, extra: Sequence[Vector], row: Row) -> None:
        self.row, self.classes = row, row.point.classes
        own = [one for one in formula.inputs if isinstance(one, Vector)]
        ends = [value for one in own for value in row.point.vectors[one.name] if at_an_end(one, value)]
        kinds: tuple[type[Truth | Approach], ...] = (
            (Approach,) if -math.inf in ends else (Truth, Approach) if ends else (Truth,)
        )
        self._ways = [[_later(kind, formula, extra, row.point, bits) for bits in PRECISIONS[:2]] for kind in kinds]

    def results(self, kind: str) -> Sequence[Sequence[Result | None]]:
        """Nothing where no precision tells."""
        for way in self._ways:
            for oracle in way:
                try:
                    return oracle().results(kind)
                except UndeterminedError:
                    continue
                except OracleError:
                    break
        return []


def _later(kind: Callable[..., Truth | Approach], *given: Any) -> Callable[[], Truth | Approach]:
    """Made when it is asked for, once."""
    return cache(lambda: kind(*given))
