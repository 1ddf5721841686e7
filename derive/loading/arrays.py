"""How an array looks to a kernel: rows at a fixed stride, each row's values side by side."""

from __future__ import annotations

import math
import sys
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
REALS = (np.dtype(np.float32), np.dtype(np.float64))
FLOAT16 = np.dtype(np.float16)


def bfloat16() -> np.dtype[Any] | None:
    """The dtype that the package ml_dtypes defines; ``None`` where nobody has imported it, so that no array has it."""
    module = sys.modules.get("ml_dtypes")
    return None if module is None else np.dtype(module.bfloat16)


def is_half(dtype: np.dtype[Any]) -> bool:
    """Whether it is one of half precision, of which a kernel makes float32."""
    return dtype == FLOAT16 or (dtype.itemsize == 2 and dtype == bfloat16())


def computed_in(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """In what a kernel computes with arrays of this dtype."""
    return REALS[0] if is_half(dtype) else dtype


def to_front(array: Array, axis: int, axes: int) -> Array:
    """A view with the class axes (``axis`` and, of a matrix, the one behind it) moved to the end."""
    return np.moveaxis(array, range(axis, axis + axes), range(-axes, 0)) if axes else array


def row_stride(view: Array, axes: int) -> int | None:
    """Elements from one row to the next, where the last ``axes`` axes are a row; ``None``: a kernel cannot read it so.

    A row's values have to lie side by side, in C order, and the rows at one stride: 0 (one row for all) or at least
    as long as a row.
    """
    split = view.ndim - axes
    width = math.prod(view.shape[split:])
    if view.size == 0:
        return width
    size = view.itemsize
    step = _step(view, 0, split, alone=width * size)
    if step is None or not view.flags.aligned or _step(view, split, view.ndim, alone=size) != size:
        return None
    stride, rest = divmod(step, size)
    return stride if rest == 0 and (stride == 0 or stride >= width) else None


def _step(view: Array, first: int, last: int, alone: int) -> int | None:
    """The bytes from one element to the next over these axes together; ``None``: there is no one step.

    ``alone``: the answer where they hold one element.
    """
    step = expected = None
    for length, stride in reversed(list(zip(view.shape[first:last], view.strides[first:last], strict=True))):
        if length == 1:
            continue
        if expected is not None and stride != expected:
            return None
        step = stride if step is None else step
        expected = stride * length
    return alone if step is None else step
