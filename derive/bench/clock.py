"""Seconds for one call: samples long enough for the clock, and many enough for a median."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import repeat
from time import perf_counter_ns
from typing import Any

SAMPLE = 1_000_000
"""Nanoseconds that one sample takes at the least: several calls where one is shorter."""


def estimate(call: Callable[[], Any]) -> float:
    """Nanoseconds for one call, roughly: after it was called often enough to be warm."""
    took, count = 0, 1
    while True:
        start = perf_counter_ns()
        for _ in repeat(None, count):
            call()
        took = perf_counter_ns() - start
        if took > SAMPLE or count > 1_000_000:
            return max(took / count, 1.0)
        count *= 4


def samples(call: Callable[[], Any], once: float, nanoseconds: float) -> list[float]:
    """Seconds for one call, sample by sample, over so many nanoseconds; ``once``: what a call takes, roughly.

    No garbage is collected meanwhile.
    """
    count = max(1, round(SAMPLE / once))
    enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in repeat(None, max(1, count // 4)):  # caches, and threads that were asleep
            call()
        found: list[float] = []
        end = perf_counter_ns() + nanoseconds
        while True:
            start = perf_counter_ns()
            for _ in repeat(None, count):
                call()
            stop = perf_counter_ns()
            found.append((stop - start) / count * 1e-9)
            if stop >= end:
                return found
    finally:
        if enabled:
            gc.enable()
