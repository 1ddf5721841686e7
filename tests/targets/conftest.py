"""The zoo as each target prints it, made once for a file of tests."""

from __future__ import annotations

import ctypes
import subprocess
from types import ModuleType

import pytest

from tests.targets.compiled import STRICT, need, write_all
from tests.targets.modules import load, text
from tests.zoo import ZOO


@pytest.fixture(scope="module", params=["gcc", "clang"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The zoo, compiled with every warning an error, for one set of instructions."""
    compiler = need(request.param)
    folder = write_all(tmp_path_factory.mktemp("zoo"), *ZOO)
    command = [compiler, *STRICT, "-O2", "-DDERIVE_CLONES=", "-fPIC", "-shared", "zoo.c", "-o", "zoo.so", "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(folder / "zoo.so"))


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return load(tmp_path_factory.mktemp("zoo") / "zoo_kernels.py", text(*ZOO))
