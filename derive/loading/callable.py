"""A compiled kernel as a Python function on NumPy arrays."""

from __future__ import annotations

import ctypes
import inspect
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.language.domains import domain_of
from derive.language.inputs import Input, Label, Parameter
from derive.language.nodes import Vector
from derive.loading.arguments import (
    read_axis,
    read_labels,
    read_out,
    read_parameter,
    read_vectors,
    refuse_label,
    refuse_value,
)
from derive.loading.arrays import Array, row_stride, to_front
from derive.loops.ir import Output, Program
from derive.targets.numpy.names import POSITIONAL, argument_names

OK, NULL_POINTER, NO_CLASSES, BAD_STRIDE, BAD_LABEL, BAD_PARAMETER, BAD_VALUE = range(7)
_CTYPES: dict[str, Any] = {"float32": ctypes.c_float, "float64": ctypes.c_double}
_TAGS = {"float32": "f32", "float64": "f64"}


class Kernel:
    """``kernel(x, t, *, v, T=..., axis=-1, out=None)``: the first two arrays by position or name, the rest by name.

    Vectors are float32 or float64, all alike in dtype and shape, with any number of axes beside the class axis
    ``axis``; labels have the shape of a vector without its class axis.  Returns an array, or a tuple of arrays where
    there are several outputs: a scalar output has no class axis, a vector output has it at ``axis``, a matrix
    output has two, at ``axis`` and just behind it.  ``out`` (an array or a tuple) is written instead and returned.
    Nothing is written where an error is raised: TypeError, ValueError, or IndexError for a label.
    """

    def __init__(self, program: Program, library: ctypes.CDLL) -> None:
        self._program = program
        self._names = argument_names(program.inputs)
        self._functions = {dtype: _function(program, library, dtype) for dtype in _TAGS}
        self.__name__ = self.__qualname__ = program.name
        self.__doc__ = _doc(program, self._names)
        self.__signature__ = _signature(program.inputs, self._names)

    def __repr__(self) -> str:
        return f"<compiled kernel {self.__name__}{self.__signature__}>"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        try:
            bound = self.__signature__.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.__name__}{self.__signature__}: {error}") from None
        bound.apply_defaults()
        return _Call(self._program, self._names, bound.arguments).run(self._functions)


@dataclass(frozen=True)
class _Place:
    """An output: what is returned, the view that the kernel writes, and whether that is to be copied to the result."""

    result: Array
    written: Array
    axes: int
    copied: bool = False


