"""``derive new``: a formula file to begin with, named in pyproject.toml."""

from __future__ import annotations

import importlib.util
import keyword
import os
import re
import sys
from pathlib import Path, PurePosixPath

import derive.formulas.starters
import derive.language
from derive.errors import DeriveError
from derive.language.whereabouts import is_name
from derive.output.files import plainly, replace
from derive.project import find_project
from derive.project.extend import extended
from derive.project.find import FILE
from derive.project.settings import FORMULAS

STARTERS = {"loss": "my_loss", "vector": "my_function"}
"""What can be begun with -> what its file calls it."""


class NewNameError(DeriveError):
    """A new formula cannot be called so."""


def new_formula(name: str, kind: str, here: Path) -> list[str]:
    """Write ``name.py`` into the folder ``here`` and name it in pyproject.toml; returns what was done, a line each.

    Raises DeriveError, and writes nothing, where the name will not do, a file of this name is there, or pyproject.toml
    cannot be extended.
    """
    place = here / f"{name}.py"
    if os.path.lexists(place) and is_name(name):
        raise NewNameError(f"{place}: is there already: choose another name, or change this file")
    text = _starter(kind)
    _refuse(name, text.replace(STARTERS[kind], ""))
    config, changed = _config(here, place)
    with plainly(here):
        with open(place, "x", encoding="utf-8") as file:
            file.write(_renamed(text, STARTERS[kind], name))
        if changed is not None:
            replace(config, changed.encode())
    said = f"{config}: names it" if changed is not None else f"{config}: names it already"
    return [f"{place}: written", said, f"change {place}, then run: derive build"]


def _starter(kind: str) -> str:
    return (Path(derive.formulas.starters.__path__[0]) / f"{kind}.py").read_text(encoding="utf-8")


def _renamed(text: str, old: str, name: str) -> str:
    """The starter under another name, lines of its opening table kept in line."""
    title = name.replace("_", " ").strip()
    wide = re.compile(rf"^(    derive \w+(?: {old})?)( +)(?=\S)", re.MULTILINE)
    rows = [len(found[1].replace(old, name)) for found in wide.finditer(text)]
    text = wide.sub(lambda found: found[1].replace(old, name).ljust(max(rows) + 4), text)
    spoken = old.replace("_", " ").capitalize()
    return text.replace(old, name).replace(f'"{spoken}"', f'"{title[:1].upper()}{title[1:]}"')


def _refuse(name: str, text: str) -> None:
    """Raises NewNameError for what no formula, or no file beside a program, may be called."""
    if not is_name(name):
        better = re.sub(r"\W+", "_", name.removesuffix(".py"), flags=re.ASCII).strip("_")
        hint = f": did you mean {better}?" if is_name(better) else ""
        raise NewNameError(f"{name!r} is no name for a formula: it has letters, digits and _, a letter first{hint}")
    if keyword.iskeyword(name):
        raise NewNameError(f"{name!r} is a word of Python itself: choose another name")
    if name in vars(derive.language) or re.search(rf"^{name}(?:, \w+)* = |, {name}\b.* = indices", text, re.MULTILINE):
        raise NewNameError(f"{name!r} is a word of the language, or an input there: choose another name")
    if name in sys.stdlib_module_names or importlib.util.find_spec(name) is not None:
        raise NewNameError(f"{name!r} is a module of Python: a file {name}.py would hide it: choose another name")


def _config(here: Path, place: Path) -> tuple[Path, str | None]:
    """The pyproject.toml of the folder, and its text with the formula file in it; ``None``: it is named there."""
    project = find_project(here)
    config = here / FILE if project is None else project.file
    word = PurePosixPath(Path(os.path.relpath(place, config.parent)).as_posix())
    if project is not None and any(_fits(word, named) for named in project.value(FORMULAS)):
        return config, None
    try:
        text = config.read_bytes().decode() if config.exists() else ""
        return config, extended(text, str(word), config)
    except ValueError as error:  # neither UTF-8 nor TOML
        raise DeriveError(f"{config}: {error}: write it as TOML") from error


def _fits(word: PurePosixPath, named: str) -> bool:
    """Whether a file is the one, in the folder, or of the pattern that is named."""
    other = PurePosixPath(named)
    return word == other or word.parent == other or (len(word.parts) == len(other.parts) and word.match(named))
