"""A copy of the sources that a test may spoil, and real processes that run in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("cross_entropy", "cross_entropy_label", "log_softmax", "logsumexp", "softmax")
"""A small catalogue is enough to try the verbs on; the whole one would take each build a minute."""

TOPICS = """\
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import i, softmax, x
from derive.language import Text, Topic, Witness

below_one = Witness("below_one", softmax, softmax[i], "<", 1, {x: (0, 1), i: 1}, title=Text("Below 1", zh="小于 1"))
TOPICS = (Topic("weights", Text("Weights", zh="权重"), "", (softmax, logsumexp)),)
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of the sources, and processes that run in it."""

    folder: Path

    @property
    def generated(self) -> Path:
        return self.folder / "generated"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}
        return subprocess.Popen(
            [sys.executable, "-m", "derive", *arguments],
            cwd=self.folder,
            env={**clean, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hear_interrupts if os.name == "posix" else None,
            start_new_session=True,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate(timeout=120)
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def tree(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def one_line(text: str) -> str:
    assert text.endswith("\n") and text.count("\n") == 1, text
    return text.rstrip("\n")
