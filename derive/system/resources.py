"""What a process may use of the machine, and what it asks of its interpreter."""

from __future__ import annotations

import gc
import os

SELDOM = 500_000
"""So many new objects, some 50 MB of expressions, before another look for what nobody can reach any more."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def collect_rarely() -> None:
    """For a process that makes expressions and then ends: almost all that it keeps stays reachable.

    By default Python looks through all of it time and again, which costs an eighth of a build.
    """
    gc.set_threshold(SELDOM)
