"""The example trains a real network with PyTorch's loss, with derive's, and with one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "examples" / "change_the_loss.py"), *arguments]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=300)


def test_two_curves_are_alike_and_the_new_loss_reads_better(tmp_path: Path) -> None:
    for module, extra in (("torch", "torch"), ("sklearn", "examples"), ("matplotlib", "examples")):
        pytest.importorskip(module, reason=f"{module} is not installed (extra {extra})")
    done = run("--out", "change.png", cwd=tmp_path)
    if "ziglang" in done.stderr:
        pytest.skip("no C compiler on this machine")
    assert done.returncode == 0, done.stderr
    first, second, own, alike, _ = done.stdout.splitlines()
    assert first.split("loss")[-1] == second.split("loss")[-1] and "rounding alone" in alike
    assert float(own.split()[-1].rstrip("%")) > float(first.split()[-1].rstrip("%")) + 5
    assert (tmp_path / "change.png").read_bytes().startswith(b"\x89PNG")


def test_help() -> None:
    done = run("--help")
    assert done.returncode == 0 and "--out" in done.stdout
