"""The kernels as C++: the same text compiles, and computes the same; a signature is made of plain words."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.targets.compiled import need, write_all
from tests.zoo import NORMALISED, ZOO

USE = """
#include "derive.h"

int main() {
    const float x[2] = {1.0f, 1.0f};
    float out[2];
    return derive_zoo_normalised_f32(1, 2, x, 2, 1.0f, out, 2) != DERIVE_OK || out[0] != 0.5f;
}
"""


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_header_and_source_are_cpp17(tmp_path: Path, compiler: str) -> None:
    write_all(tmp_path, NORMALISED)
    (tmp_path / "use.cpp").write_text(USE)
    flags = ["-std=c++17", "-O1", "-DDERIVE_CLONES=", "-Wall", "-Wextra", "-Werror", "-x", "c++"]
    subprocess.run([need(compiler), *flags, "use.cpp", "derive.c", "-o", "use"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "use"], check=False).returncode == 0


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_every_kernel_is_cpp17(tmp_path: Path, compiler: str) -> None:
    write_all(tmp_path, *ZOO)
    flags = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++"]
    subprocess.run([need(compiler), *flags, "derive.c"], cwd=tmp_path, check=True)


def test_no_macro_stands_in_a_signature(tmp_path: Path) -> None:
    """Tools that make bindings for other languages read C, not what a preprocessor would make of it."""
    write_all(tmp_path, *ZOO)
    text = re.sub(r"/\*.*?\*/", "", (tmp_path / "derive.h").read_text(), flags=re.DOTALL)
    declared = re.findall(r"^derive_status derive_[^;{]*;", text, flags=re.MULTILINE)
    assert len(declared) >= 2 * len(ZOO)
    known = {"derive_status", "size_t", "const", "float", "double", "int64_t"}
    for one in declared:
        words = [re.sub(r"[*]", "", w) for part in re.split(r"[(),]", one) for w in part.split()[:-1]]
        assert set(words) <= known, one
