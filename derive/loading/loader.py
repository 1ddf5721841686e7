"""A kernel by its name, as a Python function: ``derive.load``."""

from __future__ import annotations

import ctypes
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from derive.catalogue import load_catalogue, unknown
from derive.catalogue.open import kernel_names
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.loading.cache import Cache, cache_folder, key_of
from derive.loading.callable import Kernel
from derive.loading.compiler import FLAGS, find_compiler
from derive.pipeline import build_formula
from derive.targets import Built
from derive.targets.templates import environment
from derive.verify import check_programs


class LoadError(DeriveError):
    """No kernel has the name, or no target."""


Where = Formula | str | os.PathLike[str]
"""A formula, or the path of a formula file or of a folder of them."""


def load(name: str, target: str = "numpy", formulas: Where | Iterable[Where] | None = None) -> Callable[..., Any]:
    """The kernel ``name`` as a function of NumPy arrays.

    target:   "numpy" (the generated module) or "c" (compiled with the machine's C compiler, once, into a private
              cache folder).
    formulas: where to look: a formula, the path of a formula file (which is run, and looked at beside the catalogue),
              or several of these; default: the catalogue.

    Its program is checked against the formula as it was written before it is handed out (:mod:`derive.verify`).

    Raises ProgramError where that fails, LoadError for an unknown name or target, CatalogueError (file and line) for a
    formula file that does not load, CompilerError without a C compiler, CacheError where the cache folder cannot be
    used: all are DeriveError.
    """
    if target not in _LOADERS:
        raise LoadError(unknown("target", target, _LOADERS))
    owners = {kernel: formula for formula in _found(formulas) for kernel in kernel_names(formula)}
    if name not in owners:
        raise LoadError(unknown("kernel", name, owners))
    built = _built(owners[name])
    _check(next(program for program in built.programs if program.name == name))
    return _LOADERS[target](built, name)


_check = cache(lambda program: check_programs([program]))
"""No kernel is handed out whose program is not its formula."""


def _found(given: Where | Iterable[Where] | None) -> Sequence[Formula]:
    """The formulas among which a name is looked for; those that were given come last, so that they count."""
    if given is None:
        return load_catalogue()
    listed = [given] if isinstance(given, Formula | str | os.PathLike) else list(given)
    strange = [one for one in listed if not isinstance(one, Formula | str | os.PathLike)]
    if strange:
        raise LoadError(f"formulas holds {strange[0]!r}: give formulas, or the paths of formula files")
    paths = [Path(one) for one in listed if not isinstance(one, Formula)]
    own = [one for one in listed if isinstance(one, Formula)]
    return [*(load_catalogue(paths) if paths else ()), *own]


@cache
def _built(formula: Formula) -> Built:
    return build_formula(formula)


def _load_numpy(built: Built, name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(_numpy_module(_numpy_text(built)), name)
    return function


def _load_c(built: Built, name: str) -> Callable[..., Any]:
    program = next(p for p in built.programs if p.name == name)
    return Kernel(program, _library(built))


_LOADERS: dict[str, Callable[[Built, str], Callable[..., Any]]] = {"numpy": _load_numpy, "c": _load_c}


# --- C -----------------------------------------------------------------------------------------------------------


def _library(built: Built) -> ctypes.CDLL:
    """The formula's kernels as a shared library: from the cache, or compiled into it."""
    from derive.targets.c import TARGET

    templates = environment()
    files = {**TARGET.formula_files(built, templates), **TARGET.shared_files([built], templates)}
    sources = {path: text for path, text in sorted(files.items()) if path.endswith((".c", ".h"))}
    return _compiled(tuple(sources.items()))


@cache
def _compiled(sources: tuple[tuple[str, str], ...]) -> ctypes.CDLL:
    compiler = find_compiler()

    def make(library: Path) -> None:
        folder = library.parent / "source"
        for path, text in sources:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        compiler.compile([folder / path for path, _ in sources if path.endswith(".c")], library, folder)

    machine = f"{sys.platform} {ctypes.sizeof(ctypes.c_void_p)} {importlib.machinery.EXTENSION_SUFFIXES}"
    texts = [part for source in sources for part in source]
    key = key_of("library", *texts, *FLAGS, *compiler.command, compiler.identity, machine)
    path = Cache(cache_folder()).file(key, ".dll" if sys.platform == "win32" else ".so", make)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise LoadError(f"{path} cannot be loaded ({error}): {_mend(path)}") from error


def _mend(library: Path) -> str:
    """What helps where the system refuses a library: it may lie where nothing is run."""
    flag = getattr(os, "ST_NOEXEC", 0)
    if hasattr(os, "statvfs") and os.statvfs(library).f_flag & flag:
        return "no program may run from there (noexec): set XDG_CACHE_HOME to a folder on another file system"
    return "set CC to a compiler for this Python"


# --- NumPy -------------------------------------------------------------------------------------------------------


def _numpy_text(built: Built) -> str:
    """The text of the formula's module."""
    from derive.targets.numpy import TARGET

    files = TARGET.formula_files(built, environment())
    (text,) = (text for path, text in files.items() if path.endswith(".py"))
    return text


@cache
def _numpy_module(text: str) -> ModuleType:
    """The module with this text, imported from a file of the cache so that tracebacks show its lines."""

    def make(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    path = Cache(cache_folder()).file(key_of("module", text), ".py", make)
    name = f"derive_kernels_{path.stem[:16]}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Fresh(name, str(path)))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Fresh(importlib.machinery.SourceFileLoader):
    """Reads the source each time: trusts no bytecode that lies beside it, and leaves none."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)
