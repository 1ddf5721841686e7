"""What a loss of arrays is given beside its inputs at a call: ``weight``, ``ignore_index``, ``label_smoothing`` ...

PyTorch's names and meaning.  Weights, smoothing and the weights of the answers are formulas of their own, made of the
loss (:mod:`derive.language.transformers`), derived and checked as any other.  What goes over the rows
(:mod:`derive.loading.loss_rows`) is done here to values and derivatives.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.loading.arguments import bound, read_array, read_axis
from derive.loading.arrays import Array
from derive.loading.described import VECTOR, Described
from derive.loading.halves import half_given, in_float32
from derive.loading.loss_rows import MEAN, NONE, WEIGHT, Library, LossOptions, counted, options_of, read_options

Function = Callable[..., Any]
Variant = Callable[[tuple[str, ...]], Function]
"""The kernel of the formula that some options make."""


def _along(array: Array, indices: Array, axis: int) -> Array:
    return np.take_along_axis(array, indices.astype(np.intp), axis)


ARRAYS = Library(np.where, np.moveaxis, np.broadcast_to, _along)


@dataclass(frozen=True)
class Loss:
    """A kernel of a loss with options: called where one of them is given.

    kernel:  what the kernel takes without any.
    variant: the kernel of the formula that some options make.
    """

    kernel: Described
    plain: Function
    variant: Variant

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The results; scalars where they are reduced.  Raises TypeError and ValueError as the kernel does."""
        half = half_given(self.kernel, args, kwargs)
        if half is not None:
            return in_float32(self.kernel, self, half, args, kwargs)
        wanted = read_options(self.kernel, {key: kwargs.pop(key) for key in self.names & kwargs.keys()})
        given = bound(self.kernel.name, inspect.signature(self.plain), args, kwargs).arguments
        if wanted.reduction != NONE and given["out"] is not None:
            raise ValueError(f"{self.kernel.name}: out is for the rows: leave it out, or take reduction='none'")
        head = read_array(self.kernel.name, self.kernel.inputs[0].name, given[self.kernel.inputs[0].name])
        axis = read_axis(self.kernel.name, given["axis"], head.shape) if head.ndim else 0
        rows = _Rows(self.kernel, wanted, given, head.shape, axis)
        results = self._run(tuple(wanted.taken), rows.given)
        rows.clear(results)
        if wanted.reduction != NONE:
            results = rows.reduced(results)
        return results[0] if len(results) == 1 else results

    @property
    def names(self) -> frozenset[str]:
        return options_of(self.kernel)

    def _run(self, options: tuple[str, ...], given: Mapping[str, Any]) -> tuple[Any, ...]:
        found = (self.variant(options) if options else self.plain)(**given)
        return found if isinstance(found, tuple) else (found,)


def with_options(function: Function, loss: Loss) -> Function:
    """A function that hands a call with options on."""
    names = loss.names

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs) if names.isdisjoint(kwargs) else loss(*args, **kwargs)

    return call


class _Rows:
    """The rows of a call: which of them count, and for how much."""

    def __init__(
        self, kernel: Described, wanted: LossOptions, given: Mapping[str, Any], shape: tuple[int, ...], axis: int
    ) -> None:
        self._kernel, self._wanted, self._axis = kernel, wanted, axis
        self._batch = shape[:axis] + shape[axis + 1 :]
        labels = {name: read_array(kernel.name, name, given[name]) for name in wanted.labels}
        self._left_out = wanted.left_out(labels, self._batch)
        if self._left_out is not None and self._left_out.any():  # what they give is cleared afterwards
            labels = wanted.with_classes(ARRAYS, labels, self._left_out)
        self.given = {**given, **labels, **wanted.taken}

    def clear(self, results: tuple[Any, ...]) -> None:
        if self._left_out is not None and self._left_out.any():
            for made, result in zip(self._kernel.outputs, results, strict=True):
                (np.moveaxis(result, self._axis, -1) if made.axes else result)[self._left_out] = 0

    def reduced(self, results: tuple[Any, ...]) -> tuple[Any, ...]:
        """Numbers of a row are summed up; a derivative by what each row has of its own stays in its row."""
        divisor = self._counted() if self._wanted.reduction == MEAN else 1.0
        shared = {
            what.name
            for what in self._kernel.of_kind(VECTOR)[1:]
            if np.ndim(self.given[what.name]) == 1 and len(self._batch) > 0
        }
        found = []
        for made, result in zip(self._kernel.outputs, results, strict=True):
            if made.axes == 0:
                result = _total(result, tuple(range(result.ndim)))
            elif made.name.removeprefix("grad_") in shared:
                result = _total(np.moveaxis(result, self._axis, -1), tuple(range(result.ndim - 1)))
            found.append(_divided(result, divisor, nothing=np.nan if made.name == VALUE else 0.0))
        return tuple(found)

    def _counted(self) -> float:
        counts = np.ones(self._batch, np.float64)
        if WEIGHT in self._wanted.taken and self._wanted.labels:
            weight = np.asarray(self._wanted.taken[WEIGHT], np.float64)
            counts = counted(ARRAYS, weight, np.asarray(self.given[self._wanted.labels[0]]), self._axis)
        return float(counts.sum(where=True if self._left_out is None else ~self._left_out))


VALUE = "value"
"""The output that is no derivative."""


def _total(values: Array, axes: tuple[int, ...]) -> Any:
    return values.sum(axis=axes, dtype=np.float64).astype(values.dtype)


def _divided(result: Any, divisor: float, nothing: float) -> Any:
    """A quotient; ``nothing`` where no row counts."""
    if divisor == 1:
        return result
    return result / result.dtype.type(divisor) if divisor else np.full_like(result, nothing)[()]
