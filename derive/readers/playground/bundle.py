"""What the page loads: Pyodide, derive with its libraries, and the memory of an engine that has started."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from derive.readers.playground.examples import EXAMPLES
from derive.system.places import HOUSE, template_folder

LIBRARIES = ("sympy", "mpmath", "jinja2", "markupsafe")
"""Python alone, as they are installed here."""
INTERPRETER = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip",
)  # fmt: skip
"""The files of Pyodide that a page needs."""
MISSING = "the site has no playground: npm install pyodide, in this folder or one above it, brings what it needs"

_LEFT_OUT = frozenset("tests testing benchmarks timed bench torch audit __pycache__ physics _templates".split())
"""Folders of which the browser needs nothing."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def interpreter() -> Path | None:
    """Where Pyodide lies: in ``node_modules`` here or above, or where NODE_PATH says; ``None``: nowhere."""
    here = Path.cwd()
    named = [Path(place) for place in os.environ.get("NODE_PATH", "").split(os.pathsep) if place]
    places = [*(folder / "node_modules" for folder in (here, *here.parents)), *named]
    return next((p / "pyodide" for p in places if all((p / "pyodide" / f).is_file() for f in INTERPRETER)), None)


def put_engine(folder: Path, pyodide: Path) -> None:
    """All that the page loads but its own scripts, which lie there already."""
    for name in INTERPRETER:
        shutil.copy(pyodide / name, folder / name)
    archive(folder / "derive.zip", _derive())
    archive(folder / "libraries.zip", _libraries())
    _remember(folder)


def _remember(folder: Path) -> None:
    """The memory of an engine that has started; empty without node: a page then starts its own, which takes longer."""
    (folder / "engine.memory").touch()
    node = shutil.which("node")
    if node is None:
        return
    with TemporaryDirectory() as work:
        examples = Path(work) / "examples.json"
        examples.write_text(json.dumps([text for _, text in EXAMPLES]), encoding="utf-8")
        command = [node, str(Path(__file__).with_name("remember.mjs")), str(folder.resolve()), str(examples)]
        subprocess.run(command, capture_output=True, check=False)  # where it fails, it writes nothing


def archive(place: Path, files: Iterable[tuple[str, Path]]) -> None:
    """The same bytes of the same files."""
    with ZipFile(place, "w", ZIP_DEFLATED, compresslevel=9) as made:
        for name, path in files:
            made.writestr(ZipInfo(name, _EPOCH), path.read_bytes(), ZIP_DEFLATED)


def _derive() -> Iterator[tuple[str, Path]]:
    yield from _modules("derive", HOUSE)
    for path in sorted(template_folder().rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"derive/_templates/{path.relative_to(template_folder()).as_posix()}", path


def _libraries() -> Iterator[tuple[str, Path]]:
    for library in LIBRARIES:
        yield from _modules(library, _installed(library))


def _modules(name: str, root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*")):
        near = path.relative_to(root)
        if path.suffix in (".py", ".json") and not _LEFT_OUT & set(near.parts):
            yield f"{name}/{near.as_posix()}", path


def _installed(library: str) -> Path:
    found = importlib.util.find_spec(library)
    assert found is not None and found.origin is not None, f"{library} is needed by derive itself"
    return Path(found.origin).parent
