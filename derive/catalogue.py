"""The catalogue: every formula that derive ships, and those in files that its user names.

A formula file is Python, and loading it runs it.  Nothing else is ever run.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.machinery
import importlib.util
import keyword
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from types import CodeType, ModuleType

import derive.formulas
from derive.language.errors import DeriveError
from derive.language.formula import Formula


class CatalogueError(DeriveError):
    """A formula file cannot be loaded, or two formulas get in each other's way."""


class UnknownName(DeriveError):
    """A name on the command line that nothing here carries."""


def load_catalogue(extra: Sequence[Path] = ()) -> tuple[Formula, ...]:
    """Every formula, by name: derive's own and those of the files or folders in ``extra``.

    Raises CatalogueError, with file and line, where a file does not load or two formulas clash.
    """
    own = [_import(info.name) for info in pkgutil.iter_modules(derive.formulas.__path__, "derive.formulas.")]
    known = {_file(module) for module in own}
    users = [path for path in _unique(_files(extra)) if path.resolve() not in known]
    _refuse_equal_file_names(users)
    found: dict[int, Formula] = {}
    for module in [*own, *(_run(path) for path in users)]:
        here = [value for value in vars(module).values() if isinstance(value, Formula)]
        if not here:
            raise CatalogueError(f"{module.__file__}:1: no Formula here: give it one, or leave the file out")
        found.update({id(formula): formula for formula in here})
    catalogue = sorted(found.values(), key=lambda formula: formula.name)
    _refuse_clashes(catalogue)
    return tuple(catalogue)


def select(catalogue: Sequence[Formula], names: Iterable[str]) -> tuple[Formula, ...]:
    """The formulas of these names, in the catalogue's order; no names: all of them."""
    wanted = set(names)
    by_name = {formula.name: formula for formula in catalogue}
    for name in sorted(wanted - by_name.keys()):
        raise UnknownName(unknown("formula", name, by_name))
    return tuple(formula for formula in catalogue if not wanted or formula.name in wanted)


def unknown(kind: str, name: str, names: Iterable[str]) -> str:
    """One line for a name that is not among ``names``: the closest ones, or all of them."""
    names = sorted(names)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are: {', '.join(names)}"
    return f"no {kind} is called {name!r}: {hint}"


def kernel_names(formula: Formula) -> tuple[str, ...]:
    """What the kernels of a formula are called."""
    kinds = ("grad", "value_and_grad") if formula.over is None else ("vjp", "jvp", "jacobian")
    return (formula.name, *(f"{formula.name}_{kind}" for kind in kinds))


def _import(name: str) -> ModuleType:
    path = _path_of(name)
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise _located(error, path) from error


def _path_of(name: str) -> Path:
    return Path(derive.formulas.__path__[0]) / f"{name.rpartition('.')[2]}.py"


def _file(module: ModuleType) -> Path:
    return Path(str(module.__file__)).resolve()


class _Fresh(importlib.machinery.SourceFileLoader):
    """Reads the source each time: leaves no cache beside a user's file, and trusts none that lies there."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _run(path: Path) -> ModuleType:
    """Run a formula file as a module of its own; its folder is not put on ``sys.path``."""
    name = f"_derive_formulas_{sha256(str(path.resolve()).encode()).hexdigest()[:16]}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Fresh(name, str(path)))
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path}: cannot be loaded as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _located(error, path) from error
    return module


def _located(error: BaseException, path: Path) -> DeriveError:
    """The error as one line that begins with the file and the line at which it arose."""
    if isinstance(error, SyntaxError):
        return CatalogueError(f"{error.filename or path}:{error.lineno or 1}: {error.msg}")
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    where = f"{path}:{(lines or [1])[-1] or 1}"
    text = " ".join(str(error).split())
    if isinstance(error, DeriveError):
        return CatalogueError(text if text.startswith(f"{path}:") else f"{where}: {text}")
    return CatalogueError(f"{where}: {type(error).__name__}: {text}" if text else f"{where}: {type(error).__name__}")


def _files(paths: Sequence[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.glob("*.py") if not p.name.startswith(("_", ".")))
            if not inside:
                raise CatalogueError(f"{path}: no formula file (*.py) in this folder")
            yield from inside
        elif not path.is_file():
            raise CatalogueError(f"{path}: no such file or folder")
        elif path.suffix != ".py":
            raise CatalogueError(f"{path}: a formula file ends in .py")
        else:
            yield path


def _unique(paths: Iterable[Path]) -> list[Path]:
    return list({path.resolve(): path for path in paths}.values())


def _refuse_equal_file_names(paths: Sequence[Path]) -> None:
    """The manifest names a user's file by its name alone, so that it is the same on every machine."""
    first: dict[str, Path] = {}
    for path in paths:
        other = first.setdefault(path.name, path)
        if other is not path:
            raise CatalogueError(f"{path}: another formula file has the same name ({other}): rename one of them")


def _refuse_clashes(catalogue: Sequence[Formula]) -> None:
    """Two formulas may share neither a name nor the name of a kernel, in any spelling of upper and lower case."""
    owner: dict[str, tuple[Formula, str]] = {}
    for formula in catalogue:
        if keyword.iskeyword(formula.name):
            raise CatalogueError(f"{formula.where}: {formula.name!r} is a word of Python itself: rename the formula")
        for kernel in kernel_names(formula):
            other, spelled = owner.setdefault(kernel.casefold(), (formula, kernel))
            if other is formula:
                continue
            if other.name == formula.name:
                problem = f"formula {formula.name!r} is already defined at {other.where}"
            else:
                problem = f"kernel {kernel!r} of formula {formula.name!r} clashes with {spelled!r} of {other.name!r}"
                problem += f" ({other.where})"
            raise CatalogueError(f"{formula.where}: {problem}: rename one of them")
