"""A compiled kernel as a Python function on NumPy arrays."""

from __future__ import annotations

import ctypes
import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from derive.loading.arguments import (
    bound,
    read_labels,
    read_out,
    read_parameter,
    read_vectors,
    refuse_label,
    refuse_value,
)
from derive.loading.arrays import Array, computed_in, row_stride, to_front
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described, Given, Made
from derive.loading.halves import half_given, in_float32
from derive.loading.loss_options import Loss, Variant
from derive.loading.slots import HALVES, on_halves
from derive.loading.standard import in_kind, of_another_library

OK, NULL_POINTER, NO_CLASSES, BAD_STRIDE, BAD_LABEL, BAD_PARAMETER, BAD_VALUE, NO_ROOM = range(8)
_CTYPES: dict[str, Any] = {"float32": ctypes.c_float, "float64": ctypes.c_double}
_TAGS = {"float32": "f32", "float64": "f64"}


class Kernel:
    """``kernel(x, t, *, v, T=..., axis=-1, out=None)``: the first two arrays by position or name, the rest by name.

    Vectors are float32 or float64, all alike in dtype and shape, with any number of axes beside the class axis
    ``axis``; after the first, one that has the classes as its only axis serves all rows.  Labels have the shape of a
    vector without its class axis.  An input whose values have a default may be None.
    float16 and bfloat16 are computed with in float32, and each result is rounded once.
    Returns an array, or a tuple of arrays where there are several outputs: a scalar
    output has no class axis, a vector output has it at ``axis``, a matrix output has two, at ``axis`` and just behind
    it.  ``out`` (an array or a tuple) is written instead and returned.  Arrays of another library that speaks DLPack
    are read where they lie, on the CPU, and the results are of that library.
    Nothing is written where an error is raised: TypeError, ValueError, or IndexError for a label.
    """

    def __init__(self, kernel: Described, library: ctypes.CDLL, variant: Variant | None = None) -> None:
        self._kernel = kernel
        self._loss = None if variant is None else Loss(kernel, self, variant)
        self._functions = {dtype: _function(kernel, library, dtype) for dtype in _TAGS}
        self._functions |= {dtype: on_halves(kernel, library, dtype) for dtype in HALVES}
        self.__name__ = self.__qualname__ = kernel.name
        self.__doc__ = help_text(kernel, inspect.cleandoc(Kernel.__doc__ or ""))
        self.__signature__ = signature_of(kernel)
        self.quick: Callable[..., Any] = self
        """The same, where there is a faster way to call it."""

    def __repr__(self) -> str:
        return f"<compiled kernel {self.__name__}{self.__signature__}>"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if of_another_library(args, kwargs):
            return in_kind(self._kernel, self.quick, args, kwargs)
        if self._loss is not None and not self._loss.names.isdisjoint(kwargs):
            return self._loss(*args, **kwargs)
        given = bound(self.__name__, self.__signature__, args, kwargs).arguments
        half = half_given(self._kernel, (), given)
        if half is not None and self._functions[half.name] is None:
            return in_float32(self._kernel, self, half, args, kwargs)
        return _Call(self._kernel, given).run(self._functions)


def _left_out(what: Given, given: dict[str, Any]) -> bool:
    """Whether a vector is not given, and need not be."""
    return what.neutral is not None and given[what.name] is None


class _Place(NamedTuple):
    """An output: what is returned, the view that the kernel writes, and whether that is to be copied to the result."""

    result: Array
    written: Array
    axes: int
    copied: bool = False


