"""Formula files as Python modules: derive's own, and those that its user names.

A formula file is Python, and loading it runs it.  Nothing else is ever run.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.machinery
import importlib.util
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

import derive.formulas
import derive.formulas.theory
from derive.language.errors import DeriveError
from derive.language.whereabouts import is_name
from derive.system.offered import FORMULAS, file_of, offered

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class CatalogueError(DeriveError):
    """A formula file cannot be loaded, or two things in the catalogue get in each other's way."""


def load_shipped() -> list[ModuleType]:
    """derive's own formula modules, by name.  Raises CatalogueError, with file and line, where one does not load."""
    return [_import(name, _path_of(name)) for name in _own_names()]


def load_files(paths: Sequence[Path]) -> list[ModuleType]:
    """The modules of formula files, and of folders of them, each once.

    Raises CatalogueError, with file and line, where one does not load.
    """
    known = {file_of(entry).resolve(): entry.module for entry in map(_offer, paths) if entry is not None}
    found = _unique(_files(paths))
    _refuse_equal_file_names(found)
    named = [(_own_name(path) or known.get(path.resolve()), path) for path in found]
    return [_import(name, path) if name else _run(path) for name, path in named]


def is_own(path: Path) -> bool:
    """Whether a file is one of derive's own formula files."""
    return path.resolve().is_relative_to(Path(derive.formulas.__path__[0]).resolve())


def _own_name(path: Path) -> str | None:
    """What derive's own formula module of this file is called; ``None``: it is another's."""
    known = {_path_of(name).resolve(): name for name in _own_names()} if is_own(path) else {}
    return known.get(path.resolve())


def _own_names() -> list[str]:
    """derive's own formula modules by name: first the formulas, then what is claimed of them (``theory``)."""
    found = []
    for package in (derive.formulas, derive.formulas.theory):
        inside = [info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg]
        found += [f"{package.__name__}.{name}" for name in inside if not name.startswith("_")]
    return found


