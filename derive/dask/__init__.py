"""Kernels as functions of Dask arrays, chunked over rows, over classes, or both."""

from __future__ import annotations

from derive.dask.lazy import load

__all__ = ["load"]
