"""Small C programs of the bench: what the machine can do, and a peer that is only a paper."""

from __future__ import annotations

from derive.bench.native.library import Native, compiled

__all__ = ["Native", "compiled"]
