"""Runs what a document tells its reader to run: files to save, commands, Python.

python docs/run.py docs/walkthrough.md   runs it in a scratch folder, and writes what was printed back into it

A fenced block of Python, YAML, C, C++, CMake or Meson is a file where the line before it says so ("Save this as
`mine.py`", "Add this to `mine.py`"), and Python is run otherwise.  A block of sh, and one that is indented, holds
commands.  A block of text that follows a block that was run is what it prints.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("derive", "templates", "docs", "examples", "pyproject.toml", "README.md")
"""What of the repository its readers' commands touch."""

WRITTEN = ("yaml", "c", "cpp", "cmake", "meson")
"""Languages in which files are written, and nothing is run as it stands."""

_BLOCK = re.compile(
    r"^```(?P<language>\w*)\n(?P<fenced>.*?)^```$|(?<=\n\n)(?P<indented>(?:^ {4}[^\n]+\n)+)(?=\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FILE = re.compile(r"(?P<verb>[Ss]ave|[Aa]dd)[^\n`]*`(?P<name>[\w/.-]+\.(?:py|ya?ml|c|cpp|txt|build))`[^\n]*\n\n$")
_SECONDS = re.compile(r"\b\d+\.\d s\b")
_NEXT = "--- the next block ---"


@dataclass(frozen=True)
class Block:
    """kind: file, addition, python, commands, text, or toml, which is shown alone; name: of the file.

    prints: the text that it says it prints.
    """

    kind: str
    text: str
    place: tuple[int, int]
    name: str = ""
    prints: Block | None = None


def blocks(document: str) -> list[Block]:
    """Every block of a document, in order.  Raises ValueError on one that is none of the kinds."""
    found: list[Block] = []
    for match in _BLOCK.finditer(document):
        block = _block(document[: match.start()], match)
        between = document[found[-1].place[1] : match.start()] if found else ""
        if block.kind == "text" and found and not between.strip() and found[-1].kind in ("python", "commands"):
            found[-1] = Block(found[-1].kind, found[-1].text, found[-1].place, prints=block)
        else:
            found.append(block)
    return found


def _block(before: str, match: re.Match[str]) -> Block:
    place = match.span()
    if match["indented"] is not None:
        return Block("commands", re.sub("^    ", "", match["indented"], flags=re.MULTILINE), place)
    language, text = match["language"], match["fenced"]
    if language in ("python", *WRITTEN) and (file := _FILE.search(before)):
        return Block("file" if file["verb"].lower() == "save" else "addition", text, place, file["name"])
    kinds = {"python": "python", "sh": "commands", "text": "text", "toml": "toml"}
    if language not in kinds:
        raise ValueError(
            f"a block is none of {', '.join(kinds)}, but {language or 'without a language'}: {text[:60]!r}"
        )
    return Block(kinds[language], text, place)


def scratch_clone(folder: Path) -> Path:
    """A copy of the sources in which commands may run, with a ``derive`` and a ``python`` that belong to it."""
    clone = folder / "clone"
    clone.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, clone / part, ignore=shutil.ignore_patterns("__pycache__", "_templates"))
        else:
            shutil.copy(ROOT / part, clone / part)
    (folder / "bin").mkdir()
    for name, words in (("python", ""), ("derive", "-m derive ")):
        command = folder / "bin" / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        command.chmod(0o755)
    return clone


def environment(clone: Path) -> dict[str, str]:
    keep = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "COLUMNS", "CI")}
    own = {"PYTHONPATH": str(clone), "XDG_CACHE_HOME": str(clone.parent / "cache"), "PYTHONIOENCODING": "utf-8"}
    path = f"{clone.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**keep, **own, "PATH": path, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(command: Sequence[str], clone: Path) -> str:
    """What it prints.  Raises RuntimeError, with all that it said, where it fails."""
    done = subprocess.run(command, cwd=clone, env=environment(clone), capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{command[-1]}\nends with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def shell(text: str, clone: Path) -> str:
    return run(["bash", "-euo", "pipefail", "-c", text], clone)


def perform(
    document: str, clone: Path, left_out: Callable[[str], bool] = lambda command: False, session: bool = False
) -> Mapping[int, str]:
    """Run the blocks in order; what each of those printed that were run, by its number.

    left_out: commands, and blocks of Python, to pass over.  session: Python is one session, from the first block to the
    last, run at the end.
    """
    printed: dict[int, str] = {}
    python: dict[int, str] = {}
    for number, block in enumerate(blocks(document)):
        if block.kind == "file":
            (clone / block.name).parent.mkdir(parents=True, exist_ok=True)
            (clone / block.name).write_text(block.text, encoding="utf-8")
        elif block.kind == "addition":
            with (clone / block.name).open("a", encoding="utf-8") as file:
                file.write("\n" + block.text)
        elif block.kind == "commands":
            commands = [line for line in block.text.splitlines() if not left_out(line)]
            printed[number] = "".join(shell(command, clone) for command in commands)
        elif block.kind == "python" and left_out(block.text):
            continue
        elif block.kind == "python" and session:
            python[number] = block.text
        elif block.kind == "python":
            printed[number] = run(["python", "-c", block.text], clone)
    return {**printed, **_session(python, clone)}


def _session(python: Mapping[int, str], clone: Path) -> dict[int, str]:
    """Blocks that share their names, as a notebook's do."""
    if not python:
        return {}
    parts = run(["python", "-c", f"\nprint({_NEXT!r})\n".join(python.values())], clone).split(f"{_NEXT}\n")
    return dict(zip(python, parts, strict=True))


def filled(document: str, printed: Mapping[int, str]) -> str:
    """The document with what its blocks print in the place of what it said they print."""
    for number, block in reversed(list(enumerate(blocks(document)))):
        if block.prints is not None and number in printed:
            start, end = block.prints.place
            document = f"{document[:start]}```text\n{printed[number].strip(chr(10))}\n```{document[end:]}"
    return document


def timeless(text: str) -> str:
    return _SECONDS.sub("0.0 s", text)


def main(paths: Iterable[str]) -> None:
    import tempfile

    for path in map(Path, paths):
        with tempfile.TemporaryDirectory() as folder:
            text = path.read_text(encoding="utf-8")
            made = filled(text, perform(text, scratch_clone(Path(folder)), session=True))
            if timeless(made) != timeless(text):
                path.write_text(made, encoding="utf-8")
                print(f"{path}: changed")


if __name__ == "__main__":
    main(sys.argv[1:])
