"""All that a kernel or a build is made from, as one key: a formula's own text, the code of derive, the libraries.

What is kept under such a key is what would be made again.  Where that is not sure there is no key, or nothing is kept:
code that was changed after this process read it, a formula file that looks at more than derive and SymPy.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from derive.store.cache import key_of
from derive.system.places import HOUSE, template_folder
from derive.version import STARTED

BESIDE = ("readers", "cli", "torch", "__pycache__")
"""Rooms from which no kernel is made."""

READS = re.compile(r"__future__|derive\.language|derive\.formulas(\.\w+)?|fractions|math|sympy|typing")
"""What a formula file may import, and say the same thing each time that it is run."""

OUTSIDE = frozenset(
    "__import__ breakpoint compile eval exec getattr globals help id hash input locals open print vars".split()
)
"""The builtins by which it might say another; and whatever has two underscores around it."""


def source_key(name: str, target: str, formulas: Sequence[Path] | None) -> str | None:
    """The key of a kernel of these formula files and folders, or of the catalogue; ``None``: not all can be read."""
    try:
        texts = ["catalogue"] if formulas is None else [part for path in formulas for part in _parts(path)]
        return key_of("kernel", *_engine(), name, target, *texts)
    except (OSError, ImportError, UnicodeError):
        return None


def build_key(words: Sequence[str], formulas: Sequence[Path], templates: Path | None = None) -> str | None:
    """The key of a build that these words, formula files and templates ask for.

    ``None``: it may be another one next time.
    """
    try:
        if offers() or not all(_is_closed(file.read_bytes()) for path in formulas for file in _files(path)):
            return None
        files = [] if templates is None else _walk(str(templates))
        filled = (part for path in files for part in (path, sha256(Path(path).read_bytes()).hexdigest()))
        return key_of("build", *_engine(), *words, *(part for path in formulas for part in _parts(path)), *filled)
    except (OSError, ImportError, SyntaxError, ValueError, RecursionError):  # the build itself will say what is wrong
        return None


def offers() -> bool:
    """Whether an installed package offers derive formulas or targets of its own: whose code is not looked at here."""
    for place in sys.path:
        try:
            names = os.listdir(place or os.curdir)
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")) and _offers(os.path.join(place, name, "entry_points.txt")):
                return True
    return False


def _offers(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"[derive." in file.read()
    except OSError:
        return False


def says_the_same(formulas: Iterable[Path]) -> bool:
    """Whether what was made of the files would be made of them again: of derive's own code as of theirs."""
    return runs_as_it_lies() and all(_is_closed(file.read_bytes()) for path in formulas for file in _files(path))


def runs_as_it_lies() -> bool:
    """Whether derive's files are as they were when this process began to read them."""
    return not any(status.st_mtime > STARTED for status in map(os.stat, own_files()))


@cache
def _engine() -> tuple[str, ...]:
    """What makes a kernel of a formula: this Python, the libraries, and every file of derive that takes part."""
    whole = sha256()
    for path in own_files():
        with open(path, "rb") as file:
            content = file.read()
        whole.update(f"{len(path)} {path} {len(content)} ".encode())
        whole.update(content)
    return (*libraries(), whole.hexdigest())


def own_files() -> list[str]:
    templates = template_folder()
    return [path for top in (HOUSE, templates) for path in _walk(str(top))]


def _walk(top: str) -> Iterator[str]:
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if name not in BESIDE)
        yield from (os.path.join(folder, name) for name in sorted(names))


@cache
def libraries() -> tuple[str, ...]:
    """This Python, and what of others it computes and prints with: where each lies, and its version."""
    return (sys.version, sys.byteorder, _sympy(), *(_library(*names) for names in _LIBRARIES))


_LIBRARIES = (("mpmath", "mpmath"), ("flint", "python_flint"), ("numpy", "numpy"), ("jinja2", "jinja2"))
"""Modules, with the names under which they are installed."""


def _library(module: str, project: str) -> str:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        return f"no {module}"
    around = os.path.dirname(os.path.dirname(found.origin))
    versions = sorted(name for name in os.listdir(around) if name.lower().startswith(f"{project}-"))
    return f"{found.origin} {versions} {os.stat(found.origin).st_size}"


def _sympy() -> str:
    """The version of SymPy, read and not imported."""
    found = importlib.util.find_spec("sympy")
    if found is None or found.origin is None:
        raise ImportError("sympy")
    with open(os.path.join(os.path.dirname(found.origin), "release.py"), encoding="utf-8") as file:
        return f"{found.origin} {file.read()}"


def _parts(path: Path) -> Iterator[str]:
    yield str(path.resolve())
    for file in _files(path):
        yield from (file.name, sha256(file.read_bytes()).hexdigest())


def _files(path: Path) -> list[Path]:
    """The file, or those of the folder that may be formula files."""
    return sorted(path.glob("*.py")) if path.is_dir() else [path]


def _is_closed(text: bytes) -> bool:
    """Whether a formula file looks at nothing but derive and SymPy: all else may be another thing tomorrow."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." if node.level else str(node.module)]
        else:
            names = []
        if not all(map(READS.fullmatch, names)):
            return False
        said = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if said in OUTSIDE or said.startswith("__"):
            return False
    return True
