"""What is said where PyTorch is not installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.errors import DeriveError

ROOT = Path(__file__).resolve().parents[2]


def test_without_pytorch_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec

    def without(name: str, *more: Any) -> Any:
        return None if name == "torch" else find(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(DeriveError, match=r"^PyTorch is not installed, and derive\.torch needs it: .*torch.*$"):
        derive.torch.load("softmax")


def test_derive_is_imported_without_pytorch() -> None:
    code = "import sys, derive.torch; assert 'torch' not in sys.modules and callable(derive.torch.load)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
