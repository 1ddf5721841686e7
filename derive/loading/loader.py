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
from typing import TYPE_CHECKING, Any

from derive.loading.compiler import find_compiler, flags
from derive.loading.described import Record, read, written
from derive.loading.fast import as_callable
from derive.loading.halves import at_the_door
from derive.loading.loss_options import Loss, Variant, with_options
from derive.loading.slots import address_of
from derive.loading.standard import of_any_library
from derive.loading.troubles import LoadError
from derive.loading.whole import WholeKernel
from derive.project import find_project
from derive.project.chosen import formula_paths
from derive.store import Cache, cache_folder, key_of, says_the_same, source_key

if TYPE_CHECKING:
    from derive.language.formula import Formula

    Where = Formula | str | os.PathLike[str]
    """A formula, or the path of a formula file or of a folder of them."""


def load(
    name: str | os.PathLike[str] | Formula, target: str = "numpy", formulas: Where | Iterable[Where] | None = None
) -> Callable[..., Any]:
    """The kernel ``name`` as a function of NumPy arrays.

    name:     of a kernel; with its formula file before it, as in ``"mine.py:mine_vjp"``; or a formula, for its value.
    target:   "numpy" (the generated module) or "c" (compiled with the machine's C compiler, once, into a private
              cache folder).
    formulas: where to look: a formula, the path of a formula file (which is run, and looked at before the catalogue),
              or several of these; default: the formula files of the project that this runs in (``[tool.derive]`` in the
              nearest pyproject.toml), then the catalogue.

    Arrays are float32 or float64, which a kernel computes in, or float16 or bfloat16 (of ``ml_dtypes``): these are
    computed with in float32, and each result is rounded once, to the nearest.

    Its program is checked against the formula as it was written before it is handed out (:mod:`derive.verify`).  What
    was derived once is kept in the cache folder, and taken from there as long as the formula files, derive and SymPy
    are the same, byte by byte.

    Raises ProgramError where a check fails, LoadError for an unknown name or target, CatalogueError (file and line) for
    a formula file that does not load, ProjectError for a pyproject.toml that says what has no meaning, CompilerError
    without a C compiler, CacheError where the cache folder cannot be used: all are DeriveError.
    """
    kernel, places = where_asked(name, formulas)
    record = record_of(kernel, target, places)

    def variant(options: tuple[str, ...]) -> Callable[..., Any]:
        return as_function(record_of(kernel, target, places, options), target)

    return as_function(record, target, cache(variant) if record.kernel.is_loss else None)


def record_of(name: str, target: str, places: Sequence[Any] | None, options: Sequence[str] = ()) -> Record:
    """What a kernel says of itself, with its generated files: nothing is compiled.  Errors: see `load`.

    name, places: as :func:`where_asked` gives them.
    options: those of its loss that make another formula: the kernel of that one.
    """
    if target not in _LOADERS:
        from derive.catalogue import unknown

        raise LoadError(unknown("target", target, _LOADERS))
    return _record(name, target, places, tuple(options))


def as_function(record: Record, target: str, variant: Variant | None = None) -> Callable[..., Any]:
    """The kernel of a record that was made for this target; ``variant``: what takes the options of a loss."""
    return _LOADERS[target](record, variant)


def where_asked(name: Any, formulas: Where | Iterable[Where] | None) -> tuple[str, list[Any] | None]:
    """The name of a kernel, and where to look for it, of what :func:`load` was given."""
    places = _listed(formulas)
    if not isinstance(name, str | os.PathLike):
        return _of_formula(name, places)
    text = os.fspath(name)
    file, _, kernel = text.rpartition(":")
    if file.endswith(".py") and kernel.isidentifier():
        if places is not None:
            raise LoadError(f"{text!r} says where to look, and formulas= does too: leave one of them out")
        return kernel, [file]
    if text.rstrip(":").endswith(".py") or os.sep in text:
        from derive.loading.derived import kernels_in

        file = text.rstrip(":")
        raise LoadError(f"{text!r} is a file: say which of its kernels, as in {kernels_in(file)}")
    return text, _of_project() if places is None else places


