"""What is measured and what came out, as records that other processes and files can hold."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from derive.language.formula import Formula

DTYPES = ("float32", "float64")
TAGS = {"float32": "f32", "float64": "f64"}
SIZES = {"float32": 4, "float64": 8}


@dataclass(frozen=True)
class Subject:
    """What is timed: one kernel.

    name:    of the kernel; a peer that does the same is found by it.
    formula: to which it belongs.
    saved:   whether a caller has the formula's own value already, as in the backward pass of training: peers start from
             it, and so does ours where it has a kernel for that.
    shapes:  rows and classes that it is timed at, where none are asked for.
    """

    name: str
    formula: Formula
    saved: bool = False
    shapes: tuple[tuple[int, int], ...] = ()

    @property
    def suffix(self) -> str:
        return self.name.removeprefix(self.formula.name)


@dataclass(frozen=True)
class Cell:
    """One kernel, by its name, at one size."""

    kernel: str
    rows: int
    classes: int
    dtype: str
    threads: int

    @property
    def shape(self) -> str:
        return f"{self.rows}x{self.classes}"

    def __str__(self) -> str:
        return f"{self.kernel} {self.shape} {self.dtype}, {self.threads} thread{'s' * (self.threads > 1)}"


@dataclass(frozen=True)
class Timing:
    """Seconds for one call: of each round the median of its samples."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles; of few rounds the least and the most."""
        if len(self.rounds) < 4:
            return min(self.rounds), max(self.rounds)
        low, _, high = statistics.quantiles(self.rounds, n=4, method="inclusive")
        return low, high


OURS_C, OURS_NUMPY = "derive c", "derive numpy"
OURS = (OURS_C, OURS_NUMPY)
MEMORY, STREAMING, ARITHMETIC = "limit: memory", "limit: streaming", "limit: arithmetic"
LIMITS = (MEMORY, STREAMING, ARITHMETIC)
PLAIN = ("numpy", "scipy")
"""What a NumPy kernel is compared with."""


@dataclass(frozen=True)
class Result:
    """What came out of one cell.

    timings: of whom -> seconds.
    notes:   of whom -> why there is no time, or what is to be said of it.
    """

    cell: Cell
    timings: Mapping[str, Timing]
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def peers(self) -> dict[str, Timing]:
        return {name: timing for name, timing in self.timings.items() if name not in (*OURS, *LIMITS)}

    def best(self, among: tuple[str, ...] | None = None) -> str | None:
        """The fastest peer, of all or of some."""
        peers = {name: t.median for name, t in self.peers.items() if among is None or name in among}
        return min(peers, key=lambda name: peers[name], default=None)

    def ratio(self, ours: str, peer: str | None) -> float | None:
        """How many times faster ours is: the median over the rounds, in each of which both ran."""
        mine, other = self.timings.get(ours), self.timings.get(peer or "")
        if mine is None or other is None:
            return None
        return statistics.median(b / a for a, b in zip(mine.rounds, other.rounds, strict=False))

    @property
    def floor(self) -> float | None:
        """Seconds that no kernel can beat: memory read and written once, or the elementary functions."""
        memory = [self.timings[name].median for name in (MEMORY, STREAMING) if name in self.timings]
        arithmetic = self.timings.get(ARITHMETIC)
        bounds = [min(memory)] if memory else []
        bounds += [arithmetic.median] if arithmetic else []
        return max(bounds, default=None)

    def of_floor(self, ours: str) -> float | None:
        """The time of ours in units of the floor: 1 cannot be beaten."""
        timing, floor = self.timings.get(ours), self.floor
        return None if timing is None or not floor else timing.median / floor


@dataclass(frozen=True)
class Report:
    """Everything of one run; ``complete``: whether it came to its end."""

    machine: Mapping[str, Any]
    settings: Mapping[str, Any]
    results: tuple[Result, ...]
    complete: bool = True
