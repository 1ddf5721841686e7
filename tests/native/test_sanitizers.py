"""Every kernel under the sanitizers: no byte beyond its rows, no undefined behaviour, no two threads at one place.

They are compiled without optimisation: what a sanitizer looks at is the text, and all kernels take a minute else.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.native import harness

pytestmark = pytest.mark.slow

COMPILE = ["-std=c11", "-O0", "-g1", "-DDERIVE_CLONES="]
LINK = ["-lm", "-lpthread"]
FEW = ("softmax", "cross_entropy_label")
"""Vectors, labels, matrices; sums, maxima, a class left out."""


@dataclass(frozen=True)
class Sanitizer:
    """flags: for the compiler; ways: how the harness calls the kernels; options: TSAN_OPTIONS; compilers: by choice."""

    flags: tuple[str, ...]
    ways: tuple[str, ...]
    options: str = ""
    compilers: tuple[str, ...] = ("clang", "gcc")

    @property
    def environment(self) -> dict[str, str]:
        return {"TSAN_OPTIONS": self.options, "OMP_NUM_THREADS": "3", "PATH": "/usr/bin:/bin"}


MEMORY = Sanitizer(
    ("-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"), ("rows", "threads")
)
THREADS = Sanitizer(("-fsanitize=thread",), ("threads",))
OPENMP = Sanitizer(
    ("-fsanitize=thread", "-fopenmp"), ("many",), "ignore_noninstrumented_modules=1", ("clang",)
)  # (gcc's OpenMP tells the sanitizer nothing of how its threads wait for one another)
UNSET = Sanitizer(("-fsanitize=memory",), ("values results",), compilers=("clang",))
ALL = {"memory": MEMORY, "threads": THREADS, "openmp": OPENMP, "unset": UNSET}


@cache
def compiler_for(sanitizer: Sanitizer, folder: Path) -> str | None:
    """The first compiler whose programs run under it, with what they take from the system."""
    (folder / "try.c").write_text("int main(void) { return 0; }\n")
    for compiler in sanitizer.compilers:
        try:
            subprocess.run(
                [compiler, *sanitizer.flags, "try.c", "-o", "try"], cwd=folder, capture_output=True, check=True
            )
            subprocess.run(["./try"], cwd=folder, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return compiler
    return None


def told(folder: Path, sanitizer: Sanitizer) -> str:
    """What is said of the kernels in the folder: of each way to call them, how many calls, and each complaint."""
    compiler = compiler_for(sanitizer, folder)
    if compiler is None:
        pytest.skip(f"no {' or '.join(sanitizer.compilers)} with {' '.join(sanitizer.flags)} here")
    command = [compiler, *COMPILE, *sanitizer.flags, "harness.c", "derive.c", "-o", "harness", *LINK]
    harness.shell(command, folder)
    said = ""
    for way in sanitizer.ways:
        done = subprocess.run(
            ["./harness", *way.split()],
            cwd=folder,
            env=sanitizer.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said += f"{done.stdout}{done.stderr}" + (f"ends with status {done.returncode}\n" if done.returncode else "")
    return said[:8000]


@pytest.mark.parametrize("kind", ["memory", "threads", "openmp"])
def test_all_kernels_are_clean(tmp_path: Path, kind: str) -> None:
    harness.write(tmp_path)
    said = told(tmp_path, ALL[kind])
    assert re.fullmatch(r"(\d{3} kernels, \d+ calls\n)+", said), said


def test_nothing_is_taken_that_was_never_set(tmp_path: Path) -> None:
    harness.write(tmp_path, FEW)
    assert re.fullmatch(r"\d+ kernels, \d+ calls\n", said := told(tmp_path, UNSET)), said


# --- mistakes that the sanitizers have to find: each is planted in the kernels of a formula -----------------------


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "complaint"),
    [
        # past the last row; past the last label; an overflow
        ("memory", "row < rows; row++) {", "row <= rows; row++) {", "heap-buffer-overflow"),
        ("memory", "are_labels(t, rows, classes)", "are_labels(t, rows + 1, classes)", "heap-buffer-overflow"),
        ("memory", "(size_t)t[row]", "(size_t)(t[row] + INT64_MAX)", "signed integer overflow"),
        # what calls share; rows of two threads; a class that nobody fills in
        ("threads", "    return DERIVE_OK;\n}", "    static int n;\n    n++;\n    return DERIVE_OK;\n}", "data race"),
        ("openmp", "first += DERIVE_CHUNK", "first += DERIVE_CHUNK - 1", "data race"),
        ("unset", "x_stride, height, classes)", "x_stride, height, classes - 1)", "use-of-uninitialized-value"),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_found(tmp_path: Path, kind: str, right: str, wrong: str, complaint: str) -> None:
    harness.write(tmp_path, FEW[1:])
    source = tmp_path / "derive.c"
    text = source.read_text()
    assert right in text
    source.write_text(text.replace(right, wrong))
    assert complaint in told(tmp_path, ALL[kind])
