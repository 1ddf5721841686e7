"""The files of derive that have a say in what a module does: its own, and those that it imports, all the way down.

What is found is what is written: an import inside a function counts as one at the top.  Of a room that is only passed
on the way to one of its modules the face itself counts, and not what it gives to others: no module changes another one
by being imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from derive.store.cache import key_of
from derive.system.places import HOUSE

_FROM = re.compile(r"^[ \t]*from[ \t]+(derive[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+(derive[\w., \t]*)", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")


@cache
def code_of(modules: tuple[str, ...], alone: tuple[str, ...] = ()) -> str:
    """One hash of all files that have a say in what these modules do; of those in ``alone``, their own files only."""
    files = {path for module in modules for path in reached(module)} | {path_of(module) for module in alone}
    found = sorted(path for path in files if path is not None)
    return key_of(*(part for path in found for part in (path.relative_to(HOUSE).as_posix(), _digest(path))))


@cache
def reached(module: str) -> frozenset[Path]:
    """The files that have a say in what a module does, and the data that lie beside them."""
    start = path_of(module)
    todo, seen = [start] if start is not None else [], set[Path]()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += [found for name in imports(path) if (found := path_of(name)) is not None]
    folders = {folder for path in seen for folder in path.parents if folder.is_relative_to(HOUSE)}
    seen |= {face for folder in folders if (face := folder / "__init__.py").is_file()}
    rooms = {path.parent for path in seen if path.parent != HOUSE}
    return frozenset(seen | {data for room in rooms for data in _data(room)})


def imports(path: Path) -> Iterator[str]:
    """The modules of derive that a file imports; what is taken from one may be a module itself."""
    text = _text(path)
    for base, names in _FROM.findall(text):
        yield base
        taken = _COMMENT.sub("", names).strip("()").replace("\n", " ").split(",")
        yield from (f"{base}.{name.split()[0]}" for name in taken if name.split())
    for names in _IMPORT.findall(text):
        yield from (name.split()[0] for name in names.split(",") if name.split())


@cache
def path_of(module: str) -> Path | None:
    """The file of a module of derive; ``None``: it is none."""
    place = HOUSE.joinpath(*module.split(".")[1:])
    files = (place / "__init__.py", place.with_suffix(".py")) if module.split(".")[0] == "derive" else ()
    return next((file for file in files if file.is_file()), None)


@cache
def _data(room: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(room.iterdir()) if path.is_file() and path.suffix not in (".py", ".pyc"))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
