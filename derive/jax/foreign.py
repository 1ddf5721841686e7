"""The C kernels as targets of XLA's foreign function interface: compiled for this JAX once, into the cache."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from derive.loading import CompilerError
from derive.loading.compiler import find_compiler
from derive.loading.described import VECTOR, Described, Record
from derive.loading.loader import in_memory
from derive.loading.threads import threads
from derive.store import Cache, cache_folder, key_of
from derive.targets.templates import environment

TARGET = "derive_kernel"
SOURCES = ("load/jax_call.c", "load/derive_call.h", "load/derive_half.h", "c/derive_support.h")


class Unavailable(Exception):
    """Why no kernel can be called this way."""


class _Handler(NamedTuple):
    """function: what XLA calls; known: what a kernel is told to it by, once, before it is called."""

    function: Any
    known: Any


def foreign(record: Record) -> Callable[..., Sequence[jax.Array]]:
    """The kernel of a record that was made for C, as a function of arrays that calls it within compiled code.

    Raises Unavailable where this JAX, this machine or this kernel does not allow it.
    """
    handler, address = _handler(), in_memory(record)
    if address is None:
        raise Unavailable(f"{record.kernel.name} has too many inputs")
    about = record.kernel
    key = int(key_of(about.name, *(part for file in record.files.items() for part in file))[:15], 16)
    if not handler.known(key, address, about.name.encode(), threads()):
        raise Unavailable("there is no memory for it")

    def called(*arrays: jax.Array) -> Sequence[jax.Array]:
        made = jax.ffi.ffi_call(TARGET, results(about, arrays))
        found: Sequence[jax.Array] = made(*arrays, kernel=np.int64(key))
        return found

    return called


def results(about: Described, arrays: Sequence[Any]) -> list[jax.ShapeDtypeStruct]:
    """What a kernel gives for inputs of these shapes, in which the classes are the last axis."""
    head = next(array for what, array in zip(about.inputs, arrays, strict=True) if what.kind == VECTOR)
    *batch, classes = head.shape
    return [jax.ShapeDtypeStruct((*batch, *(classes,) * made.axes), head.dtype) for made in about.outputs]


@cache
def _handler() -> _Handler:
    if not hasattr(jax, "ffi"):
        raise Unavailable(f"JAX {jax.__version__} has no jax.ffi: install 0.5 or newer")
    try:
        library = ctypes.CDLL(str(_compiled(Path(jax.ffi.include_dir()))))
    except (CompilerError, OSError) as error:
        raise Unavailable(str(error)) from error
    known = library.derive_make_known
    known.argtypes, known.restype = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int], ctypes.c_int
    jax.ffi.register_ffi_target(TARGET, jax.ffi.pycapsule(library.derive_jax), platform="cpu")
    return _Handler(library.derive_jax, known)


def _compiled(headers: Path) -> Path:
    if not (headers / "xla" / "ffi" / "api" / "c_api.h").is_file():
        raise Unavailable(f"JAX has brought no headers to {headers}")
    compiler, templates = find_compiler(), environment()
    texts = {Path(name).name: templates.get_template(name).render() for name in SOURCES}

    def make(library: Path) -> None:
        folder = library.parent / "source"
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        source = folder / Path(SOURCES[0]).name
        compiler.compile([source], library, folder, [f"-I{headers}"])

    interface = (headers / "xla" / "ffi" / "api" / "c_api.h").read_text(encoding="utf-8")
    key = key_of(TARGET, *texts.values(), interface, *compiler.command, compiler.identity, sys.platform)
    return Cache(cache_folder()).file(key, ".so", make)