class _Call:
    """One call: what was given, checked and laid out for the kernel.  Every array that it points to is held here."""

    def __init__(self, kernel: Described, given: dict[str, Any]) -> None:
        self._kernel, self._name = kernel, kernel.name
        vectors = {what.name: given[what.name] for what in kernel.of_kind(VECTOR) if not _left_out(what, given)}
        self._vectors, self._axis = read_vectors(self._name, vectors, given["axis"], halves=True)
        head = next(iter(self._vectors.values()))
        self._dtype = head.dtype
        self._classes = head.shape[self._axis]
        self._batch = head.shape[: self._axis] + head.shape[self._axis + 1 :]
        self._labels = {
            what.name: read_labels(self._name, what.name, given[what.name], self._batch)
            for what in kernel.of_kind(LABEL)
        }
        shapes = [self._shape(output) for output in kernel.outputs]
        self._out = read_out(self._name, given["out"], kernel.outputs, shapes, self._dtype)
        self._held: list[Array] = []
        self._inputs = [value for what in kernel.inputs for value in self._input(what, given[what.name])]

    def run(self, functions: dict[str, Any]) -> Any:
        places = [self._place(output, given) for output, given in zip(self._kernel.outputs, self._out, strict=True)]
        pointers = [value for place in places for value in self._pointer(place.written, place.axes, place.axes > 0)]
        status = functions[self._dtype.name](math.prod(self._batch), self._classes, *self._inputs, *pointers)
        if status != OK:
            raise self._error(status)
        for place in places:
            if place.copied:
                to_front(place.result, self._axis, place.axes)[...] = place.written
        results = tuple(place.result for place in places)
        return results[0] if len(results) == 1 else results

    def _shape(self, output: Made) -> tuple[int, ...]:
        return self._batch[: self._axis] + (self._classes,) * output.axes + self._batch[self._axis :]

    def _input(self, what: Given, value: Any) -> list[Any]:
        """What the kernel is passed for an input: pointer and stride, pointer, or number."""
        if what.kind == PARAMETER:
            return [read_parameter(self._name, what, value, computed_in(self._dtype))]
        if what.kind == LABEL:
            return self._pointer(self._labels[what.name], 0, False)
        if what.name not in self._vectors:
            return [None, 0]
        view = to_front(self._vectors[what.name], self._axis, 1)
        return self._pointer(view if row_stride(view, 1) is not None else view.copy(order="C"), 1, True)

    def _pointer(self, view: Array, axes: int, strided: bool) -> list[Any]:
        self._held.append(view)
        return [view.ctypes.data, *([row_stride(view, axes)] if strided else [])]

    def _place(self, output: Made, given: Array | None) -> _Place:
        """Where the kernel writes an output: in the array that it becomes, where it can."""
        axes = output.axes
        if given is not None and self._fits(given, output):
            return _Place(given, to_front(given, self._axis, axes), axes)
        written = np.empty((*self._batch, *(self._classes,) * axes), self._dtype)
        if given is not None:
            return _Place(given, written, axes, copied=True)
        result = np.moveaxis(written, range(-axes, 0), range(self._axis, self._axis + axes)) if axes else written
        return _Place(result, written, axes)

    def _fits(self, out: Array, output: Made) -> bool:
        """Whether the kernel may write there: rows it can address, none on another, and no input below them."""
        view = to_front(out, self._axis, output.axes)
        width = self._classes**output.axes
        stride = row_stride(view, output.axes)
        regular = stride == 1 if output.axes == 0 else stride is not None and stride >= width
        inputs = [*self._vectors.values(), *self._labels.values()]
        return regular and not any(np.may_share_memory(out, array) for array in inputs)

    def _error(self, status: int) -> Exception:
        if status == BAD_LABEL:
            return refuse_label(self._name, self._labels, self._classes)
        if status == BAD_VALUE:
            return refuse_value(self._name, self._vectors, self._kernel.of_kind(VECTOR))
        if status == NO_ROOM:
            return MemoryError(f"{self._name}: there is no memory for its rows in float32")
        said = {
            NULL_POINTER: "a pointer is null",
            NO_CLASSES: "there are no classes",
            BAD_STRIDE: "a stride is too small for a row",
            BAD_PARAMETER: "a parameter is outside its domain",
        }
        return ValueError(f"{self._name}: {said.get(status, f'unknown status {status}')}")


def _function(kernel: Described, library: ctypes.CDLL, dtype: str) -> Any:
    """The C function for one dtype, its argument types declared."""
    function = library[f"derive_{kernel.name}_{_TAGS[dtype]}"]
    types: list[Any] = [ctypes.c_size_t, ctypes.c_size_t]
    for given in kernel.inputs:
        types += {PARAMETER: [_CTYPES[dtype]], LABEL: [ctypes.c_void_p]}.get(
            given.kind, [ctypes.c_void_p, ctypes.c_size_t]
        )
    for made in kernel.outputs:
        types += [ctypes.c_void_p, *([ctypes.c_size_t] if made.axes else [])]
    function.argtypes, function.restype = types, ctypes.c_int
    return function


def signature_of(kernel: Described) -> inspect.Signature:
    """Arrays by position or by name, as many by position as the kernel says; the rest by name."""
    required = [given.name for given in kernel.inputs if given.kind != PARAMETER]
    split = kernel.positional
    arrays = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in required[:split]]
    arrays += [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in required[split:]]
    options = {given.name: given.default for given in kernel.of_kind(PARAMETER)} | {"axis": -1, "out": None}
    keywords = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=d) for n, d in options.items()]
    return inspect.Signature([*arrays, *keywords])


def help_text(kernel: Described, call: str) -> str:
    """The docstring of a callable: its mathematics, its inputs and outputs, and how it is called."""
    lines = "\n".join(f"    {line}" for line in kernel.math)
    inputs = "\n".join(f"{given.name}: {given.doc}" for given in kernel.inputs if given.doc)
    outputs = "\n".join(f"returns {made.name}: {made.doc}" for made in kernel.outputs)
    return "\n\n".join(part for part in (f"{kernel.title}.", lines, inputs, outputs, call) if part)
