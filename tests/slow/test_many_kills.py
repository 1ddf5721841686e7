"""Whole builds killed at many moments, most of them while they write: no half file, and the next build heals."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 40

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system"),
]


def start(out: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "derive", "build", "--only", "mse", "--only", "softmax", "--out", str(out)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def hashes(out: Path) -> dict[str, str]:
    files = (p for p in out.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_killed_builds_leave_whole_files_and_are_mended(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    with start(whole) as process:
        assert process.wait() == 0
    wanted, rng, out, writing = hashes(whole), random.Random(5), tmp_path / "out", 0
    for kill in range(KILLS):
        for path in rng.sample(sorted(wanted), 5):  # something to write
            (out / path).unlink(missing_ok=True)
        with start(out) as process:
            while not list(out.glob(".derive-journal.json")) and process.poll() is None and kill % 4:
                time.sleep(0.001)
            time.sleep(rng.uniform(0, 0.02) if kill % 4 else rng.uniform(0, 3))
            process.send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGHUP]))
            _, err = process.communicate(timeout=60)
        assert err == ""
        writing += (out / ".derive-journal.json").exists()
        left = {path: found for path, found in hashes(out).items() if not Path(path).name.startswith(".derive-")}
        assert left.items() <= wanted.items()
        if (out / "manifest.json").exists():
            json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert writing > 0, "no build was killed while it wrote"
    with start(out) as process:
        assert process.wait() == 0
    assert hashes(out) == wanted
    assert (out / "manifest.json").read_bytes() == (whole / "manifest.json").read_bytes()
