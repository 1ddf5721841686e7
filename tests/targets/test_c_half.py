"""The C target in half precision: no warning, and what the kernels of float give, rounded once."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.catalogue import load_catalogue
from derive.job import select_targets
from derive.language import Formula, Sum, array, axis, classes, exp, indices, label, log, parameter, sqrt, vector
from derive.language.components import Labels, Vector
from derive.language.inputs import Label, Parameter
from derive.loading.callable import Kernel
from derive.loading.derived import described
from derive.loading.whole import WholeKernel
from derive.loops.ir import Program
from derive.pipeline import build_formula
from derive.targets import Built
from derive.targets.c import HALF_TARGET, TARGET
from derive.targets.templates import environment
from tests.loading.halves import PRECISION, nearest, sizes
from tests.targets.compiled import STRICT, need, write_built

i, j = indices("i j")
x, y, room, status = vector("x"), vector("y", domain="unit"), vector("room"), label("status")
block = parameter("block", default=0.75, domain="positive")
LEANING = Formula(
    "leaning", block * x[i] ** 3 * room[status] / sqrt(1 + Sum(exp(-y[j]) * x[j] ** 2, j)), over=i, wrt=x, symbol="z"
)
rows = axis("rows", size="m")
r = indices("r", rows)
s, t = array("s", rows, classes), label("t", over=rows)
WHOLE = Formula("whole", block * Sum(log(Sum(exp(s[r, j]), j)) - s[r, t[r]], r), wrt=s, symbol="W")
LSE = "logsumexp"
TAGS = {"f16": "float16", "bf16": "bfloat16"}
OK, NULL_POINTER, NO_CLASSES, BAD_STRIDE, BAD_LABEL, BAD_PARAMETER, BAD_VALUE = range(7)


@pytest.fixture(scope="module")
def built() -> list[Built]:
    return [build_formula(one) for one in (*(f for f in load_catalogue() if f.name == LSE), LEANING, WHOLE)]


@pytest.fixture(scope="module")
def folder(built: list[Built], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_built(tmp_path_factory.mktemp("half"), HALF_TARGET, built)


def compiled(folder: Path, compiler: str, sources: Sequence[str], *flags: str) -> ctypes.CDLL:
    library = f"{compiler}{len(sources)}.so"
    command = [need(compiler), *STRICT, *flags, "-fPIC", "-shared", *sources, "-o", library, "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return ctypes.CDLL(str(folder / library))


@pytest.fixture(scope="module", params=["separate files", "two files"])
def library(request: pytest.FixtureRequest, folder: Path, built: list[Built]) -> ctypes.CDLL:
    if request.param == "two files":
        return compiled(folder, "clang", ["derive.c"], "-O1", "-DDERIVE_CLONES=")
    names = [f"{one.formula.name}{end}.c" for one in built for end in ("", ".half")]
    return compiled(folder, "gcc", names, "-O1", "-DDERIVE_CLONES=")


def shape_of(what: Any, rows: int, classes: int, by_rows: bool) -> tuple[int, ...]:
    """That of an array, or of an output."""
    if by_rows:
        axes = 1 if isinstance(what, Vector) else 0 if isinstance(what, Label) else what.axes
        return (rows, *[classes] * axes)
    letters = [one.size.name for one in what.axes] if isinstance(what, Vector | Labels) else what.shape
    return tuple({"m": rows, "n": classes}[letter] for letter in letters)


def values(program: Program, rows: int, classes: int) -> dict[str, Any]:
    """Each input: floats that are halves of either format, labels, or a number."""
    dice, found = np.random.default_rng([rows, classes]), {}
    for what in program.inputs:
        if isinstance(what, Parameter):
            found[what.name] = 1 / 3
            continue
        shape = shape_of(what, rows, classes, not program.sizes)
        if isinstance(what, Label | Labels):
            found[what.name] = dice.integers(0, classes, shape)
        else:
            found[what.name] = (dice.integers(0 if what.name == "y" else -99, 99, shape) / 128).astype(np.float32)
    return found


def called(library: ctypes.CDLL, program: Program, tag: str, given: dict[str, Any], results: Sequence[Any]) -> int:
    """The status."""
    size, by_rows = ctypes.c_size_t, not program.sizes
    lengths = next(given[v.name].shape for v in program.inputs if isinstance(v, Vector) and v.name != "w")
    passed: list[Any] = [size(n) for n in lengths]
    bits = {
        name: (one.view(np.uint32) >> 16).astype(np.uint16) if tag == "bf16" else one.astype(np.float16)
        for name, one in given.items()
        if isinstance(one, np.ndarray) and one.dtype == np.float32
    }
    held = {**given, **bits}
    for what in program.inputs:
        if isinstance(what, Parameter):
            passed.append(ctypes.c_float(held[what.name]))
            continue
        passed.append(ctypes.c_void_p(held[what.name].ctypes.data))
        passed += [size(lengths[-1])] if by_rows and isinstance(what, Vector) else []
    for made, result in zip(program.outputs, results, strict=True):
        passed.append(ctypes.c_void_p(result.ctypes.data))
        passed += [size(lengths[-1] ** made.axes)] if by_rows and made.axes else []
    needs = library[f"derive_{program.name}_half_room"]
    needs.restype = size
    count = needs(*(size(n) for n in lengths))
    floats = np.full(count + 1, 7, np.float32)
    found: int = library[f"derive_{program.name}_{tag}"](*passed, ctypes.c_void_p(floats.ctypes.data))
    assert floats[-1] == 7
    return found


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(("rows", "classes"), [(1, 3), (45, 7), (33, 129), (3, 5000)])
def test_a_result_is_that_of_float_rounded_once(
    library: ctypes.CDLL, built: list[Built], tag: str, rows: int, classes: int
) -> None:
    for program in (p for one in built for p in one.programs):
        if classes > 1000 and any(made.axes > 1 for made in program.outputs):
            continue
        given = values(program, rows, classes)
        kernel = (WholeKernel if program.sizes else Kernel)(described(program), library)
        wanted = kernel(**given)
        floats = [np.asarray(one) for one in (wanted if isinstance(wanted, tuple) else (wanted,))]
        shapes = [shape_of(made, rows, classes, not program.sizes) for made in program.outputs]
        results = [np.zeros(shape, np.uint16) for shape in shapes]
        assert called(library, program, tag, given, results) == OK, program.name
        for result, one in zip(results, floats, strict=True):
            assert not np.isnan(one).any()
            assert np.array_equal(result, nearest(TAGS[tag], one)), program.name


@pytest.mark.parametrize(
    ("change", "status"),
    [({"status": 50}, BAD_LABEL), ({"y": 1.25}, BAD_VALUE), ({"y": -1}, BAD_VALUE), ({"block": 0.0}, BAD_PARAMETER)],
)
@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_written_where_something_is_wrong(
    library: ctypes.CDLL, built: list[Built], tag: str, change: dict[str, Any], status: int
) -> None:
    program = next(p for one in built for p in one.programs if p.name == "leaning")
    given = values(program, 400, 50)
    ((name, wrong),) = change.items()
    if isinstance(given[name], float):
        given[name] = wrong
    else:
        given[name].reshape(-1)[-1] = wrong
    out = np.full((400, 50), 7, np.uint16)
    assert called(library, program, tag, given, [out]) == status
    assert (out == 7).all()


def test_sizes_and_pointers_are_looked_at(library: ctypes.CDLL) -> None:
    size, one = ctypes.c_size_t, ctypes.c_void_p(np.zeros(64, np.uint64).ctypes.data)
    kernel = library.derive_logsumexp_f16
    assert kernel(size(0), size(0), None, size(0), None, None) == OK
    assert kernel(size(1), size(0), one, size(0), one, one) == NO_CLASSES
    assert kernel(size(1), size(3), one, size(3), one, None) == NULL_POINTER
    assert kernel(size(2), size(3), one, size(2), one, one) == BAD_STRIDE


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_no_warning_with_clones(folder: Path, compiler: str) -> None:
    compiled(folder, compiler, ["logsumexp.c", "logsumexp.half.c"], "-O1")


def test_the_same_text_is_cpp17(folder: Path) -> None:
    flags = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++"]
    subprocess.run([need("g++"), *flags, "derive.c"], cwd=folder, check=True)


def test_it_is_made_on_request_and_the_usual_target_has_nothing_of_it(built: list[Built]) -> None:
    assert HALF_TARGET.name not in [target.name for target in select_targets(())]
    assert [target.name for target in select_targets(["c_half"])] == ["c_half"]
    templates = environment()
    texts = {**TARGET.formula_files(built[0], templates), **TARGET.shared_files(built, templates)}
    assert not any("f16" in text or "half.c" in text for text in texts.values())
    files = HALF_TARGET.shared_files(built, templates)
    for name in ("CMakeLists.txt", "meson.build"):
        assert "logsumexp.half.c" in files[name] and "logsumexp.half.h" in files[name]
    assert "derive_logsumexp_bf16(" in HALF_TARGET.signatures(built[0])[LSE]


def test_the_tables_of_the_tests_are_those_of_the_formats() -> None:
    assert [sizes(name)[-2] for name in PRECISION] == [65504, 2**127 * (2 - 2**-7)]