class _Call:
    """One call: what was given, checked and laid out for the kernel.  Every array that it points to is held here."""

    def __init__(self, program: Program, names: dict[Input, str], given: dict[str, Any]) -> None:
        self._program, self._name = program, program.name
        vectors = {names[v]: given[names[v]] for v in program.inputs if isinstance(v, Vector)}
        self._vectors = read_vectors(self._name, vectors)
        self._domains = {names[v]: domain_of(v) for v in program.inputs if isinstance(v, Vector)}
        head = next(iter(self._vectors.values()))
        self._dtype = head.dtype
        self._axis = read_axis(self._name, given["axis"], head.shape)
        self._classes = head.shape[self._axis]
        self._batch = head.shape[: self._axis] + head.shape[self._axis + 1 :]
        self._labels = {
            names[t]: read_labels(self._name, names[t], given[names[t]], self._batch)
            for t in program.inputs
            if isinstance(t, Label)
        }
        shapes = [self._shape(output) for output in program.outputs]
        self._out = read_out(self._name, given["out"], program.outputs, shapes, self._dtype)
        self._held: list[Array] = []
        self._inputs = [value for what in program.inputs for value in self._input(what, names[what], given)]

    def run(self, functions: dict[str, Any]) -> Any:
        places = [self._place(output, given) for output, given in zip(self._program.outputs, self._out, strict=True)]
        pointers = [value for place in places for value in self._pointer(place.written, place.axes, place.axes > 0)]
        status = functions[self._dtype.name](math.prod(self._batch), self._classes, *self._inputs, *pointers)
        if status != OK:
            raise self._error(status)
        for place in places:
            if place.copied:
                to_front(place.result, self._axis, place.axes)[...] = place.written
        results = tuple(place.result for place in places)
        return results[0] if len(results) == 1 else results

    def _shape(self, output: Output) -> tuple[int, ...]:
        return self._batch[: self._axis] + (self._classes,) * output.axes + self._batch[self._axis :]

    def _input(self, what: Input, name: str, given: dict[str, Any]) -> list[Any]:
        """What the kernel is passed for an input: pointer and stride, pointer, or number."""
        if isinstance(what, Parameter):
            return [read_parameter(self._name, name, given[name], what.domain, self._dtype)]
        if isinstance(what, Label):
            return self._pointer(self._labels[name], 0, False)
        view = to_front(self._vectors[name], self._axis, 1)
        return self._pointer(view if row_stride(view, 1) is not None else view.copy(order="C"), 1, True)

    def _pointer(self, view: Array, axes: int, strided: bool) -> list[Any]:
        self._held.append(view)
        return [view.ctypes.data, *([row_stride(view, axes)] if strided else [])]

    def _place(self, output: Output, given: Array | None) -> _Place:
        """Where the kernel writes an output: in the array that it becomes, where it can."""
        axes = output.axes
        if given is not None and self._fits(given, output):
            return _Place(given, to_front(given, self._axis, axes), axes)
        written = np.empty((*self._batch, *(self._classes,) * axes), self._dtype)
        if given is not None:
            return _Place(given, written, axes, copied=True)
        result = np.moveaxis(written, range(-axes, 0), range(self._axis, self._axis + axes)) if axes else written
        return _Place(result, written, axes)

    def _fits(self, out: Array, output: Output) -> bool:
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
            return refuse_value(self._name, self._vectors, self._domains)
        said = {
            NULL_POINTER: "a pointer is null",
            NO_CLASSES: "there are no classes",
            BAD_STRIDE: "a stride is too small for a row",
            BAD_PARAMETER: "a parameter is outside its domain",
        }
        return ValueError(f"{self._name}: {said.get(status, f'unknown status {status}')}")


def _function(program: Program, library: ctypes.CDLL, dtype: str) -> Any:
    """The C function for one dtype, its argument types declared."""
    function = library[f"derive_{program.name}_{_TAGS[dtype]}"]
    types: list[Any] = [ctypes.c_size_t, ctypes.c_size_t]
    for what in (*program.inputs, *program.outputs):
        if isinstance(what, Parameter):
            types.append(_CTYPES[dtype])
        else:
            types.append(ctypes.c_void_p)
            if isinstance(what, Vector) or (isinstance(what, Output) and what.axes > 0):
                types.append(ctypes.c_size_t)
    function.argtypes, function.restype = types, ctypes.c_int
    return function


def _signature(inputs: tuple[Input, ...], names: dict[Input, str]) -> inspect.Signature:
    required = [names[v] for v in inputs if not isinstance(v, Parameter)]
    arrays = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in required[:POSITIONAL]]
    arrays += [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in required[POSITIONAL:]]
    options = {names[v]: v.default for v in inputs if isinstance(v, Parameter)} | {"axis": -1, "out": None}
    keywords = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=d) for n, d in options.items()]
    return inspect.Signature([*arrays, *keywords])


def _doc(program: Program, names: dict[Input, str]) -> str:
    lines = "\n".join(f"    {line}" for line in program.math)
    inputs = "\n".join(f"{names[v]}: {v.doc}" for v in program.inputs if v.doc)
    outputs = "\n".join(f"returns {o.name}: {o.doc}" for o in program.outputs)
    about = inspect.cleandoc(Kernel.__doc__ or "")
    return "\n\n".join(part for part in (f"{program.title}.", lines, inputs, outputs, about) if part)
