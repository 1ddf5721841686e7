"""Arrays to time on: the same numbers in every process, at addresses that favour nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.bench.records import SIZES
from derive.language.components import Vector
from derive.language.domains import domain_of
from derive.language.inputs import Input, Label, Parameter
from derive.targets.numpy.names import argument_names

Array = NDArray[Any]
ALIGNMENT = 64
"""Bytes: a line of the cache, and the widest vector."""


def aligned(shape: tuple[int, ...], dtype: str) -> Array:
    """An array of zeros that begins at a line of the cache; every page of it is there."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    raw = np.zeros(size + ALIGNMENT, np.uint8)
    raw[:] = 0
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(dtype).reshape(shape)


@dataclass
class Data:
    """What a contestant is given.

    arrays:     the inputs by the names of arguments; parameters among them, as numbers.
    rows, classes, dtype, threads: as in the cell.
    saved:      the formula's own value, where a caller has it already.
    """

    arrays: dict[str, Any]
    rows: int
    classes: int
    dtype: str
    threads: int
    saved: Any = None

    def __getitem__(self, name: str) -> Any:
        return self.arrays[name]

    def held(self) -> tuple[Any, ...]:
        """The arrays, with the formula's own value, where a caller has it, in place of the vector that it came from."""
        first, *others = self.arrays.values()
        return (first if self.saved is None else self.saved, *others)

    def like_rows(self) -> Array:
        return aligned((self.rows,), self.dtype)

    def like_input(self) -> Array:
        return aligned((self.rows, self.classes), self.dtype)


def make_data(inputs: tuple[Input, ...], rows: int, classes: int, dtype: str, threads: int) -> Data:
    """Inputs in their domains, from one seed."""
    rng = np.random.default_rng(20260101)
    names = argument_names(inputs)
    arrays = {names[one]: _made(one, rng, (rows, classes), dtype) for one in inputs}
    return Data(arrays, rows, classes, dtype, threads)


def _made(one: Input, rng: np.random.Generator, shape: tuple[int, int], dtype: str) -> Any:
    if isinstance(one, Parameter):
        return one.default
    if isinstance(one, Label):
        return rng.integers(0, shape[1], shape[0])
    assert isinstance(one, Vector)
    domain, made = domain_of(one), aligned(shape, dtype)
    for start in range(0, shape[0], max(1, 2**20 // shape[1])):  # no copy of the whole in double precision
        block = made[start : start + max(1, 2**20 // shape[1])]
        if domain.low is None:
            block[...] = 3 * rng.standard_normal(block.shape, np.float32)
        elif domain.high is None:
            block[...] = 0.25 + rng.random(block.shape, np.float32)
        elif domain.total is None:
            block[...] = 0.05 + 0.9 * rng.random(block.shape, np.float32)
        else:
            weights = 0.25 + rng.random(block.shape)
            block[...] = weights / weights.sum(-1, keepdims=True)
    return made


def bytes_needed(inputs: int, outputs: int, rows: int, classes: int, dtype: str, contestants: int) -> int:
    """What a cell takes in all processes together, with room for the intermediate arrays of those that make some."""
    return (inputs + 2 * outputs + 2) * rows * classes * SIZES[dtype] * contestants


def sampled(results: tuple[Array, ...], limit: int = 2**18) -> tuple[Array, ...]:
    """Some rows of each result, from the first to the last: enough to tell whether two agree."""
    return tuple(_rows(np.asarray(result), limit) for result in results)


def _rows(result: Array, limit: int) -> Array:
    width = math.prod(result.shape[1:]) or 1
    some = min(len(result), max(2, limit // width))
    return np.array(result[np.linspace(0, len(result) - 1, some).astype(int)])


TOLERANCE = {"float32": 2e-4, "float64": 1e-9}
"""Relative to a result and to the mean of all: far above rounding, far below any mistake."""


def disagreement(found: tuple[Array, ...], right: tuple[Array, ...], dtype: str) -> str:
    """In a few words how one result differs from another; empty where it does not."""
    if len(found) != len(right):
        return f"{len(found)} results in place of {len(right)}"
    for one, other in zip(found, right, strict=True):
        if one.shape != other.shape:
            return f"shape {one.shape} in place of {other.shape}"
        a, b = one.astype(np.float64), other.astype(np.float64)
        with np.errstate(all="ignore"):
            apart = np.abs(a - b) / (np.abs(b) + np.mean(np.abs(b)) + np.finfo(dtype).tiny)
        worst = float(np.max(np.where(a == b, 0.0, apart), initial=0.0))
        if not worst <= TOLERANCE[dtype]:
            return f"wrong by {worst:.0e}"
    return ""
