"""A function of somebody else, by ``FILE.py::name`` or ``LIBRARY.so::symbol``, and how it is called."""

from __future__ import annotations

import ctypes
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from derive.language.components import Labels, Vector
from derive.language.errors import DeriveError
from derive.language.inputs import Label
from derive.loops.ir import Program

LIBRARIES = (".so", ".dylib", ".dll")
ARRAYS = ("torch", "jax")
"""Libraries whose arrays a function wants that was written with them."""


class AuditError(DeriveError):
    """A function that cannot be found, or cannot be called."""


@dataclass(frozen=True)
class Theirs:
    """name: as it was asked for; call: arrays by the names of the inputs, rows first -> its results as arrays."""

    name: str
    call: Callable[[Mapping[str, Any]], tuple[Any, ...]]


def theirs_of(place: str, program: Program, beside: Sequence[str] = ()) -> Theirs:
    """The function at a place, to be called with the inputs of a program, and what it takes ``beside`` them.

    Raises AuditError where there is none.
    """
    path, _, name = place.rpartition("::")
    if not path or not name:
        raise AuditError(f"{place!r} names no function: write FILE.py::function, or LIBRARY.so::symbol")
    file = Path(path)
    if not file.is_file():
        raise AuditError(f"{path}: there is no such file")
    if file.suffix in LIBRARIES:
        return Theirs(name, _symbol(file, name, program))
    function = getattr(_module(file), name, None)
    if not callable(function):
        raise AuditError(f"{path}: it has no function called {name!r}")
    return Theirs(name, _function(function, [*(one.name for one in program.inputs), *beside]))


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"audited_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise AuditError(f"{file}: it is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # data classes look their module up
    sys.path.insert(0, str(file.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise AuditError(f"{file}: it does not load: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(file.parent))
    return module


# --- Python ----------------------------------------------------------------------------------------------------------


def _function(function: Callable[..., Any], inputs: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """By the names of its parameters where these are those of the inputs, else by position, in the order of inputs."""
    try:
        taken = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # built in: it does not say
        taken = []
    by_name = set(inputs) <= set(taken)
    library = next((name for name in ARRAYS if _uses(function, name)), "numpy")

    def call(given: Mapping[str, Any]) -> tuple[Any, ...]:
        arguments = {name: _turned(library, given[name]) for name in inputs}
        try:
            with np.errstate(all="ignore"):
                found = function(**arguments) if by_name else function(*arguments.values())
        except Exception as error:
            named = ", ".join(arguments)
            raise AuditError(f"called with {named} it raised {type(error).__name__}: {error}") from error
        return tuple(map(_array, found if isinstance(found, tuple | list) else (found,)))

    return call


def _uses(function: Callable[..., Any], library: str) -> bool:
    around = getattr(inspect.unwrap(function), "__globals__", {})
    return getattr(function, "__module__", "").split(".")[0] == library or any(
        isinstance(one, ModuleType) and one.__name__.split(".")[0] == library for one in around.values()
    )


def _turned(library: str, value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    if library == "torch":
        return importlib.import_module("torch").tensor(value)
    if library == "jax":
        return importlib.import_module("jax.numpy").asarray(value)
    return value.copy()


def _array(value: Any) -> Any:
    plain = value.detach().cpu().numpy() if hasattr(value, "detach") else value
    try:
        return np.asarray(plain, np.float64)
    except (TypeError, ValueError) as error:
        raise AuditError(f"it gave {type(value).__name__}, which is no array of numbers") from error


# --- C ---------------------------------------------------------------------------------------------------------------


def _symbol(file: Path, name: str, program: Program) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """A C function of float64 with the arguments of the generated kernel: rows, classes, then arrays with strides.

    Along axes that are named they are the sizes, then arrays without gaps.
    """
    try:
        function = ctypes.CDLL(str(file.resolve()))[name]
    except OSError as error:
        raise AuditError(f"{file}: it cannot be loaded: {error}") from error
    except AttributeError as error:
        raise AuditError(f"{file}: it has no symbol called {name!r}") from error

    def call_whole(given: Mapping[str, Any]) -> tuple[Any, ...]:
        held = [np.ascontiguousarray(given[one.name]) for one in program.inputs]
        sizes: dict[str, int] = {}
        for one, array in zip(program.inputs, held, strict=True):
            if isinstance(one, Vector | Labels):
                sizes |= zip((axis.size.name for axis in one.axes), array.shape, strict=True)
        made = [np.full([sizes[letter] for letter in output.shape], np.nan) for output in program.outputs]
        passed: list[Any] = [ctypes.c_size_t(sizes[letter]) for letter in program.sizes]
        for one, array in zip(program.inputs, held, strict=True):
            if isinstance(one, Vector | Labels):
                passed.append(array.ctypes.data_as(ctypes.c_void_p))
            else:
                passed.append(ctypes.c_size_t(int(array)) if isinstance(one, Label) else ctypes.c_double(float(array)))
        function(*passed, *(array.ctypes.data_as(ctypes.c_void_p) for array in made))
        return tuple(made)

    def call(given: Mapping[str, Any]) -> tuple[Any, ...]:
        head = next(v for v in given.values() if isinstance(v, np.ndarray) and v.ndim == 2)
        rows, classes = head.shape
        held = [np.ascontiguousarray(given[one.name]) for one in program.inputs]
        made = [np.full((rows, *(classes,) * output.axes), np.nan) for output in program.outputs]
        arguments: list[Any] = [ctypes.c_size_t(rows), ctypes.c_size_t(classes)]
        for one, array in zip(program.inputs, held, strict=True):
            if isinstance(one, Vector):
                arguments += [array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(classes)]
            elif isinstance(one, Label):
                arguments.append(array.ctypes.data_as(ctypes.c_void_p))
            else:
                arguments.append(ctypes.c_double(float(array)))
        for output, array in zip(program.outputs, made, strict=True):
            arguments.append(array.ctypes.data_as(ctypes.c_void_p))
            arguments += [ctypes.c_size_t(classes**output.axes)] if output.axes else []
        function(*arguments)
        return tuple(made)

    return call_whole if program.formula.has_axes else call
