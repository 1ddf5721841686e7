"""A compiled kernel along several axes as a Python function: whole arrays, or many of them at once."""

from __future__ import annotations

import ctypes
import inspect
import math
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

import numpy as np

from derive.loading.arguments import bound, read_parameter
from derive.loading.arrays import Array
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described, Given
from derive.loading.standard import in_kind, of_another_library

OK, NO_CLASSES, BAD_PARAMETER, BAD_LABEL, BAD_VALUE = 0, 2, 5, 4, 6
_CTYPES: dict[str, Any] = {"float32": ctypes.c_float, "float64": ctypes.c_double}
_TAGS = {"float32": "f32", "float64": "f64"}


class WholeKernel:
    """``kernel(x, t, *, w, T=...)``: the first two arrays by position or name, the rest by name.

    Arrays are float32 or float64, all alike in dtype, labels integers; each has the axes that the formula names, last.
    Axes before those run through many arrays at once, and an array without them serves all.  Returns an array, or a
    tuple of arrays where there are several outputs.
    Nothing is computed where an error is raised: TypeError, ValueError, or IndexError for a label.
    """

    def __init__(self, kernel: Described, library: ctypes.CDLL) -> None:
        self._kernel = kernel
        self._functions = {dtype: library[f"derive_{kernel.name}_{tag}"] for dtype, tag in _TAGS.items()}
        for dtype, function in self._functions.items():
            function.argtypes, function.restype = _types(kernel, dtype), ctypes.c_int
        self.__name__ = self.__qualname__ = kernel.name
        self.__doc__ = help_text(kernel, inspect.cleandoc(WholeKernel.__doc__ or ""))
        self.__signature__ = signature_of(kernel)

    def __repr__(self) -> str:
        return f"<compiled kernel {self.__name__}{self.__signature__}>"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if of_another_library(args, kwargs):
            return in_kind(self._kernel, self, args, kwargs)
        results = self._results(bound(self.__name__, self.__signature__, args, kwargs).arguments)
        return results[0] if len(results) == 1 else tuple(results)

    def _results(self, given: dict[str, Any]) -> list[Array]:
        kernel = self._kernel
        arrays, sizes, many = _read(kernel, given)
        dtype = next(arrays[one.name].dtype for one in kernel.of_kind(VECTOR))
        options = kernel.of_kind(PARAMETER)
        numbers = {one.name: read_parameter(kernel.name, one, given[one.name], dtype) for one in options}
        shapes = [tuple(sizes[letter] for letter in made.shape) for made in kernel.outputs]
        results = [np.empty(many + shape, dtype) for shape in shapes]
        function, lengths = self._functions[dtype.name], [sizes[letter] for letter in kernel.sizes]
        for place in np.ndindex(*many):
            held = {name: array[(*place, ...)] for name, array in arrays.items()}
            passed = [numbers[i.name] if i.kind == PARAMETER else _passed(i, held.get(i.name)) for i in kernel.inputs]
            status = function(*lengths, *passed, *(result[(*place, ...)].ctypes.data for result in results))
            if status != OK:
                raise _error(kernel.name, status)
        return results


def _passed(one: Given, array: Array | None) -> int | None:
    """The address of an array, which the caller holds; one label alone is a number, and what is left out none."""
    if array is None:
        return None
    return array.ctypes.data if one.shape or one.kind != LABEL else int(array)


def _read(kernel: Described, given: dict[str, Any]) -> tuple[dict[str, Array], dict[str, int], tuple[int, ...]]:
    """The arrays with the axes before those that are named in common; the sizes; and these axes."""
    kernel = _of_what_is_given(kernel, given)
    asked = [one for one in kernel.inputs if one.kind != PARAMETER]
    arrays = {one.name: np.asarray(given[one.name]) for one in asked}
    first = next(one.name for one in asked if one.kind != LABEL)
    for one in asked:
        _check_dtype(kernel.name, one, arrays[one.name], first, arrays[first])
    sizes, before = sizes_of(kernel, {name: array.shape for name, array in arrays.items()})
    _check_values(kernel, arrays, sizes)
    many = np.broadcast_shapes(*before.values())
    own = {one.name: tuple(sizes[letter] for letter in one.shape) for one in asked}
    readable = {one.name: _readable(one, arrays[one.name]) for one in asked}
    return {name: np.broadcast_to(array, many + own[name]) for name, array in readable.items()}, sizes, many


def _of_what_is_given(kernel: Described, given: Mapping[str, Any]) -> Described:
    """The kernel without the arrays that are left out.  Raises ValueError where they alone tell a size."""
    kept = tuple(one for one in kernel.inputs if one.neutral is None or given[one.name] is not None)
    told = {letter for one in kept for letter in one.shape}
    for one in kernel.inputs:
        if one not in kept and (unknown := [letter for letter in one.shape if letter not in told]):
            raise ValueError(
                f"{kernel.name}: {one.name} is None, and nothing else tells the size {unknown[0]}: give it"
            )
    return kernel._replace(inputs=kept)


