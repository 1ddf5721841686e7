"""C11 and nothing else for a compiler that is neither gcc nor clang (MSVC is one): extensions sit behind guards."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.targets.compiled import need, write_all
from tests.zoo import ZOO

HEADERS = ("math.h", "stdbool.h", "stddef.h", "stdint.h", "string.h")
OTHERS = ["-std=c11", "-U__GNUC__", "-U__clang__", "-nostdinc", "-Isystem"]
OLD, NEW = "200203", "201511"
"""What MSVC's OpenMP calls itself: it counts in signed numbers alone; and one that takes any."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The zoo, and headers of a system that bring in nothing of a compiler's own."""
    (tmp_path / "system").mkdir()
    for name in HEADERS:
        (tmp_path / "system" / name).write_text("")
    write_all(tmp_path, *ZOO)
    return tmp_path


def preprocessed(folder: Path, *flags: str) -> str:
    command = [need("gcc"), *OTHERS, *flags, "-E", "-P", "derive.c"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def extensions(text: str) -> set[str]:
    """Words with two underscores in front, pragmas, statements in parentheses."""
    return set(re.findall(r"\b__\w+|\btypeof\b|\basm\b|_Pragma|#\s*pragma.*|\(\{", text))


def test_no_extension_is_left_for_other_compilers(folder: Path) -> None:
    assert extensions(preprocessed(folder)) == set()
    assert extensions(preprocessed(folder, "-D_MSC_VER=1938", "-D_WIN32", f"-D_OPENMP={OLD}")) == set()


def test_gcc_is_given_them(folder: Path) -> None:
    found = extensions(preprocessed(folder, "-D__GNUC__=12", f"-D_OPENMP={NEW}"))
    assert "__attribute__" in found and any("omp parallel for" in one for one in found)


def test_no_array_has_a_length_of_the_call(tmp_path: Path) -> None:
    """Nor anything else that C11 leaves to a compiler's choice."""
    write_all(tmp_path, *ZOO)
    flags = ["-std=c11", "-DDERIVE_CLONES=", "-Wvla", "-Wpedantic", "-Werror", "-fsyntax-only"]
    done = subprocess.run([need("gcc"), *flags, "derive.c"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_Complex" not in (tmp_path / "derive.c").read_text() + (tmp_path / "derive.h").read_text()
