"""A document of LaTeX becomes a PDF file: XeLaTeX runs until nothing moves any more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from derive.language.errors import DeriveError
from derive.system.temporary import work_folder

ENGINE = "xelatex"
PACKAGES = "texlive-xetex texlive-lang-chinese texlive-latex-extra texlive-fonts-recommended lmodern"
"""The Debian packages that hold all that the documents need."""

MAIN = "main"
_PASSES = 6
_SECONDS = 600
_ERROR = re.compile(r"^(?:! |(?:\./)?[^\s:]+:\d+: ).*", re.MULTILINE)
_MISSING = re.compile(r"File `([^']+)' not found|The font \"([^\"]+)\" cannot be found")
_COMPLAINTS = re.compile(
    r"^(?:Overfull \\hbox.*|.*Warning: (?:Reference|Citation) .* undefined.*|.*multiply defined.*|Missing character.*"
    r"|.*Token not allowed in a PDF string.*)",
    re.MULTILINE,
)


class TexError(DeriveError):
    """TeX is not installed, lacks a package, or refuses the document."""


@dataclass(frozen=True)
class Document:
    """complaints: what TeX found wrong in the end: lines that are too wide, references that lead nowhere."""

    pdf: bytes
    complaints: tuple[str, ...]


def check_installed() -> str:
    """The path of the engine.  Raises TexError where it is missing."""
    engine = shutil.which(ENGINE)
    if engine is None:
        raise TexError(
            f"{ENGINE} is not installed, and PDF needs it: install TeX Live (on Debian: apt-get install {PACKAGES})"
        )
    return engine


def compiled(files: Mapping[str, str | bytes], name: str) -> Document:
    """The document of these files (path -> content), of which ``main.tex`` is the first; made in a folder of its own.

    Raises TexError, which calls the document ``name`` and holds TeX's first error.
    """
    engine = check_installed()
    with work_folder("derive-pdf-") as folder:
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        state: list[bytes] = []
        for _ in range(_PASSES):
            _run(engine, folder, name)
            before, state = state, _state(folder)
            if state == before:
                break
        return Document((folder / f"{MAIN}.pdf").read_bytes(), complaints(_log(folder)))


def font(name: str) -> Path | None:
    """The file of a font that TeX has."""
    finder = shutil.which("kpsewhich")
    if finder is None:
        return None
    found = subprocess.run([finder, name], capture_output=True, text=True, timeout=_SECONDS, check=False).stdout.strip()
    return Path(found) if found else None


def complaints(log: str) -> tuple[str, ...]:
    """What is wrong in a document that TeX has set all the same."""
    return tuple(dict.fromkeys(line.strip() for line in _COMPLAINTS.findall(log)))


def _run(engine: str, folder: Path, name: str) -> None:
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-no-shell-escape", MAIN]
    # Lines of the log are not wrapped, and the same document gives the same bytes.
    environment = {**os.environ, "max_print_line": "10000", "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TexError(f"{name}: {ENGINE} did not end within {_SECONDS} s: try again, or with fewer formulas") from None
    if done.returncode != 0 or not (folder / f"{MAIN}.pdf").is_file():
        raise TexError(_refusal(_log(folder), name))


def _refusal(log: str, name: str) -> str:
    missing = _MISSING.search(log)
    if missing:
        what = missing[1] or missing[2]
        return f"{name}: TeX lacks {what}: install the rest of TeX Live (on Debian: apt-get install {PACKAGES})"
    error = _ERROR.search(log)
    what = error[0].strip() if error else "it stopped without a word"
    return (
        f"{name}: {ENGINE} refuses the document: {what}: compile it by hand (derive build --target latex) to see more"
    )


def _log(folder: Path) -> str:
    try:
        return (folder / f"{MAIN}.log").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _state(folder: Path) -> list[bytes]:
    """What the next run reads of this one."""
    return [(folder / f"{MAIN}.{ending}").read_bytes() for ending in ("aux", "toc", "out") if
            (folder / f"{MAIN}.{ending}").is_file()]  # fmt: skip