def sizes_of(
    kernel: Described, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """The sizes by their letters, and what each array has before the axes that are named.

    shapes: of the arrays, by their names.  Raises ValueError where they do not fit.
    """
    sizes: dict[str, int] = {}
    seen: dict[str, str] = {}
    before: dict[str, tuple[int, ...]] = {}
    for one in kernel.inputs:
        if one.kind == PARAMETER:
            continue
        shape, count = shapes[one.name], len(shapes[one.name]) - len(one.shape)
        if count < 0:
            axes = ", ".join(one.shape)
            raise ValueError(f"{kernel.name}: {one.name} has shape {shape}, but needs the axes ({axes})")
        before[one.name] = shape[:count]
        for letter, size in zip(one.shape, shape[count:], strict=True):
            if size == 0:
                raise ValueError(f"{kernel.name}: {one.name} has shape {shape}: its axis {letter} is empty")
            if sizes.setdefault(letter, size) != size:
                raise ValueError(
                    f"{kernel.name}: {one.name} has shape {shape}, so that {letter} is {size}, "
                    f"but {seen[letter]} says that it is {sizes[letter]}"
                )
            seen.setdefault(letter, one.name)
    if not _fit(before.values()):
        raise ValueError(f"{kernel.name}: the axes before those that are named do not fit together: {before}")
    return sizes, before


def _fit(shapes: Iterable[tuple[int, ...]]) -> bool:
    """Whether these are the shapes of one array, but where one has a 1 or lacks the first axes."""
    for column in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        sizes = [size for size in column if size != 1]
        if any(size != sizes[0] for size in sizes):
            return False
    return True


def _readable(one: Given, array: Array) -> Array:
    """An array as a kernel reads it where it lies: contiguous in the axes that are named, labels as int64."""
    if one.kind == LABEL:
        array = array.astype(np.int64, copy=False)
    place: Any = (*(0,) * (array.ndim - len(one.shape)), ...)
    first = array[place] if array.size else array
    return array if first.flags.c_contiguous and array.flags.aligned else np.require(array, requirements=["C", "A"])


def _check_dtype(kernel: str, one: Given, array: Array, first: str, head: Array) -> None:
    if one.kind == LABEL:
        if array.dtype.kind not in "iu":
            raise TypeError(f"{kernel}: {one.name} has dtype {array.dtype}, not an integer: convert it with astype")
    elif array.dtype not in (np.float32, np.float64):
        raise TypeError(f"{kernel}: {one.name} has dtype {array.dtype}, not float32 or float64: convert it with astype")
    elif array.dtype != head.dtype:
        raise TypeError(f"{kernel}: {one.name} has dtype {array.dtype} but {first} has {head.dtype}: convert one")


def _check_values(kernel: Described, arrays: dict[str, Array], sizes: dict[str, int]) -> None:
    for one in kernel.inputs:
        if one.kind == PARAMETER:
            continue
        array = arrays[one.name]
        if one.kind == LABEL:
            outside = (array < 0) | (array >= sizes[one.among])
            if outside.any():
                raise IndexError(
                    f"{kernel.name}: {one.name} holds the label {array[outside][0]}, but labels go from 0 to "
                    f"{sizes[one.among] - 1}"
                )
        elif one.told:
            outside = (array < one.low) | (array > (math.inf if one.high is None else one.high))
            if outside.any():
                raise ValueError(f"{kernel.name}: {one.name} holds {array[outside][0]}, but its values are {one.told}")


def _types(kernel: Described, dtype: str) -> list[Any]:
    types: list[Any] = [ctypes.c_size_t] * len(kernel.sizes)
    for one in kernel.inputs:
        if one.kind == PARAMETER:
            types.append(_CTYPES[dtype])
        else:
            types.append(ctypes.c_void_p if one.shape or one.kind != LABEL else ctypes.c_size_t)
    return [*types, *[ctypes.c_void_p] * len(kernel.outputs)]


def _error(name: str, status: int) -> Exception:
    said = {
        NO_CLASSES: "an axis is empty",
        BAD_PARAMETER: "a parameter is outside its domain",
        BAD_LABEL: "a label names no place",
        BAD_VALUE: "a value is outside its domain",
    }
    return ValueError(f"{name}: {said.get(status, f'unknown status {status}')}")


def signature_of(kernel: Described) -> inspect.Signature:
    """Arrays by position or by name, as many by position as the kernel says; the rest by name."""
    required = [given.name for given in kernel.inputs if given.kind != PARAMETER]
    split = kernel.positional
    arrays = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in required[:split]]
    arrays += [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in required[split:]]
    options = {given.name: given.default for given in kernel.of_kind(PARAMETER)}
    keywords = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=d) for n, d in options.items()]
    return inspect.Signature([*arrays, *keywords])


def help_text(kernel: Described, call: str) -> str:
    """What a kernel says of itself, with how it is called."""
    lines = "\n".join(f"    {line}" for line in kernel.math)
    shapes = "\n".join(
        f"{given.name}: shape (..., {', '.join(given.shape)}){'. ' + given.doc if given.doc else ''}"
        for given in kernel.inputs
        if given.kind != PARAMETER
    )
    return "\n\n".join(part for part in (f"{kernel.title}.", lines, shapes, call) if part)
