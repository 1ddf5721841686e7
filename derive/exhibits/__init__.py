"""Exhibits: facts of the theory that are computed where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.exhibits import float_ranges, naive, relabelling, underflow
from derive.exhibits.exhibit import Exhibit

__all__ = ["EXHIBITS", "Exhibit"]

EXHIBITS: Mapping[str, Callable[[], Exhibit]] = {
    "underflow": underflow.exhibit,
    "relabelling": relabelling.exhibit,
    "naive_softmax": naive.exhibit,
    "float_ranges": float_ranges.exhibit,
}
"""Name -> what computes it, in the order in which the theory needs them."""
