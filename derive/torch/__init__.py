"""Formulas as functions of PyTorch tensors: operators on the C kernels, differentiated by the derived ones."""

from __future__ import annotations

from derive.torch.entry import load, load_sharded

__all__ = ["load", "load_sharded"]
