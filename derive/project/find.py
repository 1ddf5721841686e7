"""The project of a folder: the nearest pyproject.toml, there or above, with a table ``[tool.derive]``."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from derive.errors import DeriveError
from derive.project.settings import SETTINGS, Setting

FILE = "pyproject.toml"
TABLE = "[tool.derive]"
_NAMED = re.compile(rb"\bderive\b")

T = TypeVar("T")


class ProjectError(DeriveError):
    """``[tool.derive]`` says something that has no meaning here."""


@dataclass(frozen=True)
class Project:
    """What ``[tool.derive]`` in a file says.

    folder: where the file lies: paths are meant from there.
    said:   key -> value, each of the kind of its setting.
    """

    folder: Path
    said: Mapping[str, Any]

    @property
    def file(self) -> Path:
        return self.folder / FILE

    def value(self, setting: Setting[T]) -> T:
        found: T = self.said.get(setting.key, setting.default)
        return found


def find_project(start: Path) -> Project | None:
    """The project of the folder ``start``; ``None``: it lies in none.

    What others may have put there is not looked at: no folder that everybody can write to, and above ``start`` none
    that belongs to somebody else.  Raises ProjectError, one line with the file and the key.
    """
    for folder in _trusted(start.absolute()):
        file = folder / FILE
        if file.is_file() and _NAMED.search(text := _read(file)):
            table = _table(file, text)
            if table is not None:
                return Project(_from_here(folder), _checked(table, _from_here(file), text))
    return None


def _trusted(start: Path) -> Iterator[Path]:
    """The folder and those above it, as far up as they are as trustworthy as the first."""
    owner = None
    for folder in (start, *start.parents):
        try:
            found = folder.stat()
        except OSError:
            return
        if os.name == "posix" and (found.st_mode & stat.S_IWOTH or owner not in (None, found.st_uid)):
            return
        owner = found.st_uid
        yield folder


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ProjectError(f"{_from_here(file)}: cannot be read: {(error.strerror or str(error)).lower()}") from error


def _table(file: Path, text: bytes) -> dict[str, Any] | None:
    import tomllib  # here alone: a folder without such a file does without it

    try:
        found = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectError(f"{_from_here(file)}: {error}: write it as TOML") from error
    tool = found.get("tool")
    table = tool.get("derive") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ProjectError(f"{_from_here(file)}: derive in [tool] is no table: write {TABLE} and its keys below it")
    return table


def _checked(table: Mapping[str, Any], file: Path, text: bytes) -> dict[str, Any]:
    known: dict[str, Setting[Any]] = {setting.key: setting for setting in SETTINGS}
    said = {}
    for key, value in table.items():
        where = f"{file}:{_line(key, text)}"
        if key not in known:
            raise ProjectError(f"{where}: {TABLE} has no key {key!r}: {_meant(key, known)}")
        kind = known[key].kind
        said[key] = kind.read(value)
        if said[key] is None:
            raise ProjectError(f"{where}: {key} is {kind.told}, not {value!r}: write {key} = {kind.example}")
    return said


def _meant(key: str, known: Mapping[str, Setting[Any]]) -> str:
    """The nearest key: by its own name or by that of its option."""
    import difflib

    options = {option.strip("-"): s.key for s in SETTINGS for option in s.options.values()} | {k: k for k in known}
    close = difflib.get_close_matches(key.casefold().replace("_", "-"), options, n=1)
    return f"did you mean {options[close[0]]}?" if close else f"there are: {', '.join(known)}"


def _line(key: str, text: bytes) -> int:
    """The line of a key; the one of the table where the key is written in another way."""
    lines = text.decode().splitlines()
    start = next((k for k, line in enumerate(lines) if line.replace(" ", "").startswith(TABLE)), 0)
    written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=|\s*\[\s*tool\.derive\.{re.escape(key)}\b""")
    return next((k for k, line in enumerate(lines[start:], start + 1) if written.match(line)), start + 1)


def _from_here(path: Path) -> Path:
    """As one would write it in the current folder, where it lies there or not far above."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # on another drive
        return path
    return Path(near)