def _import(name: str, path: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise _located(error, path) from error


def _path_of(name: str) -> Path:
    parts = name.removeprefix("derive.formulas.").split(".")
    return Path(derive.formulas.__path__[0]).joinpath(*parts).with_suffix(".py")


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
        return CatalogueError(f"{error.filename or path}:{error.lineno or 1}: {error.msg}: write it as Python")
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    where = f"{path}:{(lines or [1])[-1] or 1}"
    if isinstance(error, DeriveError):
        text = " ".join(str(error).split())
        return CatalogueError(text if text.startswith(f"{path}:") else f"{where}: {text}")
    said = traceback.TracebackException.from_exception(error).format_exception_only()
    told = _in_words(" ".join("".join(said).split()))
    return CatalogueError(f"{where}: {told}{_suggestion(error) or _cure(error)}")


_COMPARES = "Python cannot tell which of two symbols is larger: write where(condition, one, other), larger or smaller"
_CURES = {
    r"no callable (?:rint|floor|ceil|trunc)\b": "a formula has no rounding: write where(condition, one, other)",
    r"has no callable (\w+) method": "NumPy computes with numbers: use {0} from derive.language",
    r"Cannot convert expression to float": "math computes with numbers: use exp, log, ... from derive.language",
    r"'Vector' object is not iterable": "a sum over the classes is Sum(x[k], k), a maximum Max(x[k], k)",
    r"object of type 'Vector' has no len": "the number of classes is n, from derive.language",
    r"for @: '": "write the product as a sum: Sum(x[k]*y[k], k)",
    r"no attribute '(?:sum|mean|max|min|prod|dot|T)'": "a sum over the classes is Sum(x[k], k), a maximum Max(x[k], k)",
    r"no attribute 'shape'|no attribute 'size'": "the number of classes is n, from derive.language",
    r"Cannot round symbolic": "a formula has no rounding: write where(condition, one, other)",
    r"operand.*'(?:Strict)?(?:Less|Greater)Than'": "a comparison is no number: write where(condition, one, other)",
    r"'Formula' object is not iterable|operand.*'Formula'|sympify .*\bFormula'": "write its value: f[i], or f.value",
    r"cannot determine truth value of Relational": _COMPARES,
}
"""What Python, NumPy and SymPy say of what people write in place of the language's own words, and what to write."""


_IN_WORDS = {
    "Vector": "a vector", "Component": "x[k]", "Image": "a permuted index", "Compare": "where(...)",
    "Head": "a formula",
    "Value": "the value of a formula", "StrictLessThan": "a comparison", "LessThan": "a comparison",
    "StrictGreaterThan": "a comparison", "GreaterThan": "a comparison", "Formula": "a formula", "Label": "a label",
    "Parameter": "a parameter", "Scalar": "a scalar", "Symbol": "an index",
}  # fmt: skip
"""What Python calls by its class, as a formula file has it."""


def _in_words(said: str) -> str:
    said = re.sub(r"^sympy\.core\.sympify\.SympifyError: SympifyError: .*", "this is no expression", said)
    said = re.sub(r"(?<=argument 0 of type )\w+(?= which)", "an expression", said)
    said = said.replace("truth value of Relational", "the truth of a comparison")
    return re.sub(r"'(\w+)'", lambda found: _IN_WORDS.get(found[1], found[0]), said)


def _cure(error: BaseException) -> str:
    if not isinstance(error, (TypeError, AttributeError, ValueError)):
        return ""
    found = ((re.search(said, str(error)), cure) for said, cure in _CURES.items())
    return next((f": {cure.format(*match.groups())}" for match, cure in found if match), "")


def _suggestion(error: BaseException) -> str:
    """What a name that a module lacks may have been meant to be; later Pythons say it by themselves."""
    missing = (
        re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error)) if sys.version_info < (3, 12) else None
    )
    known = vars(sys.modules[missing[2]]) if missing and missing[2] in sys.modules else ()
    close = difflib.get_close_matches(missing[1], known, n=1) if missing else []
    return f". Did you mean: {close[0]!r}?" if close else ""


def _files(paths: Sequence[Path]) -> Iterable[Path]:
    for path in paths:
        if (entry := _offer(path)) is not None:
            yield file_of(entry)
        elif path.is_dir():
            inside = sorted(p for p in path.glob("*.py") if not p.name.startswith(("_", ".")) and p.is_file())
            if not inside:
                raise CatalogueError(f"{path}: no formula file (*.py) in this folder")
            yield from inside
        elif not path.name.isprintable():
            raise CatalogueError(
                f"{str(path)!r}: the name of a formula file is listed: give it one that can be printed"
            )
        elif not path.is_file():
            raise CatalogueError(f"{path}: no such file or folder{_meant(path)}")
        elif path.suffix != ".py":
            raise CatalogueError(f"{path}: a formula file ends in .py")
        else:
            yield path


def _offer(path: Path) -> EntryPoint | None:
    """What an installed package offers under this word, where no formula file lies there: a folder of output may."""
    here = path.is_file() or any(path.glob("*.py"))
    return offered(FORMULAS).get(str(path)) if is_name(str(path)) and not here else None


def _meant(path: Path) -> str:
    """The formula file beside it that it may have been meant to be."""
    there = [one.name for one in path.parent.glob("*.py")] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, there, n=1)
    return f": did you mean {path.with_name(close[0])}?" if close else ""


def _unique(paths: Iterable[Path]) -> list[Path]:
    return list({path.resolve(): path for path in paths}.values())


def _refuse_equal_file_names(paths: Sequence[Path]) -> None:
    """The manifest names a user's file by its name alone, so that it is the same on every machine."""
    first: dict[str, Path] = {}
    for path in paths:
        other = first.setdefault(path.name, path)
        if other is not path:
            raise CatalogueError(f"{path}: another formula file has the same name ({other}): rename one of them")
