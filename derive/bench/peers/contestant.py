"""What takes part: something to call, and what it made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derive.bench.data import Array


@dataclass(frozen=True)
class Contestant:
    """What is called and timed.

    run:     one call.
    results: the arrays that a call made, from what it returned.
    note:    what is to be said of it.
    timed:   for one that measures itself: samples in seconds over so many nanoseconds.
    """

    run: Callable[[], Any]
    results: Callable[[Any], tuple[Array, ...]]
    note: str = ""
    timed: Callable[[float], list[float]] | None = None


def into(run: Callable[[], Any], *arrays: Array) -> Contestant:
    """One that writes its results into these arrays."""
    return Contestant(run, lambda returned: arrays)
