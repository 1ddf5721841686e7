"""Formulas whose classes are shared out: their kernels in rounds, and arrays as the rows of a shard."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from derive.loading.arguments import (
    read_array,
    read_labels,
    read_parameter,
    read_vectors,
    refuse_label,
    refuse_value,
)
from derive.loading.arrays import REALS, Array
from derive.loading.derived import Kin, split_of
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described, Made
from derive.loading.loader import where_asked
from derive.loading.shards import Shard
from derive.loading.troubles import LoadError
from derive.splits import Split

if TYPE_CHECKING:
    from derive.loading.loader import Where

BOTH, VJP = "_value_and_grad", "_vjp"


@dataclass(frozen=True)
class SharedKernel:
    """A kernel, as it describes itself, in rounds."""

    described: Described
    split: Split
    variables: Kin


@dataclass(frozen=True)
class SharedFormula:
    """A formula with the kernels that a loss or a layer needs, each made when it is asked for first.

    options: those of a loss that make another formula of it.
    """

    name: str
    places: tuple[Any, ...] | None
    options: tuple[str, ...] = ()

    @cached_property
    def value(self) -> SharedKernel:
        return self._kernel("")

    @cached_property
    def both(self) -> SharedKernel:
        """Of a scalar formula the value and all gradients."""
        return self._kernel(BOTH)

    def vjp(self, tail: str) -> SharedKernel:
        """Of a vector formula the product by the variable whose kernels end in ``tail``."""
        if tail not in self._products:
            self._products[tail] = self._kernel(VJP + tail)
        return self._products[tail]

    @cached_property
    def _products(self) -> dict[str, SharedKernel]:
        return {}

    @property
    def is_scalar(self) -> bool:
        return self.value.described.outputs[0].axes == 0

    def with_options(self, options: tuple[str, ...]) -> SharedFormula:
        return SharedFormula(self.name, self.places, options)

    def _kernel(self, suffix: str) -> SharedKernel:
        return SharedKernel(*split_of(self.name + suffix, self.places, self.options))


def shared_formula(given: Any, formulas: Where | Iterable[Where] | None = None) -> SharedFormula:
    """Raises LoadError for a name that is not a formula's, SplitError for one that does not split, and whatever
    `derive.load` raises."""
    name, places = where_asked(given, formulas)
    found = SharedFormula(name, None if places is None else tuple(places))
    formula = found.value.split.formula
    if formula != name:
        raise LoadError(f"{name} is a kernel of {formula}: load {formula!r}, whose gradients come with it")
    return found


def shared_kernel(given: Any, formulas: Where | Iterable[Where] | None = None) -> SharedKernel:
    """One kernel, by its name.  Raises SplitError for one that does not split, and whatever `derive.load` raises."""
    return SharedKernel(*split_of(*where_asked(given, formulas)))


# --- arrays ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rows:
    """The shard of what was given, and how its rows lay there.

    batch: the shape without the class axis; axis: where that was.
    wrong: what is outside the domain of a vector; nothing that is computed from it counts.
    """

    shard: Shard
    batch: tuple[int, ...]
    axis: int
    wrong: ValueError | None = None

    def as_given(self, made: Made, array: Array) -> Array:
        """An output in the shape of what was given."""
        if not made.axes:
            return array.reshape(self.batch)
        return np.moveaxis(array.reshape(*self.batch, array.shape[-1]), -1, self.axis)


def rows_of(shared: SharedKernel, given: Mapping[str, Any], axis: Any, first: int, classes: int) -> Rows:
    """Arrays of some classes as rows.  Raises TypeError, ValueError, IndexError for a label.

    given:   by the names that the kernel has for them in Python.
    first:   how many classes lie before these; classes: how many there are in all.
    """
    kernel = shared.described
    own = dict(zip((what.name for what in kernel.inputs), shared.split.inputs, strict=True))
    names = [what.name for what in kernel.of_kind(VECTOR)]
    arrays = {name: read_array(kernel.name, name, given[name]) for name in names}
    head = arrays[names[0]]
    place = _class_axis(kernel.name, arrays, axis)
    batch = head.shape[:place] + head.shape[place + 1 :]
    labels = {w.name: read_labels(kernel.name, w.name, given[w.name], batch) for w in kernel.of_kind(LABEL)}
    if any(((label < 0) | (label >= classes)).any() for label in labels.values()):
        raise refuse_label(kernel.name, labels, classes)
    options = kernel.of_kind(PARAMETER)
    numbers = {what.name: read_parameter(kernel.name, what, given[what.name], head.dtype) for what in options}
    rows = math.prod(batch)
    vectors = {own[name]: _as_rows(array, head, place, rows) for name, array in arrays.items()}
    shard = Shard(
        vectors,
        {own[name]: label for name, label in labels.items()},
        {own[name]: number for name, number in numbers.items()},
        first,
        classes,
    )
    return Rows(shard, batch, place, _outside(kernel, arrays))


def of_no_classes(shared: SharedKernel, numbers: Mapping[str, Any], dtype: np.dtype[Any], classes: int) -> Shard:
    """Who merges what others sent: the parameters, and no class."""
    own = dict(zip((what.name for what in shared.described.inputs), shared.split.inputs, strict=True))
    options = shared.described.of_kind(PARAMETER)
    read = {own[w.name]: read_parameter(shared.described.name, w, numbers[w.name], dtype) for w in options}
    first = next(own[what.name] for what in shared.described.of_kind(VECTOR))
    return Shard({first: np.empty((1, 0), dtype)}, {}, read, 0, classes)


def _class_axis(kernel: str, arrays: Mapping[str, Array], axis: Any) -> int:
    """The class axis, where the arrays fit together.  A slice may have no classes."""
    head = next(iter(arrays.values()))
    if head.ndim and isinstance(axis, int) and -head.ndim <= axis < head.ndim and head.shape[axis] == 0:
        for name, array in arrays.items():
            if array.dtype not in REALS or array.dtype != head.dtype or array.shape not in (head.shape, (0,)):
                raise ValueError(f"{kernel}: {name} is {array.dtype} of shape {array.shape}, which does not fit")
        return axis % head.ndim
    return read_vectors(kernel, dict(arrays), axis)[1]


def _as_rows(array: Array, head: Array, axis: int, rows: int) -> Array:
    if array.ndim == 1 and head.ndim > 1:
        return array[None, :]
    return np.moveaxis(array, axis, -1).reshape(rows, array.shape[axis])


def _outside(kernel: Described, arrays: Mapping[str, Array]) -> ValueError | None:
    for what in kernel.of_kind(VECTOR):
        array, high = arrays[what.name], math.inf if what.high is None else what.high
        if what.told and what.low is not None and ((array < what.low) | (array > high)).any():
            return refuse_value(kernel.name, dict(arrays), kernel.inputs)
    return None
