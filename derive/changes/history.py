"""Formula files as they were at a commit, put into a folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from derive.language.errors import DeriveError


class HistoryError(DeriveError):
    """There is no git, no working tree, or no such commit."""


def put_old(place: Path, ref: str, into: Path) -> Path:
    """A file, or the Python files of a folder, as at the commit ``ref``; what was not there then is not put.

    Returns where it is.  Raises HistoryError.
    """
    place = place.resolve()
    folder = place if place.is_dir() else place.parent
    prefix = _git(folder, "rev-parse", "--show-prefix").strip()
    commit = _commit(folder, ref)
    made = into / place.name
    if place.is_dir():
        listed = _git(folder, "ls-tree", "-r", "--name-only", "-z", commit, "--", ".").split("\0")
        for name in (name for name in listed if name.endswith(".py")):
            _put(made / name, _run(folder, "show", f"{commit}:{prefix}{name}"))
    elif _git(folder, "ls-tree", "--name-only", commit, "--", place.name).strip():
        _put(made, _run(folder, "show", f"{commit}:{prefix}{place.name}"))
    return made


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _commit(folder: Path, ref: str) -> str:
    if not ref or ref.startswith("-"):
        raise HistoryError(f"{ref!r} is no commit, branch or tag: give --against one, such as HEAD or main")
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
    except HistoryError as error:
        if "is in no git" in str(error):
            raise
        raise HistoryError(
            f"no commit, branch or tag is called {ref!r} in {folder}: git log shows which there are"
        ) from None


def _git(folder: Path, *words: str) -> str:
    return os.fsdecode(_run(folder, *words))


def _run(folder: Path, *words: str) -> bytes:
    around = {**os.environ, "LC_ALL": "C"}  # what it says is read
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, env=around, check=False)
    except FileNotFoundError:
        raise HistoryError("git is not installed: derive diff asks it for the formulas as they were") from None
    error = done.stderr.decode(errors="replace")
    if done.returncode and "not a git repository" in error:
        raise HistoryError(f"{folder} is in no git working tree: derive diff compares with what git has of a file")
    if done.returncode:
        said = " ".join(error.split()) or f"git {words[0]} fails"
        raise HistoryError(f"{folder}: {said}")
    return done.stdout
