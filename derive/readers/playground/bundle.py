"""What the page loads: Pyodide, and derive with the libraries that it needs, in one archive."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
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


def put_interpreter(folder: Path, pyodide: Path) -> None:
    """All that the page loads but its own scripts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in INTERPRETER:
        shutil.copy(pyodide / name, folder / name)
    archive(folder / "engine.zip")
    add_compiled(folder / "engine.zip", pyodide)


def add_compiled(engine: Path, pyodide: Path) -> None:
    """The modules of the engine once more, compiled: without node it starts all the same, in twice the time."""
    node = shutil.which("node")
    if node is None:
        return
    with TemporaryDirectory() as work:
        examples, compiled = Path(work) / "examples.json", Path(work) / "compiled.zip"
        examples.write_text(json.dumps([text for _, text in EXAMPLES]), encoding="utf-8")
        command = [node, str(Path(__file__).with_name("compile.mjs")), *map(str, (pyodide, engine, examples, compiled))]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return
        with ZipFile(compiled) as found, ZipFile(engine, "a", ZIP_DEFLATED, compresslevel=9) as made:
            for entry in found.infolist():
                made.writestr(ZipInfo(entry.filename, _EPOCH), found.read(entry), ZIP_DEFLATED)


def archive(place: Path) -> None:
    """derive and the libraries; the same bytes of the same files."""
    with ZipFile(place, "w", ZIP_DEFLATED, compresslevel=9) as made:
        for name, path in _files():
            made.writestr(ZipInfo(name, _EPOCH), path.read_bytes(), ZIP_DEFLATED)


def _files() -> Iterator[tuple[str, Path]]:
    for name, root in (("derive", HOUSE), *((library, _installed(library)) for library in LIBRARIES)):
        for path in sorted(root.rglob("*")):
            near = path.relative_to(root)
            if path.suffix in (".py", ".json") and not _LEFT_OUT & set(near.parts):
                yield f"{name}/{near.as_posix()}", path
    for path in sorted(template_folder().rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"derive/_templates/{path.relative_to(template_folder()).as_posix()}", path


def _installed(library: str) -> Path:
    found = importlib.util.find_spec(library)
    assert found is not None and found.origin is not None, f"{library} is needed by derive itself"
    return Path(found.origin).parent
