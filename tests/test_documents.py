"""Every snippet and every command of the documents runs as it stands there, and prints what is said to be printed."""

from __future__ import annotations

import importlib.util
import re
import runpy
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUN: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "run.py"))
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "derive/targets/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
PREPARES = re.compile(r"^python -m pip install -e '?\.(\[\w+\])?'? && ")
SLOW = re.compile(r"derive (site|pdf|bench --quick|verify$|check$|build$)|^python docs/|^python examples/")
"""Commands of minutes: on everything at once, or with tools of their own."""
TOOLS = ("cc", "c++", "cmake", "meson", "pkg-config")
COMPILING = ("docs/use_it_in.md",)
"""Pages that compile the kernels again and again."""
SESSIONS = ("docs/walkthrough.md", "docs/change_the_loss.md")
"""Whose Python is one session, from the first block to the last."""


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(path: Path) -> list[str]:
    found = [block.text.splitlines() for block in RUN["blocks"](text(path)) if block.kind == "commands"]
    return [command for lines in found for command in lines]


def in_ci(command: str) -> bool:
    """Whether ``.ci/run`` runs it: by its words, or as one of the two commands that it takes out of README.md."""
    return command in CI or command in re.findall(r"^```sh\n(.*?)\n```$", text(ROOT / "README.md"), flags=re.MULTILINE)


def is_slow(command: str) -> bool:
    return SLOW.search(PREPARES.sub("", command)) is not None


def lacks(text: str) -> bool:
    """Whether a command needs a tool that is not here, or Python what is not installed."""
    if any(shutil.which(tool) is None for tool in TOOLS if re.search(rf"(^|&& |\$\(){re.escape(tool)} ", text)):
        return True
    needed = {
        one
        for one in ("torch", "sklearn", "dask", "jax")
        if re.search(rf"^(import|from) {one}\b", text, flags=re.MULTILINE)
    }
    return any(importlib.util.find_spec(one) is None for one in needed)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


RUNNING = [path for path in DOCUMENTS if "```" in text(path) or commands(path)]
SLOW_ONES = [(name(path), c) for path in DOCUMENTS for c in commands(path) if is_slow(c) and not in_ci(c)]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    made: Path = RUN["scratch_clone"](tmp_path)
    return made


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are written for bash, which is not here")
@pytest.mark.parametrize("path", [p for p in RUNNING if name(p) not in COMPILING], ids=name)
def test_what_a_document_says_to_run_runs(path: Path, clone: Path) -> None:
    _runs(path, clone)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are written for bash, which is not here")
@pytest.mark.parametrize("document", COMPILING)
def test_what_a_page_of_builds_says_to_run_runs(document: str, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFLAGS", "-DDERIVE_CLONES=")  # once is enough to see that it builds
    _runs(ROOT / document, clone)


def _runs(path: Path, clone: Path) -> None:
    def left_out(command: str) -> bool:
        return is_slow(command) or in_ci(command) or lacks(command)

    wanting = any(block.kind == "python" and lacks(block.text) for block in RUN["blocks"](text(path)))
    missing = [command for command in commands(path) if lacks(command)]
    if wanting and name(path) in SESSIONS:
        pytest.skip("PyTorch, Dask, JAX or scikit-learn is not installed (extras torch, dask, jax, examples)")
    printed = RUN["perform"](text(path), clone, left_out, session=name(path) in SESSIONS)
    made, said = (RUN["timeless"](t) for t in (RUN["filled"](text(path), printed), text(path)))
    assert made == said, f"run: python docs/run.py {name(path)}"
    if wanting:
        pytest.skip("all but what needs PyTorch, Dask or JAX, which is not installed (extras torch, dask, jax)")
    if missing:
        pytest.skip(f"all but what needs a tool that is not installed: {'; '.join(missing)}")


@pytest.mark.slow
@pytest.mark.parametrize(("document", "command"), SLOW_ONES)
def test_a_command_of_minutes(document: str, command: str, clone: Path) -> None:
    del document
    command = PREPARES.sub("", command)
    if "derive pdf" in command and shutil.which("xelatex") is None:
        pytest.skip("XeLaTeX is not installed")
    if "derive site" in command and importlib.util.find_spec("material") is None:
        pytest.skip("the docs extra is not installed")
    if "examples/" in command and importlib.util.find_spec("sklearn") is None:
        pytest.skip("the examples extra is not installed")
    if "change_the_loss" in command and importlib.util.find_spec("torch") is None:
        pytest.skip("the torch extra is not installed")
    shutil.copytree(ROOT / "generated", clone / "generated")
    shutil.copytree(ROOT / "tests", clone / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    if "--serve" in command:
        serves(command, clone)
    else:
        said = RUN["shell"](command, clone)
        complaints = [line for line in said.splitlines() if ".pdf: " in line and not line.endswith(": written")]
        assert not complaints


def serves(command: str, clone: Path) -> None:
    environment = RUN["environment"](clone)
    bash = ["bash", "-c", f"exec {command} --port 0"]
    with subprocess.Popen(bash, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(line.split(": ")[0] for line in process.stdout if "served until" in line)
        with urllib.request.urlopen(address, timeout=10) as page:
            assert page.status == 200
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0  # Ctrl-C is how serving ends


def test_a_block_without_a_language_is_refused() -> None:
    with pytest.raises(ValueError, match="none of python"):
        RUN["blocks"]("# A page\n\n```\nderive build\n```\n")


def test_what_fails_or_prints_something_else_is_found(clone: Path) -> None:
    with pytest.raises(RuntimeError, match="ends with status 1"):
        RUN["perform"]("```python\nraise ValueError\n```\n", clone)
    with pytest.raises(RuntimeError, match="ends with status 2"):
        RUN["perform"]("Try it:\n\n    derive shwo x\n\n", clone)
    page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"
    assert RUN["filled"](page, RUN["perform"](page, clone)) == page.replace("3", "2")


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for path in DOCUMENTS:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", text(path)):
            assert (path.parent / link).exists(), f"{name(path)}: {link}"
