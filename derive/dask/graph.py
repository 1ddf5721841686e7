"""A kernel on the blocks of Dask arrays: for each block what it sends in a round, and then its part of the outputs.

A task takes one block of each array, at one place, and messages; no task takes blocks of two places.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dask.array as da
import numpy as np
from dask import delayed

from derive.loading.arguments import bound
from derive.loading.callable import help_text, signature_of
from derive.loading.described import LABEL, PARAMETER, VECTOR
from derive.loading.shards import Message, finished, merge_messages, message
from derive.loading.shared_out import Rows, SharedKernel, of_no_classes, rows_of

Place = tuple[int, ...]


def function_of_blocks(shared: SharedKernel) -> Callable[..., Any]:
    """The kernel as a function of Dask arrays; see :func:`derive.dask.load`."""
    kernel = shared.described
    signature = _signature(shared)

    def function(*args: Any, **kwargs: Any) -> Any:
        given = bound(kernel.name, signature, args, kwargs).arguments
        axis = given.pop("axis")
        results = _Blocks(shared, given, axis).outputs()
        return results[0] if len(results) == 1 else tuple(results)

    function.__name__ = function.__qualname__ = kernel.name
    function.__doc__ = help_text(kernel, inspect.getdoc(_stated) or "")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _stated() -> None:
    """Arrays are Dask's, or NumPy's, in any chunks; results are Dask's, computed when they are asked for."""


def _signature(shared: SharedKernel) -> inspect.Signature:
    whole = signature_of(shared.described)
    return whole.replace(parameters=[one for name, one in whole.parameters.items() if name != "out"])


class _Blocks:
    """One call: the arrays, all chunked alike, and the tasks of their blocks."""

    def __init__(self, shared: SharedKernel, given: Mapping[str, Any], axis: Any) -> None:
        self.shared, self.kernel = shared, shared.described
        self.numbers = {what.name: given[what.name] for what in self.kernel.of_kind(PARAMETER)}
        self.arrays = {w.name: _as_dask(given[w.name]) for w in self.kernel.inputs if w.kind != PARAMETER}
        self.head = next(self.arrays[what.name] for what in self.kernel.of_kind(VECTOR))
        if not isinstance(axis, int) or not -self.head.ndim <= axis < self.head.ndim:
            raise ValueError(
                f"{self.kernel.name}: axis {axis!r} is out of range for an array of shape {self.head.shape}"
            )
        self.axis = axis % self.head.ndim
        self._check()
        self.sizes = self.head.chunks[self.axis]
        self.blocks = {name: self._chunked(name, array) for name, array in self.arrays.items()}
        self.about = delayed(shared, pure=True, traverse=False)

    def _check(self) -> None:
        """Shapes and dtypes, which are known before anything is computed."""
        name, shape = self.kernel.name, self.head.shape
        if any(math.isnan(size) for array in self.arrays.values() for size in array.shape):
            raise ValueError(f"{name}: a chunk's size is not known: call compute_chunk_sizes() on the array first")
        if shape[self.axis] == 0:
            raise ValueError(f"{name}: there are no classes: axis {self.axis} of shape {shape} is empty")
        batch = shape[: self.axis] + shape[self.axis + 1 :]
        for what in self.kernel.inputs:
            if what.kind == PARAMETER:
                continue
            array = self.arrays[what.name]
            allowed = (batch,) if what.kind == LABEL else (shape, (shape[self.axis],))
            if array.shape not in allowed:
                raise ValueError(
                    f"{name}: {what.name} has shape {array.shape}, which is not {' or '.join(map(str, allowed))}"
                )
            if what.kind == VECTOR and (array.dtype != self.head.dtype or array.dtype not in (np.float32, np.float64)):
                raise TypeError(
                    f"{name}: {what.name} has dtype {array.dtype}: vectors are float32 or float64, all alike: convert "
                    f"it with astype"
                )

    def _chunked(self, name: str, array: Any) -> Any:
        """Its blocks, chunked as the first vector is along the axes that it has."""
        chunks = self.head.chunks
        if array.ndim < self.head.ndim:
            of_classes = name in {what.name for what in self.kernel.of_kind(VECTOR)}
            chunks = (chunks[self.axis],) if of_classes else chunks[: self.axis] + chunks[self.axis + 1 :]
        return array.rechunk(chunks).to_delayed()

    def outputs(self) -> list[Any]:
        """The outputs as Dask arrays."""
        made = {rows: self._of_rows(rows) for rows in self._rows()}
        return [self._output(number, one.axes, made) for number, one in enumerate(self.kernel.outputs)]

    def _rows(self) -> Iterator[Place]:
        """The places of the blocks along the axes of the rows."""
        counts = self.head.numblocks[: self.axis] + self.head.numblocks[self.axis + 1 :]
        return itertools.product(*map(range, counts))

    def _of_rows(self, rows: Place) -> list[Any]:
        """For some rows the outputs of each block of classes, in order."""
        firsts = [0, *itertools.accumulate(self.sizes)]
        blocks = [self._at(rows, part) for part in range(len(self.sizes))]
        classes = firsts[-1]
        merged: list[Any] = []
        for number in range(len(self.shared.split.rounds)):
            sent = [
                delayed(send)(self.about, number, block, self.numbers, self.axis, first, classes, merged)
                for block, first in zip(blocks, firsts, strict=False)
            ]
            merged = [*merged, delayed(merge_sent)(self.about, number, sent, self.numbers, self.head.dtype, classes)]
        return [
            delayed(fill_block)(self.about, block, self.numbers, self.axis, first, classes, merged)
            for block, first in zip(blocks, firsts, strict=False)
        ]

    def _at(self, rows: Place, part: int) -> dict[str, Any]:
        """The block of each array for some rows and classes."""
        whole = (*rows[: self.axis], part, *rows[self.axis :])
        labels = {what.name for what in self.kernel.of_kind(LABEL)}
        return {
            name: grid[rows] if name in labels else grid[(part,) if grid.ndim < len(whole) else whole]
            for name, grid in self.blocks.items()
        }

    def _output(self, number: int, axes: int, made: Mapping[Place, Sequence[Any]]) -> Any:
        chunks = self.head.chunks
        batch = chunks[: self.axis] + chunks[self.axis + 1 :]
        grid = np.empty([*(len(one) for one in batch), len(self.sizes) if axes else 1], object)
        for rows, parts in made.items():
            lengths = tuple(one[place] for one, place in zip(batch, rows, strict=True))
            for part in range(grid.shape[-1]):
                shape = (*lengths[: self.axis], self.sizes[part], *lengths[self.axis :]) if axes else lengths
                grid[(*rows, part)] = da.from_delayed(parts[part][number], shape, dtype=self.head.dtype)
        if not axes:
            return da.block(grid[..., 0].tolist())
        return da.block(np.moveaxis(grid, -1, self.axis).tolist())


