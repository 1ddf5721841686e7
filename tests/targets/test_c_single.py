"""All kernels in two files: they compile alone, without a warning, and are the kernels of the separate files."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.catalogue import load_catalogue
from derive.language import Formula, Sum, exp, indices, label, log, vector
from derive.language.inputs import Label
from derive.loading.callable import Kernel
from derive.loading.derived import described
from derive.loops.ir import Program
from derive.pipeline import build_formula
from derive.targets import Built
from derive.targets.c import TARGET
from derive.targets.c.single import HEADER, SOURCE
from derive.targets.templates import environment
from tests import once

STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
LIBRARY = ["-DDERIVE_CLONES=", "-fPIC", "-shared"]
NAMES = ("softmax", "cross_entropy_label")


def files(built: Iterable[Built]) -> dict[str, str]:
    """What a build of these formulas writes for C."""
    everyone, templates = list(built), environment()
    printed = [TARGET.formula_files(one, templates) for one in everyone]
    shared = TARGET.shared_files(everyone, templates)
    separate = {path: text for one in (*printed, shared) for path, text in one.items()}
    return {**separate, **TARGET.gathered_files(printed, shared, templates)}


def write(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def compiled(folder: Path, compiler: str, sources: Iterable[str], level: str = "-O0") -> ctypes.CDLL:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    command = [compiler, *STRICT, level, *LIBRARY, *sources, "-o", "kernels.so", "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return ctypes.CDLL(str(folder / "kernels.so"))


@pytest.fixture(scope="module")
def built() -> list[Built]:
    return [once.built(formula) for formula in load_catalogue() if formula.name in NAMES]


@pytest.fixture(scope="module")
def texts(built: list[Built]) -> dict[str, str]:
    return files(built)


def arrays(program: Program, rows: int, classes: int, real: type) -> dict[str, Any]:
    dice = np.random.default_rng(classes)
    return {
        what.name: dice.integers(0, classes, rows)
        if isinstance(what, Label)
        else dice.random((rows, classes)).astype(real)
        for what in program.inputs
    }


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_two_files_are_the_kernels_of_the_others(
    tmp_path: Path, built: list[Built], texts: dict[str, str], compiler: str
) -> None:
    """To the bit, and without a file beside them."""
    apart = compiled(write(tmp_path / "apart", texts), compiler, [f"{name}.c" for name in NAMES], "-O1")
    pair = {name: texts[name] for name in (HEADER, SOURCE)}
    alone = compiled(write(tmp_path / "alone", pair), compiler, [SOURCE], "-O1")
    for program in (p for one in built for p in one.programs):
        for real in (np.float32, np.float64):
            for rows, classes in ((17, 5), (3, 100)):
                given = arrays(program, rows, classes, real)
                one, other = (Kernel(described(program), library)(**given) for library in (apart, alone))
                pairs = zip(*(r if isinstance(r, tuple) else (r,) for r in (one, other)), strict=True)
                assert all(np.array_equal(a, b, equal_nan=True) for a, b in pairs), program.name


def test_nothing_is_left_out_and_nothing_is_there_twice(texts: dict[str, str]) -> None:
    for ending, name in ((".h", HEADER), (".c", SOURCE)):
        functions = [m for n in NAMES for m in re.findall(r"^derive_status (\w+)\(", texts[n + ending], re.MULTILINE)]
        assert len(functions) > 20 and "derive_softmax_vjp_saved_f64" in functions
        assert sorted(re.findall(r"^derive_status (\w+)\(", texts[name], re.MULTILINE)) == sorted(functions)
    assert re.findall(r'#include "(.*)"', texts[HEADER] + texts[SOURCE]) == [HEADER]
    for name in (HEADER, SOURCE):
        assert texts[name].endswith("\n") and not re.search(r"[ \t]+$|\n\n\n|\n\n\Z", texts[name], re.MULTILINE)


def test_the_header_goes_with_the_others_and_with_cpp(tmp_path: Path, texts: dict[str, str]) -> None:
    folder = write(tmp_path / "all", texts)
    for name in ("use.c", "use.cpp"):
        (folder / name).write_text(
            '#include "softmax.h"\n#include "derive.h"\n#include "derive.h"\n#include "cross_entropy_label.h"\n'
            "int main(void) { return derive_softmax_f32(0, 0, NULL, 0, NULL, 0) != DERIVE_OK; }\n"
        )
    compiled(folder, "gcc", ["use.c", SOURCE])
    if shutil.which("g++") is not None:
        done = subprocess.run(
            ["g++", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", "use.cpp"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_no_two_names_clash(tmp_path: Path, compiler: str) -> None:
    """Names of one formula's files that would be another's: functions that others see, functions of its own, inputs."""
    i, j = indices("i j")
    x, a_row = vector("x"), vector("a_row_f32")
    t, a_tile = label("t"), label("derive_a_row_f64")
    clashing = (
        Formula("derive_a", x[t] - log(Sum(exp(x[j]), j)), wrt=x, symbol="A"),
        Formula("a", Sum(x[j] * a_row[j], j), wrt=x, symbol="B"),
        Formula("a_row", a_row[a_tile] * Sum(x[j] ** 2, j), wrt=x, symbol="C"),
        Formula("a_rows", exp(x[i]) / Sum(exp(x[j]), j), over=i, wrt=x, symbol="s"),
        Formula("f32", Sum(x[j], j), wrt=x, symbol="D"),
        Formula("derive_f32", Sum(x[j] ** 2, j), wrt=x, symbol="E"),
        Formula("derive", Sum(x[j] ** 3, j), wrt=x, symbol="F"),
        Formula("inner", Sum(x[j] ** 4, j), wrt=x, symbol="G"),
    )
    built = [build_formula(formula) for formula in clashing]
    texts = files(built)
    assert "derive_.h" in texts and "derive_.c" in texts  # the formula that is called as the two files are
    library = compiled(write(tmp_path / "clash", texts), compiler, [SOURCE])
    y = np.array([[1.0, 2.0]])
    derive_a, a_rows, power = (Kernel(described(one.programs[0]), library) for one in (built[0], built[3], built[6]))
    np.testing.assert_allclose(derive_a(y, t=np.array([1])), 2 - np.log(np.exp(y).sum()))
    np.testing.assert_allclose(a_rows(y).sum(), 1)
    np.testing.assert_allclose(power(y), 9)
