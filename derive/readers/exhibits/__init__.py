"""Exhibits: facts of the theory that are computed where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.catalogue import UnknownName, unknown
from derive.readers.exhibits import float_ranges, naive, relabelling, underflow
from derive.readers.exhibits.exhibit import Exhibit

__all__ = ["EXHIBITS", "Exhibit", "exhibit_called"]

EXHIBITS: Mapping[str, Callable[[], Exhibit]] = {
    "underflow": underflow.exhibit,
    "relabelling": relabelling.exhibit,
    "naive_softmax": naive.exhibit,
    "float_ranges": float_ranges.exhibit,
}
"""Name -> what computes it, in the order in which the theory needs them."""


def exhibit_called(name: str) -> Exhibit:
    """The exhibit of this name, computed now.  Raises UnknownName where there is none."""
    if name not in EXHIBITS:
        raise UnknownName(unknown("exhibit", name, EXHIBITS))
    return EXHIBITS[name]()