def _as_dask(array: Any) -> Any:
    return array if isinstance(array, da.Array) else da.asarray(np.asarray(array))


# --- tasks -------------------------------------------------------------------------------------------------------


def send(
    shared: SharedKernel,
    number: int,
    block: Mapping[str, Any],
    numbers: Mapping[str, Any],
    axis: int,
    first: int,
    classes: int,
    merged: Sequence[Message],
) -> Message:
    """What a block sends in a round."""
    return message(shared.split, number, _rows_in(shared, block, numbers, axis, first, classes).shard, merged)


def merge_sent(
    shared: SharedKernel, number: int, sent: Sequence[Message], numbers: Mapping[str, Any], dtype: Any, classes: int
) -> Message:
    """The message of all blocks of some rows."""
    return merge_messages(shared.split, number, sent, of_no_classes(shared, numbers, dtype, classes))


def fill_block(
    shared: SharedKernel,
    block: Mapping[str, Any],
    numbers: Mapping[str, Any],
    axis: int,
    first: int,
    classes: int,
    merged: Sequence[Message],
) -> list[Any]:
    """The outputs of a block, in order."""
    rows = _rows_in(shared, block, numbers, axis, first, classes)
    made = finished(shared.split, rows.shard, merged)
    return [rows.as_given(one, made[one.name]) for one in shared.described.outputs]


def _rows_in(
    shared: SharedKernel, block: Mapping[str, Any], numbers: Mapping[str, Any], axis: int, first: int, classes: int
) -> Rows:
    rows = rows_of(shared, {**block, **numbers}, axis, first, classes)
    if rows.wrong is not None:
        raise rows.wrong
    return rows
