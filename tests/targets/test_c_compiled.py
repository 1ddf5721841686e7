"""The C target: what it prints compiles without a warning in every way, and is vectorised."""

from __future__ import annotations

import ctypes
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from derive.language import vector
from derive.loading.callable import Kernel
from derive.loading.derived import described
from derive.loops.ir import Accumulate, Loop, Name, Store
from derive.targets.c.names import file_stem
from tests import zoo
from tests.targets.compiled import STRICT, need, write_all
from tests.zoo import ZOO, call, x


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("level", ["-O0", "-O3"])
def test_no_warning_at_any_level(tmp_path: Path, compiler: str, level: str) -> None:
    need(compiler)
    write_all(tmp_path, *ZOO)
    command = [compiler, *STRICT, level, "-c", "zoo.c", "-o", "zoo.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("flags", [["-O3"], ["-O3", "-fopenmp"], ["-O3", "-ffp-contract=off"]], ids=" ".join)
def test_every_way_to_compile_gives_the_same_kernel(
    library: ctypes.CDLL, tmp_path: Path, compiler: str, flags: list[str]
) -> None:
    """Compiled for each processor, for threads, without contraction: alike but for rounding, and no row for others."""
    need(compiler)
    write_all(tmp_path, zoo.NORMALISED)
    command = [compiler, *STRICT, *flags, "-fPIC", "-shared", "zoo.c", "-o", "zoo.so", "-lm"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    if "fopenmp" in " ".join(flags) and "omp" in done.stderr:
        pytest.skip(f"{compiler} has no OpenMP here")
    assert (done.returncode, done.stderr) == (0, "")
    kernel = Kernel(described(zoo.NORMALISED), ctypes.CDLL(str(tmp_path / "zoo.so")))
    for rows, classes in ((1, 3), (100, 7), (33, 1000)):
        y = np.abs(np.random.default_rng(classes).normal(size=(rows, classes))).astype(np.float32)
        out = kernel(y, T=1.0)
        np.testing.assert_allclose(out, Kernel(described(zoo.NORMALISED), library)(y, T=1.0), rtol=1e-6)
        for row in (0, rows // 2, rows - 1):
            assert np.array_equal(kernel(y[row], T=1.0), out[row])


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_checks_of_domains_compile_without_a_warning(tmp_path: Path, compiler: str) -> None:
    need(compiler)
    bounded = (zoo.X, vector("p", domain="probability"), vector("q", domain="positive"), vector("u", domain="unit"))
    write_all(tmp_path, zoo.program("bounded", bounded, (zoo.VALUE,), Store("value", (), Name("n"))))
    done = subprocess.run(
        [compiler, *STRICT, "-O2", "-c", "zoo.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / "zoo.c").read_text()
    assert "derive_f32_are_within(q, q_stride, rows, classes, 0.0f, INFINITY)" in text
    assert text.count("derive_f64_are_within(") == 3


def test_the_headers_are_of_use_to_cpp(tmp_path: Path) -> None:
    compiler = need("g++")
    write_all(tmp_path, *ZOO)
    (tmp_path / "use.cpp").write_text(
        '#include "zoo.h"\nint main() { return derive_status_text(DERIVE_OK)[0] == 0; }\n'
    )
    command = [compiler, "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-c", "use.cpp"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_files_do_not_hide_a_header_of_the_system() -> None:
    assert [file_stem(name) for name in ("math", "String", "derive_support", "f")] == [
        "math_", "String_", "derive_support_", "f",
    ]  # fmt: skip


@pytest.mark.parametrize("level", ["-O2", "-O3"])
@pytest.mark.parametrize("operation", ["square", "exp", "tanh"])
def test_gcc_vectorises_a_sum(tmp_path: Path, operation: str, level: str) -> None:
    """Told nothing but a level: whoever takes the files into a build of his own need not know our options."""
    compiler = need("gcc")
    if "x86_64" not in subprocess.run([compiler, "-dumpmachine"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("the report of the vectoriser is looked at on x86-64 only")
    term = call("mul", x("k"), x("k")) if operation == "square" else call(operation, x("k"))
    total = Loop("k", (Accumulate("total", term),)), Store("value", (), Name("total"))
    write_all(tmp_path, zoo.program("sums", (zoo.X,), (zoo.VALUE,), *total))
    command = [
        compiler,
        "-std=c11",
        level,
        "-DDERIVE_CLONES=",
        "-fopt-info-vec-optimized",
        "-c",
        "zoo.c",
        "-o",
        "zoo.o",
    ]
    report = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    lines = (tmp_path / "zoo.c").read_text().splitlines()
    inner = (
        "for (size_t lane = 0; lane < DERIVE_LANES",
        "for (size_t k = whole; k < classes",
        "for (size_t row = 0; row < rows; row++",
    )
    heads = {
        number
        for number, line in enumerate(lines, 1)
        if line.strip().startswith(inner) and "+=" in "".join(lines[number : number + 3])
    }
    found = {int(n) for n in re.findall(r"zoo\.c:(\d+):\d+: optimized: +loop vectorized", report)}
    # (A loop over the rows of a tile may be reported where the loop around it begins.)
    assert heads and all(head in found or head - 1 in found for head in heads)
