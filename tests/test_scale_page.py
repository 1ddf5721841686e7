"""What docs/scale.md tells its readers to run, as it stands there, and what it says that they see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_split_of_a_kernel_is_what_the_command_shows() -> None:
    (command,), shown = blocks("sh"), blocks("text")[0]
    verb = [sys.executable, "-m", *command.split()]
    told = subprocess.run(verb, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert shown in told


def test_the_loss_of_a_slice_runs_as_it_is_written() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    (code,) = (one for one in blocks("python") if "torch" in one)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