def _of_formula(name: Any, places: list[Any] | None) -> tuple[str, list[Any]]:
    from derive.language.formula import Formula

    if not isinstance(name, Formula):
        raise LoadError(f"{name!r} names no kernel: give its name, or a formula")
    return name.name, [name, *(places or ())]


def _of_project() -> list[Any] | None:
    """The formula files of the project that this runs in; ``None``: it has none."""
    project = find_project(Path.cwd())
    return (list(formula_paths(project)) or None) if project is not None else None


def _listed(given: Any) -> list[Any] | None:
    """The places, one by one; ``None``: none were given."""
    if given is None:
        return None
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str | os.PathLike) else [given]


def _record(name: str, target: str, places: Sequence[Any] | None, options: tuple[str, ...]) -> Record:
    """The kernel with its generated files: as it is kept in the cache, or made now and kept if that is safe."""
    if not all(isinstance(place, str | os.PathLike) for place in places or ()):
        return _made(name, target, places, options)  # of a formula that is no file
    paths = None if places is None else [Path(place) for place in places]
    key = source_key(" ".join((name, *options)), target, paths)
    if key is None:
        return _made(name, target, places, options)
    cache = Cache(cache_folder())
    kept = cache.content(key, ".json")
    if kept is not None:
        return read(kept)
    record = _made(name, target, places, options)
    same = says_the_same(paths or ()) and source_key(" ".join((name, *options)), target, paths) == key
    if same and not _is_of_a_package(name, places):
        cache.file(key, ".json", lambda path: _write(path, written(record)))
    return record


def _made(name: str, target: str, places: Sequence[Any] | None, options: tuple[str, ...]) -> Record:
    from derive.loading.derived import made_of  # here alone: SymPy and all that stands on it

    return made_of(name, target, places, options)


def _is_of_a_package(name: str, places: Sequence[Any] | None) -> bool:
    from derive.loading.derived import is_of_a_package

    return is_of_a_package(name, places)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def in_memory(record: Record) -> int | None:
    """Where the library of a compiled kernel, which is never unloaded, describes it (see ``derive_call.h``).

    record: made for the target "c".  ``None``: it has too many inputs to be called by description.
    """
    return address_of(_compiled(tuple(record.files.items())), record.kernel)


# --- C -----------------------------------------------------------------------------------------------------------


def _load_c(record: Record, variant: Variant | None = None) -> Callable[..., Any]:
    library = _compiled(tuple(record.files.items()))
    if record.kernel.sizes:
        return at_the_door(record.kernel, WholeKernel(record.kernel, library))
    return as_callable(record.kernel, library, variant)


@cache
def _compiled(sources: tuple[tuple[str, str], ...]) -> ctypes.CDLL:
    compiler = find_compiler()

    def make(library: Path) -> None:
        folder = library.parent / "source"
        for path, text in sources:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            _write(folder / path, text)
        compiler.compile([folder / path for path, _ in sources if path.endswith(".c")], library, folder)

    machine = f"{sys.platform} {ctypes.sizeof(ctypes.c_void_p)} {importlib.machinery.EXTENSION_SUFFIXES}"
    texts = [part for source in sources for part in source]
    key = key_of("library", *texts, *flags(), *compiler.command, compiler.identity, machine)
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


def _load_numpy(record: Record, variant: Variant | None = None) -> Callable[..., Any]:
    (text,) = record.files.values()
    function: Callable[..., Any] = getattr(numpy_module(text), record.kernel.name)
    if variant is not None:
        function = with_options(function, Loss(record.kernel, function, variant))
    return of_any_library(record.kernel, function)


@cache
def numpy_module(text: str) -> ModuleType:
    """The module with this text, imported from a file of the cache so that tracebacks show its lines."""
    path = Cache(cache_folder()).file(key_of("module", text), ".py", lambda fresh: _write(fresh, text))
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


_LOADERS: dict[str, Callable[..., Callable[..., Any]]] = {"numpy": _load_numpy, "c": _load_c}
