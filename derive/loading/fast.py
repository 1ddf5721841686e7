"""A compiled kernel whose arguments are read in C: an extension module, where there is what compiles one."""

from __future__ import annotations

import ctypes
import importlib.machinery
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from derive.loading.arrays import bfloat16
from derive.loading.callable import Kernel
from derive.loading.compiler import find_compiler
from derive.loading.described import PARAMETER, Described
from derive.loading.direct import array_layout, direct
from derive.loading.loss_options import Variant
from derive.loading.slots import address_of
from derive.loading.threads import threads
from derive.loading.troubles import CompilerError
from derive.store import Cache, cache_folder, key_of
from derive.system.places import template_folder

NAME = "derive_fast"
SOURCES = ("fast.c", "derive_call.h", "derive_half.h")
_APPLE = ("-undefined", "dynamic_lookup") if sys.platform == "darwin" else ()


def as_callable(kernel: Described, library: ctypes.CDLL, variant: Variant | None = None) -> Callable[..., Any]:
    """The kernel as a callable, the fastest that there can be on this machine: what each takes and says is the same."""
    described = address_of(library, kernel)
    slow = Kernel(kernel, library, variant)
    if described is None:
        return slow
    if (made := extension()) is not None:
        slow.quick = _quick(made, kernel, described, slow)
    elif (layout := array_layout()) is not None:
        slow.quick = direct(slow, kernel, library, layout)
    return slow.quick


def _quick(made: ModuleType, kernel: Described, described: int, slow: Kernel) -> Callable[..., Any]:
    brain = bfloat16()
    if brain is not None:
        made.know_bfloat16(brain.num)
    names = tuple(map(sys.intern, (*(given.name for given in kernel.inputs), "axis", "out")))
    defaults = tuple(given.default for given in kernel.inputs)
    arrays = sum(given.kind != PARAMETER for given in kernel.inputs)
    quick: Any = made.make(described, slow, names, defaults, min(arrays, kernel.positional), threads())
    quick.__name__ = quick.__qualname__ = kernel.name
    quick.__doc__, quick.__signature__, quick.__module__ = slow.__doc__, slow.__signature__, Kernel.__module__
    return quick  # type: ignore[no-any-return]


@cache
def extension() -> ModuleType | None:
    """The extension module, compiled into the cache once; ``None`` where it cannot be: no headers of Python."""
    headers = [sysconfig.get_path("include"), np.get_include()]
    if sys.implementation.name != "cpython" or sys.platform == "win32":
        return None
    if not (os.path.isfile(f"{headers[0]}/Python.h") and os.path.isfile(f"{headers[1]}/numpy/arrayobject.h")):
        return None
    path = _compiled(tuple(headers))
    return None if path is None else _imported(path)


def _compiled(headers: tuple[str, ...]) -> Path | None:
    folder = template_folder() / "load"
    compiler = find_compiler()
    texts = [(folder / name).read_text(encoding="utf-8") for name in SOURCES]
    machine = (*headers, sys.version, np.__version__, *compiler.command, compiler.identity)

    def make(library: Path) -> None:
        try:
            compiler.compile([folder / SOURCES[0]], library, folder, [f"-I{path}" for path in headers] + [*_APPLE])
        except CompilerError:  # it did not fit this Python: that is kept, so as not to be tried each time
            library.write_bytes(b"")

    path = Cache(cache_folder()).file(key_of(NAME, *texts, *machine), importlib.machinery.EXTENSION_SUFFIXES[0], make)
    return path if path.stat().st_size else None


def _imported(path: Path) -> ModuleType | None:
    loader = importlib.machinery.ExtensionFileLoader(NAME, str(path))
    spec = importlib.util.spec_from_file_location(NAME, path, loader=loader)
    assert spec is not None
    try:
        module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
    except ImportError:
        return None
    return module
