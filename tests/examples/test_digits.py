"""The example trains a real model with both kernels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "examples" / "digits.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def test_it_learns_to_read_with_both_kernels_alike(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: its digits are the data")
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: it draws the plot")
    done = run("--out", str(tmp_path / "digits.png"))
    if "ziglang" in done.stderr:
        pytest.skip("no C compiler on this machine")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("held-out accuracy") == 2
    assert "largest difference of the two loss curves" in done.stdout
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")


def test_too_few_steps_are_reported_as_a_failure(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: its digits are the data")
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: it draws the plot")
    done = run("--out", str(tmp_path / "digits.png"), "--steps", "1")
    if "ziglang" in done.stderr:
        pytest.skip("no C compiler on this machine")
    assert done.returncode == 1
    assert "accuracy" in done.stderr and "Traceback" not in done.stderr


def test_help() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "--out" in done.stdout
