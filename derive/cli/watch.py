"""Builds again whenever a file is saved that has a say in it, until Ctrl-C.

Each build is a process of its own, which reads the formulas as they lie now.  It is started ahead, and waits, with all
that it needs imported, for the next change; where the code itself has changed meanwhile, another takes its place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from derive.errors import DeriveError
from derive.project import Chosen
from derive.project.find import FILE
from derive.project.settings import TEMPLATES
from derive.store.sources import own_files

EVERY = 0.2
"""Seconds from one look to the next; what is being written is built when two looks see the same."""

_START = """
import json, os, sys
path, words, processes = json.loads(sys.argv[1])
sys.path[:] = path
from derive.system import collect_rarely
collect_rarely()
from derive.cli import run
import derive.pipeline
if not sys.stdin.readline():
    os._exit(0)
sys.exit(run(words, processes))
"""
_APART: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
"""Ctrl-C in a terminal is for this process to answer."""

Stamps = Mapping[str, tuple[int, int]]


def watch(words: Sequence[str], asked: Callable[[], Chosen], processes: int, every: float = EVERY) -> None:
    """Carry out a command line now, and again after every change; returns at Ctrl-C.

    asked: what the command line and the project say now.
    """
    ahead: subprocess.Popen[str] | None = None
    code: Stamps = {}
    try:
        for seen in changes(lambda: _places(asked), every):
            now = {path: seen[path] for path in own_files() if path in seen}
            if ahead is None or now != code:
                _end(ahead)
                ahead, code = _start(words, processes), now
            _go(ahead)
            ahead.wait()
            ahead = _start(words, processes)
    except KeyboardInterrupt:
        return
    finally:
        _end(ahead)


def _places(asked: Callable[[], Chosen]) -> list[Path]:
    try:
        chosen = asked()
        templates = chosen.of(TEMPLATES)
        filled = [path for path in templates.rglob("*") if path.is_file()] if templates is not None else []
        return [*chosen.formulas, *filled, chosen.project.file if chosen.project is not None else Path(FILE)]
    except DeriveError:  # the build says why; what it says it in is looked at
        return [folder / FILE for folder in (Path.cwd(), *Path.cwd().parents)]


def changes(places: Callable[[], Sequence[Path]], every: float) -> Iterator[Stamps]:
    """What is there, and again what is there each time that it has changed and then stayed the same for a moment.

    places: tells which files are read, and in which folders there are formula files, beside derive's own.
    """
    last: Stamps | None = None
    while True:
        now = look(places())
        if now != last:
            time.sleep(every)
            if look(places()) == now:
                last = now
                yield now
        time.sleep(every)


def look(places: Iterable[Path]) -> Stamps:
    """When each file was last written, and its size."""
    found: dict[str, tuple[int, int]] = {}
    for path in (*own_files(), *(file for place in places for file in _files(place))):
        with suppress(OSError):  # it is not there, or not just now
            status = os.stat(path)
            found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _files(place: Path) -> list[str]:
    with suppress(OSError):
        return [str(file) for file in place.glob("*.py")] if place.is_dir() else [str(place)]
    return []


def _start(words: Sequence[str], processes: int) -> subprocess.Popen[str]:
    told = json.dumps([sys.path, list(words), processes])
    return subprocess.Popen([sys.executable, "-P", "-c", _START, told], stdin=subprocess.PIPE, text=True, **_APART)


def _go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has ended already, and said why
        process.stdin.write("\n")
        process.stdin.flush()


def _end(process: subprocess.Popen[str] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()
