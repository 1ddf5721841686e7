"""``derive watch``: a build at every save, the error at its line, and a clean end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from derive.cli.watch import changes, look

ROOT = Path(__file__).resolve().parents[2]
MINE = """\
from derive.language import Formula, Sum, exp, indices, vector

k, x = indices("k"), vector("x")
mine = Formula("mine", Sum(exp(x[k]), k), wrt=x)
"""


class Watched:
    """The lines that it says, as they come."""

    def __init__(self, folder: Path, *words: str) -> None:
        around = {**os.environ, "PYTHONPATH": str(ROOT), "DERIVE_STORE": str(folder / "store"), "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "derive", "watch", *words],
            cwd=folder, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, part: str) -> list[str]:
        """What it says, up to the line that has the part."""
        said = [self._lines.get(timeout=120)]
        while part not in said[-1]:
            said.append(self._lines.get(timeout=120))
        return said


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    (tmp_path / "mine.py").write_text(MINE)
    found = Watched(tmp_path, "--formulas", "mine.py", "--only", "mine", "--target", "numpy", "--out", "out")
    yield found
    found.process.kill()
    found.process.communicate()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_every_save_is_built_and_an_error_is_shown_at_its_line(watched: Watched, tmp_path: Path) -> None:
    kernel = tmp_path / "out" / "numpy_kernels" / "mine.py"
    assert watched.until("unchanged in")[0].startswith("watching")
    first = kernel.read_text()
    (tmp_path / "mine.py").write_text(MINE.replace("exp(x[k])", "exp(x[k]"))
    (said,) = watched.until("error:")
    assert said.startswith("error: mine.py:4:") and kernel.read_text() == first
    (tmp_path / "mine.py").write_text(MINE.replace("exp(x[k])", "exp(2 * x[k])"))
    assert watched.until("unchanged in")[-1].startswith("out: 0 new, 1 changed")
    assert kernel.read_text() != first
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(timeout=20) == 0
    assert watched.process.stdout is not None and watched._lines.empty()


def test_options_are_those_of_build(tmp_path: Path) -> None:
    watched = Watched(tmp_path, "--onyl", "mine")
    said = watched.until("error:")
    assert watched.process.wait(timeout=20) == 2 and "--only" in said[-1]


def test_a_change_is_seen_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("one")
    seen = changes(lambda: [tmp_path, tmp_path / "none.toml"], 0.01)
    assert next(seen)[str(file)][1] == 3
    file.write_text("four")
    assert next(seen)[str(file)][1] == 4
    (tmp_path / "other.py").write_text("")
    assert str(tmp_path / "other.py") in next(seen)
    file.unlink()
    assert str(file) not in next(seen)
    assert look([tmp_path]).keys() == look([tmp_path, tmp_path / "none.toml"]).keys()
