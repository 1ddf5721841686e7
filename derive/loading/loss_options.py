"""What a loss is given beside its inputs at a call: ``weight``, ``ignore_index``, ``label_smoothing``, ``reduction``.

PyTorch's names and meaning.  Weights, smoothing and the weights of the answers are formulas of their own, made of the
loss (:mod:`derive.language.transformers`), derived and checked as any other.  What goes over the rows is here: the rows
that do not count, and the reduction,

    sum:  sum_r f_r             mean:  sum_r f_r / sum_r c_r,  c_r = the weight of the row's class, 0 where ignored

with the derivatives of these.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import BoundArguments
from typing import Any

import numpy as np

from derive.loading.arguments import read_array, read_axis
from derive.loading.arrays import Array
from derive.loading.described import LABEL, VECTOR, Described

WEIGHT, SMOOTHING, POS_WEIGHT = "weight", "label_smoothing", "pos_weight"
OF_FORMULA = (WEIGHT, POS_WEIGHT, SMOOTHING)
"""Those that make another formula, in the order in which they are taken."""
IGNORE, REDUCTION = "ignore_index", "reduction"
OPTIONS = frozenset((*OF_FORMULA, IGNORE, REDUCTION))
REDUCTIONS = ("none", "mean", "sum")
IGNORED = -100
"""The label of a row that does not count, where no other is named."""

Function = Callable[..., Any]
Variant = Callable[[tuple[str, ...]], Function]
"""The kernel of the formula that some options make."""


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
        options = {key: kwargs.pop(key) for key in self.names & kwargs.keys()}
        taken = {key: options[key] for key in OF_FORMULA if is_given(key, options.get(key))}
        reduction, ignored = read_rows(self.kernel.name, options)
        bound = self._bound(args, kwargs)
        if reduction != "none" and bound.arguments["out"] is not None:
            raise ValueError(f"{self.kernel.name}: out is for the rows: leave it out, or take reduction='none'")
        head = read_array(self.kernel.name, self.kernel.inputs[0].name, bound.arguments[self.kernel.inputs[0].name])
        axis = read_axis(self.kernel.name, bound.arguments["axis"], head.shape) if head.ndim else 0
        rows = _Rows(self.kernel, head.shape, axis, ignored)
        given = rows.kept(bound.arguments) | taken
        results = self._run(tuple(taken), given)
        rows.clear(results)
        if reduction != "none":
            results = rows.reduced(results, given, 1.0 if reduction == "sum" else rows.counted(given, head.dtype))
        return results[0] if len(results) == 1 else results

    @property
    def names(self) -> frozenset[str]:
        """The options of this kernel: those that are not inputs of its own."""
        return OPTIONS - {given.name for given in self.kernel.inputs}

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> BoundArguments:
        signature = inspect.signature(self.plain)
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.kernel.name}{signature}: {error}") from None
        bound.apply_defaults()
        return bound

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


def is_given(name: str, value: Any) -> bool:
    """Whether an option makes another formula: no weight is ``None``, no smoothing 0."""
    return value is not None and not (name == SMOOTHING and isinstance(value, int | float) and value == 0)


def read_rows(kernel: str, options: Mapping[str, Any]) -> tuple[str, int]:
    """The reduction, and the label of the rows that do not count.  Raises ValueError and TypeError."""
    reduction, ignored = options.get(REDUCTION, "none"), options.get(IGNORE, IGNORED)
    if reduction not in REDUCTIONS:
        raise ValueError(f"{kernel}: reduction must be 'none', 'mean' or 'sum', not {reduction!r}")
    if isinstance(ignored, bool) or not isinstance(ignored, int | np.integer):
        raise TypeError(f"{kernel}: ignore_index must be an integer, not {type(ignored).__name__}")
    return reduction, int(ignored)


class _Rows:
    """The rows of a call: which of them count, and for how much."""

    def __init__(self, kernel: Described, shape: tuple[int, ...], axis: int, ignored: int) -> None:
        self._kernel, self._axis, self._value = kernel, axis, ignored
        self._batch, self._classes = shape[:axis] + shape[axis + 1 :], shape[axis] if shape else 0
        self._labels = [given.name for given in kernel.of_kind(LABEL)]
        self.ignored: Array | None = None

    def kept(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with some class in place of a label that is ignored: what it gives is cleared afterwards."""
        found = dict(arguments)
        for name in self._labels:
            labels = read_array(self._kernel.name, name, arguments[name])
            here = labels == self._value
            if labels.shape == self._batch and here.any():
                self.ignored = here if self.ignored is None else self.ignored | here
                found[name] = np.where(here, 0, labels)
        return found

    def clear(self, results: tuple[Any, ...]) -> None:
        if self.ignored is not None:
            for made, result in zip(self._kernel.outputs, results, strict=True):
                if made.axes:
                    np.moveaxis(result, self._axis, -1)[self.ignored] = 0
                else:
                    result[self.ignored] = 0

    def counted(self, given: Mapping[str, Any], dtype: Any) -> float:
        """The weights of the rows that count; of probabilities as a target each row counts as one."""
        counts = np.ones(self._batch, np.float64)
        if self._labels and given.get(WEIGHT) is not None:
            weight, labels = np.asarray(given[WEIGHT], np.float64), np.asarray(given[self._labels[0]])
            rows = np.moveaxis(weight, self._axis, -1) if weight.ndim > 1 else weight
            rows = np.broadcast_to(rows, (*self._batch, self._classes))
            counts = np.take_along_axis(rows, labels[..., None].astype(np.intp), -1)[..., 0]
        return float(counts.sum(where=True if self.ignored is None else ~self.ignored))

    def reduced(self, results: tuple[Any, ...], given: Mapping[str, Any], divisor: float) -> tuple[Any, ...]:
        """Numbers of a row are summed up; a derivative by what each row has of its own stays in its row."""
        shared = {
            what.name
            for what in self._kernel.of_kind(VECTOR)[1:]
            if np.ndim(given[what.name]) == 1 and len(self._batch) > 0
        }
        found = []
        for made, result in zip(self._kernel.outputs, results, strict=True):
            by = made.name.removeprefix("grad_")
            if made.axes == 0:
                result = _total(result, tuple(range(result.ndim)))
            elif by in shared:
                result = _total(np.moveaxis(result, self._axis, -1), tuple(range(result.ndim - 1)))
            found.append(_divided(result, divisor))
        return tuple(found)


def _total(values: Array, axes: tuple[int, ...]) -> Any:
    return values.sum(axis=axes, dtype=np.float64).astype(values.dtype)


def _divided(result: Any, divisor: float) -> Any:
    """A quotient by 0 is NaN where there is nothing above it, as the mean of no rows is; a derivative of 0 stays 0."""
    if divisor == 1:
        return result
    if divisor == 0 and np.ndim(result):
        return result
    with np.errstate(divide="ignore", invalid="ignore"):
        return (result / result.dtype.type(divisor)) if divisor else result * math.nan
