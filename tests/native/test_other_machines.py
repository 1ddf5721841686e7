"""The kernels of another processor, run by an emulator, give what those of this one give.

Zig compiles for both; the other is aarch64, with the C library of Debian's package libc6-arm64-cross.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.native import harness

pytestmark = pytest.mark.slow

SYSTEM = Path("/usr/aarch64-linux-gnu")
FLAGS = ["-std=c11", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
"""(A product that is added without being rounded first is another number, and not every processor can.)"""
FORMULAS = ("softmax", "cross_entropy_label")
ULPS = 4


@pytest.fixture
def emulator() -> str:
    found = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("the package ziglang is not installed")
    if found is None:
        pytest.skip("qemu-aarch64 is not installed (Debian: qemu-user-static)")
    if not (SYSTEM / "lib" / "libc.so.6").exists():
        pytest.skip(f"{SYSTEM} holds no C library (Debian: libc6-arm64-cross)")
    return found


def test_aarch64_gives_what_this_machine_gives(tmp_path: Path, emulator: str) -> None:
    zig = [sys.executable, "-m", "ziglang", "cc"]
    machines = {"here": ([], []), "other": (["-target", "aarch64-linux-gnu"], [emulator, "-L", str(SYSTEM)])}
    for name, (target, run) in machines.items():
        folder = tmp_path / name
        folder.mkdir()
        sources = harness.write(folder, FORMULAS)
        harness.shell([*zig, *target, *FLAGS, *sources, "-o", "harness", "-lm", "-lpthread"], folder)
        for way in (["threads"], ["values", "results"]):
            assert "24 kernels" in harness.shell([*run, "./harness", *way], folder)
    for name, real in (("results.4", np.float32), ("results.8", np.float64)):
        here, other = (np.fromfile(tmp_path / machine / name, real) for machine in machines)
        assert here.size > 100_000 and np.all(np.isfinite(here))
        np.testing.assert_array_max_ulp(other, here, ULPS)
