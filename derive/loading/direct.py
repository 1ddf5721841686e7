"""A compiled kernel that reads array objects where they lie in memory: what is fast where no extension can be made."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from derive.loading.arrays import FLOAT16, REALS, Array, bfloat16
from derive.loading.callable import OK, Kernel
from derive.loading.described import PARAMETER, Described
from derive.loading.threads import threads

_FIELDS = ("type", "data", "axes", "lengths", "steps", "dtype", "flags")


class Layout(ctypes.Structure):
    """Where an array keeps what it is, in bytes from the address of the object; see ``derive_call.h``."""

    _fields_ = [
        *((name, ctypes.c_size_t) for name in _FIELDS),
        ("array", ctypes.c_void_p),
        ("dtypes", ctypes.c_void_p * 5),
    ]


@cache
def array_layout() -> Layout | None:
    """The layout of this NumPy's arrays; ``None`` where arrays of known shape do not bear it out."""
    if sys.implementation.name != "cpython":
        return None
    head, word = object.__basicsize__, ctypes.sizeof(ctypes.c_void_p)
    places = dict(zip(_FIELDS, (head + word * k for k in (-1, 0, 1, 2, 3, 5, 6)), strict=True))
    dtypes = [*REALS, FLOAT16, np.dtype(np.int64)]
    brain = bfloat16()
    listed = (*map(id, dtypes[:3]), None if brain is None else id(brain), id(dtypes[3]))
    found = Layout(**places, array=id(np.ndarray), dtypes=(ctypes.c_void_p * 5)(*listed))
    return found if np.ndarray.__basicsize__ >= head + 7 * word and all(map(_bears_out, _known(dtypes))) else None


def _known(dtypes: list[Any]) -> list[Any]:
    arrays = [np.arange(60).astype(dtype).reshape(3, 4, 5)[::-1, 1:, ::2] for dtype in dtypes]
    arrays[0].flags.writeable = False
    return [*arrays, np.zeros(1, np.uint8), np.zeros(9, np.uint8)[1:].view(np.float64)]


def _bears_out(array: Any) -> bool:
    """Whether the memory of an array says what the array says."""
    address, layout = id(array), object.__basicsize__
    word = ctypes.sizeof(ctypes.c_void_p)

    def at(place: int, kind: Any = ctypes.c_void_p) -> Any:
        return kind.from_address(address + layout + word * place).value

    flags, axes = at(6, ctypes.c_int), at(1, ctypes.c_int)
    if (at(-1), at(0), axes, at(5)) != (id(np.ndarray), array.ctypes.data, array.ndim, id(array.dtype)):
        return False
    lengths, steps = (list((ctypes.c_ssize_t * axes).from_address(at(place))) for place in (2, 3))
    told = bool(flags & 0x100), bool(flags & 0x400)
    return (lengths, steps, told) == (
        list(array.shape),
        list(array.strides),
        (array.flags.aligned, array.flags.writeable),
    )


def direct(slow: Kernel, kernel: Described, library: ctypes.CDLL, layout: Layout) -> Callable[..., Any]:
    """A function that calls what is plainly right at once; all else goes to ``slow``, which says what is wrong."""
    ctypes.memmove(ctypes.byref(Layout.in_dll(library, "derive_arrays")), ctypes.byref(layout), ctypes.sizeof(layout))
    ctypes.c_int.in_dll(library, "derive_threads").value = threads()
    arrays = [given.name for given in kernel.inputs if given.kind != PARAMETER]
    defaults = {given.name: given.default for given in kernel.of_kind(PARAMETER)}
    entry = library[f"derive_take_{kernel.name}"]
    entry.argtypes = [ctypes.py_object] * (len(arrays) + len(kernel.outputs)) + [ctypes.c_double] * len(defaults)
    entry.restype = ctypes.c_int
    fresh = _fresh(kernel)
    arranged = _arranged(arrays, defaults, min(len(arrays), kernel.positional), len(kernel.outputs))
    usual, count, several = tuple(defaults.values()), len(arrays), len(kernel.outputs) > 1
    if count > kernel.positional:
        count = -1  # never by position alone

    def call(*args: Any, **kwargs: Any) -> Any:
        inputs: tuple[Any, ...]
        outputs: tuple[Any, ...] | None
        if len(args) == count and not kwargs:
            inputs, numbers, outputs = args, usual, None
        elif len(args) == count and len(kwargs) == 1 and not several and "out" in kwargs:
            inputs, numbers, outputs = args, usual, (kwargs["out"],)
        else:
            inputs, numbers, outputs = arranged(args, kwargs)
        if inputs and type(inputs[0]) is np.ndarray and inputs[0].ndim:
            made = fresh(inputs[0]) if outputs is None else outputs
            if entry(*inputs, *made, *numbers) == OK:
                return made if several else made[0]
        return slow(*args, **kwargs)

    call.__name__ = call.__qualname__ = kernel.name
    call.__doc__, call.__module__ = slow.__doc__, Kernel.__module__
    call.__signature__ = slow.__signature__  # type: ignore[attr-defined]
    call.slow = slow  # type: ignore[attr-defined]
    return call


Arranged = tuple[tuple[Any, ...], tuple[float, ...], tuple[Any, ...] | None]
"""Inputs that are arrays, parameters, and outputs (``None``: to be made).  Without inputs: not plainly right."""


def _arranged(
    arrays: list[str], defaults: dict[str, float], positional: int, outputs: int
) -> Callable[[tuple[Any, ...], dict[str, Any]], Arranged]:
    known = {*arrays, *defaults, "out"}
    nothing: Arranged = ((), (), None)

    def arranged(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arranged:
        count, out = len(args), kwargs.get("out")
        later = arrays[count:]
        if count > positional or not kwargs.keys() <= known or any(map(kwargs.__contains__, arrays[:count])):
            return nothing
        if out is not None and outputs == 1:
            out = (out,)
        numbers = tuple([kwargs.get(name, usual) for name, usual in defaults.items()]) if defaults else ()
        if (out is not None and (type(out) is not tuple or len(out) != outputs)) or set(map(type, numbers)) - {float}:
            return nothing
        return args + tuple([kwargs.get(name) for name in later]), numbers, out

    return arranged


def _fresh(kernel: Described) -> Callable[[Array], tuple[Array, ...]]:
    """What makes the arrays of the outputs, for the first input."""
    axes = tuple(made.axes for made in kernel.outputs)
    if axes == (1,):
        return lambda head: (np.empty_like(head, None, "C"),)
    return lambda head: tuple([np.empty(head.shape[:-1] + head.shape[-1:] * k, head.dtype) for k in axes])
