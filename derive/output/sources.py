"""What generated files are made from: formula files and templates, each by its hash."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import derive.formulas
from derive.language.formula import Formula, Head
from derive.language.topics import Topic
from derive.output.manifest import digest

_OWN = Path(derive.formulas.__path__[0]).resolve()


def formula_sources(formula: Formula, topic: Topic | None = None) -> dict[str, str]:
    """Name -> SHA-256 of every formula file that has a say in ``formula``.

    They are its own file, those of its claims and witnesses, and those that these use or import; and the file of its
    topic, which imports many formulas that have no say in this one.
    """
    sources: dict[str, str] = {}
    seen: set[Path] = set()
    todo = [record.file.resolve() for record in (*_used(formula), *formula.theory) if record.file is not None]
    if topic is not None and topic.file is not None:
        sources[_name(topic.file.resolve())] = digest(topic.file.read_bytes())
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        content = path.read_bytes()
        sources[_name(path)] = digest(content)
        todo += _imported(content, path)
        todo += [folder / "__init__.py" for folder in path.parents if folder.is_relative_to(_OWN)]
    return sources


def topic_sources(topics: Iterable[Topic | None]) -> dict[str, str]:
    """The same of the files in which the stops of topics are written."""
    files = {t.stop.file.resolve() for t in topics if t is not None and t.stop is not None and t.stop.file is not None}
    return {_name(path): digest(path.read_bytes()) for path in sorted(files)}


def template_sources(folders: Iterable[Path], names: Iterable[str], others: Iterable[str]) -> dict[str, str]:
    """Name -> SHA-256 of every template that a target may use: of one that lies in several folders, in the last.

    ``names``: the target's own template folders; ``others``: those of other targets, which it never reads.
    """
    foreign = set(others) - set(names)
    files = ((path.relative_to(folder), path) for folder in folders for path in folder.rglob("*") if path.is_file())
    relative: Mapping[str, Path] = {near.as_posix(): path for near, path in files if "__pycache__" not in near.parts}
    return {
        f"templates/{name}": digest(path.read_bytes())
        for name, path in sorted(relative.items())
        if name.split("/")[0] not in foreign
    }


def _used(formula: Formula) -> list[Formula]:
    """The formula, and every formula that it is written with, all the way down."""
    found: list[Formula] = []
    todo = [formula]
    while todo:
        one = todo.pop()
        if any(one is other for other in found):
            continue
        found.append(one)
        todo += [*one.known, *(head.formula for head in one.expression.atoms(Head))]
    return found


def _name(path: Path) -> str:
    """derive's own files by their path in the package, a user's by its name: the same on every machine."""
    return f"derive/formulas/{path.relative_to(_OWN).as_posix()}" if path.is_relative_to(_OWN) else path.name


@lru_cache(maxsize=1024)
def _imported(content: bytes, path: Path) -> tuple[Path, ...]:
    """The files of derive's own catalogue that a formula file imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level == 1 and path.is_relative_to(_OWN):
                base = f"derive.formulas.{base}".rstrip(".")
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    modules = [name.split(".")[2:] for name in found if name.startswith("derive.formulas.")]
    places = (_OWN.joinpath(*parts).with_suffix(".py") for parts in modules)
    return tuple(place for place in places if place.is_file())
