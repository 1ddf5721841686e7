"""Arrays of other libraries, by the standards that they share: read where they lie, results given back in kind.

DLPack says where the numbers of an array are; the array API standard, or the library's own module, takes them back.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from derive.loading.described import Described
from derive.loading.halves import at_the_door

ON_CPU = 1
"""What DLPack calls the CPU."""


def of_any_library(kernel: Described, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy arrays of float32 and float64 that takes halves, and arrays of other libraries, too."""
    careful = at_the_door(kernel, function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if args and type(args[0]) is np.ndarray:  # as it mostly is: nothing else is asked
            try:
                return function(*args, **kwargs)
            except TypeError:
                pass  # they may be halves
        elif of_another_library(args, kwargs):
            return in_kind(kernel, careful, args, kwargs)
        return careful(*args, **kwargs)

    return call


def of_another_library(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Whether an argument is an array that speaks DLPack, and none of NumPy's."""
    return any(map(_speaks, args)) or any(map(_speaks, kwargs.values()))


def in_kind(kernel: Described, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function of NumPy arrays gives for arrays of another library, as that library's own.

    ``out`` is written where it lies, and returned.  Where the first argument is of NumPy, so are the results.

    Raises TypeError, in one line, for arrays that lie on another device, that cannot be read, or of several libraries.
    """
    names = kernel.by_position()
    named = [*zip([*names, *("an argument",) * len(args)], args, strict=False), *kwargs.items()]
    back = _giver(kernel.name, [value for _, value in named])
    read = [_read(kernel.name, name, value) for name, value in named]
    results = function(*read[: len(args)], **dict(zip(kwargs, read[len(args) :], strict=True)))
    if kwargs.get("out") is not None:
        return kwargs["out"]
    return tuple(map(back, results)) if isinstance(results, tuple) else back(results)


def _speaks(value: Any) -> bool:
    if isinstance(value, np.ndarray | np.generic) or not hasattr(value, "__dlpack__"):
        return False
    return hasattr(_library(value), "from_dlpack")


def _library(value: Any) -> Any:
    """The namespace that an array names by the standard, else the module that its class is from."""
    if hasattr(value, "__array_namespace__"):
        return value.__array_namespace__()
    return sys.modules.get(type(value).__module__.partition(".")[0])


def _giver(kernel: str, values: Iterable[Any]) -> Callable[[Any], Any]:
    """What gives a result the kind of the inputs."""
    arrays = [value for value in values if isinstance(value, np.ndarray) or _speaks(value)]
    if isinstance(arrays[0], np.ndarray):
        return lambda result: result
    libraries = {_library(value).__name__: _library(value) for value in arrays if not isinstance(value, np.ndarray)}
    (name, library), *others = libraries.items()
    if others:
        raise TypeError(f"{kernel}: its arrays are of {name} and of {others[0][0]}: give those of one library")
    return lambda result: library.from_dlpack(np.asarray(result))


def _read(kernel: str, name: str, value: Any) -> Any:
    """An array of NumPy over the memory of another; anything else as it is."""
    if type(value) is tuple:
        return tuple(_read(kernel, name, one) for one in value)
    if not _speaks(value):
        return value
    try:
        here = value.__dlpack_device__()[0] == ON_CPU
        read = np.from_dlpack(value) if here else None
    except Exception as error:  # each library has its own
        why = (str(error).splitlines() or [type(error).__name__])[0]
        told = f"{name} ({getattr(value, 'dtype', type(value).__name__)})"
        raise TypeError(f"{kernel}: {told} cannot be read where it lies: {why}") from error
    if read is None:
        where = getattr(value, "device", "another device")
        raise TypeError(f"{kernel}: {name} lies on {where}, and the kernels run on the CPU: bring it there")
    return read
