"""The C target: what it prints compiles without a warning and computes what the loop IR says."""

from __future__ import annotations

import ctypes
import math
import os
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.algebra.records import Derived
from derive.language import vector
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Vector
from derive.loading.callable import Kernel
from derive.loading.derived import described
from derive.loops.ir import Accumulate, Call, Element, Let, Loop, Name, Number, Program, Store
from derive.targets import Built, PrintError
from derive.targets.c import TARGET
from derive.targets.c.layout import WIDTH
from derive.targets.c.names import file_stem
from derive.targets.c.reals import DOUBLE, FLOAT
from derive.targets.numpy.names import argument_names
from derive.targets.templates import environment
from tests import zoo
from tests.interpret import run
from tests.zoo import FORMULA, ZOO, call, x

STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
STATUS = "OK NULL_POINTER NO_CLASSES BAD_STRIDE BAD_LABEL BAD_PARAMETER BAD_VALUE".split()
INF, NAN = math.inf, math.nan


def built(*programs: Program) -> Built:
    return Built(FORMULA, Derived(FORMULA, (), ()), programs)


def write_all(folder: Path, *programs: Program) -> Path:
    made = built(*programs)
    templates = environment()
    own, shared = TARGET.formula_files(made, templates), TARGET.shared_files([made], templates)
    for name, text in {**own, **shared, **TARGET.gathered_files([own], shared, templates)}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def need(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


@pytest.fixture(scope="module", params=["gcc", "clang"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The zoo, compiled with every warning an error, for one set of instructions."""
    compiler = need(request.param)
    folder = write_all(tmp_path_factory.mktemp("zoo"), *ZOO)
    command = [compiler, *STRICT, "-O2", "-DDERIVE_CLONES=", "-fPIC", "-shared", "zoo.c", "-o", "zoo.so", "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(folder / "zoo.so"))


ROWS = {
    "x": [
        [0.5, -1.25, 2.0, 2.0, 0.125],
        [3.0, NAN, -0.0, -INF, 1.0],
        [INF, 1.0, -2.0, 4.0, 1e30],
        [-INF, -INF, -INF, -INF, -INF],
        [0.25, 0.75, 0.5, 0.9, 0.0],
        [-0.5, -3.0, -0.125, -8.0, -0.125],
    ],
    "y": [
        [0.25, 0.0, 0.5, 0.125, 0.125],
        [1.0, 0.0, 0.0, 2.0, NAN],
        [0.0, 3.0, -1.0, 0.5, INF],
        [0.0, 1.0, 0.0, 0.0, 0.0],
        [2.0, 3.0, -2.0, 0.5, 1.0],
        [-1.5, 2.0, 2.0, 3.0, 0.5],
    ],
}


FEW, MANY = 1, 9
"""So many times the tables above stand in a row: few classes are taken in tiles of rows, many one row at a time."""


def inputs_of(program: Program, row: int, real: type, times: int) -> dict[str, Any]:
    """One row of inputs: every vector, whatever its name, takes one of the tables above."""
    vectors = [v.name for v in program.inputs if isinstance(v, Vector)]
    given: dict[str, Any] = {}
    for what in program.inputs:
        if isinstance(what, Parameter):
            given[what.name] = what.default
        elif isinstance(what, Label):
            given[what.name] = (row * 2) % 5
        else:
            table = ROWS["x" if vectors.index(what.name) % 2 == 0 else "y"]
            given[what.name] = [float(real(v)) for v in table[row]] * times
    return given


@pytest.mark.parametrize("times", [FEW, MANY], ids=["few", "many"])
@pytest.mark.parametrize("real", [np.float32, np.float64], ids=lambda r: str(r.__name__))
@pytest.mark.parametrize("program", ZOO, ids=lambda p: str(p.name))
def test_a_kernel_computes_what_the_program_says(
    library: ctypes.CDLL, program: Program, real: type, times: int
) -> None:
    rows = [inputs_of(program, row, real, times) for row in range(6)]
    arrays: dict[str, Any] = {
        name: np.array([r[what.name] for r in rows], np.int64 if isinstance(what, Label) else real)
        for what, name in argument_names(program.inputs).items()
        if not isinstance(what, Parameter)
    }
    found = Kernel(described(program), library)(**arrays)
    found = found if isinstance(found, tuple) else (found,)
    epsilon = float(np.finfo(real).eps)
    for output, array in zip(program.outputs, found, strict=True):
        assert array.dtype == real
        with np.errstate(all="ignore"):
            expected: Any = np.array([run(program, row)[output.name] for row in rows]).astype(real)
        # A handful of operations, each within an ulp; pow and the sums of products may cancel a little.
        np.testing.assert_allclose(array, expected, rtol=64 * epsilon, atol=64 * epsilon, err_msg=output.name)


def test_long_sums_are_accurate(library: ctypes.CDLL) -> None:
    """Eight classes of a lane, five pairs of lanes, and a total that keeps what rounding takes."""
    y = np.abs(np.random.default_rng(1).normal(size=(1, 100_005))).astype(np.float32)
    program = next(p for p in ZOO if p.name == "zoo_normalised")
    out = Kernel(described(program), library)(y, T=1.0)
    exact = np.exp(y.astype(np.float64) - y.max())
    exact /= math.fsum(exact[0])
    assert np.max(np.abs(out - exact) / exact) < (8 + 4 + 8) * 2.0**-24


class Raw:
    """The C function itself, for calls that the Python wrapper would never make."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        self.call = library[f"derive_{name}_f64"]
        self.call.restype = ctypes.c_int

    def __call__(self, *args: Any) -> str:
        status: int = self.call(*(self._c(a) for a in args))
        return STATUS[status]

    @staticmethod
    def _c(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return ctypes.c_void_p(value.ctypes.data)
        return {int: ctypes.c_size_t, float: ctypes.c_double}.get(type(value), lambda v: v)(value)


CANARY = 12345.0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "OK"),
        ({"x": None}, "NULL_POINTER"),
        ({"t": None}, "NULL_POINTER"),
        ({"grad": None}, "NULL_POINTER"),
        ({"value": None}, "NULL_POINTER"),
        ({"classes": 0}, "NO_CLASSES"),
        ({"x_stride": 3}, "BAD_STRIDE"),
        ({"x_stride": 0}, "OK"),
        ({"grad_stride": 3}, "BAD_STRIDE"),
        ({"grad_stride": 0}, "BAD_STRIDE"),
        ({"t": np.array([0, 3, 4])}, "BAD_LABEL"),
        ({"t": np.array([0, 3, -1])}, "BAD_LABEL"),
        ({"t": np.array([0, 3, np.iinfo(np.int64).min])}, "BAD_LABEL"),
        ({"rows": 0, "x": None, "t": None, "value": None, "grad": None, "classes": 0}, "OK"),
    ],
)
def test_a_bad_call_is_a_status_and_writes_nothing(library: ctypes.CDLL, change: dict[str, Any], status: str) -> None:
    given: dict[str, Any] = {
        "rows": 3, "classes": 4, "x": np.ones((3, 4)), "x_stride": 4, "t": np.array([0, 1, 3]),
        "value": np.full(3, CANARY), "grad": np.full((3, 4), CANARY), "grad_stride": 4,
    }  # fmt: skip
    given |= change
    assert Raw(library, "zoo_value_and_grad")(*given.values()) == status
    written = [a for a in (given["value"], given["grad"]) if a is not None]
    untouched = status != "OK" or given["rows"] == 0
    assert all(np.all(a == CANARY) == untouched for a in written)


@pytest.mark.parametrize("temperature", [0.0, -1.0, INF, NAN])
def test_a_parameter_outside_its_domain_is_a_status(library: ctypes.CDLL, temperature: float) -> None:
    out = np.full((1, 2), CANARY)
    assert Raw(library, "zoo_normalised")(1, 2, np.ones((1, 2)), 2, temperature, out, 2) == "BAD_PARAMETER"
    assert np.all(out == CANARY)


def test_a_real_parameter_may_not_be_nan(library: ctypes.CDLL) -> None:
    value, out = np.full(1, CANARY), np.full((1, 2), CANARY)
    kernel = Raw(library, "zoo_numbers")
    assert kernel(1, 2, np.ones((1, 2)), 2, NAN, value, out, 2) == "BAD_PARAMETER"
    assert np.all(out == CANARY) and value[0] == CANARY
    assert kernel(1, 2, np.ones((1, 2)), 2, -1.0, value, out, 2) == "OK"


def test_the_square_of_the_classes_may_not_overflow(library: ctypes.CDLL) -> None:
    """2**33 classes: their square is 4 modulo 2**64.  (No memory is touched before the check.)"""
    out = np.full(4, CANARY)
    many = 2**33
    assert Raw(library, "zoo_jacobian")(1, many, out, 0, out, 0, out, many) == "BAD_STRIDE"
    assert Raw(library, "zoo_jacobian")(1, 3, np.ones(3), 3, np.ones(3), 3, np.ones(9), 8) == "BAD_STRIDE"


def test_rows_between_the_strides_are_left_alone(library: ctypes.CDLL) -> None:
    x, wide = np.ones((2, 3)), np.full((2, 7), CANARY)
    assert Raw(library, "zoo_normalised")(2, 3, x, 3, 1.0, wide, 7) == "OK"
    assert np.all(wide[:, 3:] == CANARY) and np.allclose(wide[:, :3], 1 / 3)


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


def test_gcc_vectorises_a_sum(tmp_path: Path) -> None:
    compiler = need("gcc")
    if "x86_64" not in subprocess.run([compiler, "-dumpmachine"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("the report of the vectoriser is looked at on x86-64 only")
    program = zoo.program("squares", (zoo.X,), (zoo.VALUE,), *_squares(skip=None))
    write_all(tmp_path, program)
    command = [
        compiler,
        "-std=c11",
        "-O3",
        "-DDERIVE_CLONES=",
        "-fopt-info-vec-optimized",
        "-c",
        "zoo.c",
        "-o",
        "zoo.o",
    ]
    report = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stderr
    lines = (tmp_path / "zoo.c").read_text().splitlines()
    inner = ("for (size_t lane = 0; lane < width", "for (size_t row = 0; row < rows; row++")
    heads = {
        number
        for number, line in enumerate(lines, 1)
        if line.strip().startswith(inner) and "+=" in "".join(lines[number : number + 2])
    }
    found = {int(n) for n in re.findall(r"zoo\.c:(\d+):\d+: optimized: +loop vectorized", report)}
    # (A loop over the rows of a tile may be reported where the loop around it begins.)
    assert heads and all(head in found or head - 1 in found for head in heads)


def _squares(skip: str | None) -> tuple[Any, ...]:
    total = Accumulate("total", call("mul", x("k"), x("k")), skip=skip)
    return (Loop("k", (total,)), Store("value", (), Name("total")))


# --- the text ------------------------------------------------------------------------------------------------------


def test_the_text_is_clean(tmp_path: Path) -> None:
    write_all(tmp_path, *ZOO)
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n") and not text.endswith("\n\n"), path
        assert not re.search(r"[ \t]+$|\n\n\n", text, flags=re.MULTILINE), path
        if path.suffix in (".c", ".h"):
            assert max(map(len, text.splitlines())) <= WIDTH, path


def test_the_header_says_what_it_is_and_how_to_make_it_again() -> None:
    text = TARGET.formula_files(built(zoo.NORMALISED), environment())["zoo.h"]
    assert "A zoo of programs" in text and "out = normalised" in text and "Source: nobody." in text
    assert "python -m derive build --only zoo" in text


def test_float_code_has_no_double_in_it() -> None:
    text = TARGET.formula_files(built(zoo.NUMBERS), environment())["zoo.c"]
    single = text[text.index("zoo_numbers_row_f32") : text.index("derive_status derive_zoo_numbers_f32")]
    assert "double" not in single and "0.33333334f" in single and "3.1415927f" in single and "-3.5f" in single
    assert not re.search(r"\d\.\d+(?!f|\d)", single)


def test_no_parentheses_but_those_needed() -> None:
    text = TARGET.formula_files(built(zoo.PRECEDENCE), environment())["zoo.c"]
    assert "a = x[k] - (y[k] - (x[k] - 3.0f));" in text
    assert "e = d + (c + -0.25f * b);" in text
    assert "f = e - (-a);" in text
    assert "--" not in re.sub(r"\+\+|/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("text", ["ends */ here", "opens /* here", "ends in \\", "two\nlines", "*/ /* */"])
def test_no_text_can_break_out_of_a_comment(tmp_path: Path, text: str) -> None:
    noted = zoo.program("noted", (zoo.X,), (zoo.VALUE,), Store("value", (), Name("n"), note=text))
    program = Program(noted.name, FORMULA, text, (text,), noted.inputs, noted.outputs, noted.body)
    write_all(tmp_path, program)
    done = subprocess.run(
        [need("gcc"), *STRICT, "-c", "zoo.c", "-o", "zoo.o"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_deterministic() -> None:
    one, two = (TARGET.formula_files(built(*ZOO), environment()) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("value", "single", "double"),
    [
        (Fraction(2), "2.0f", "2.0"),
        (Fraction(-7, 2), "-3.5f", "-3.5"),
        (Fraction(1, 3), "0.33333334f", "0.3333333333333333"),
        (math.pi, "3.1415927f", "3.141592653589793"),
        (1e300, "INFINITY", "1e+300"),
        (-INF, "-INFINITY", "-INFINITY"),
        (NAN, "NAN", "NAN"),
        (1e-45, "1e-45f", "1e-45"),
        (3.4028234663852886e38, "3.4028235e+38f", "3.4028234663852886e+38"),
        # Just above the middle of two floats: by way of a double it would round down.
        (1 + Fraction(1, 2**24) + Fraction(1, 2**70), "1.0000001f", "1.0000000596046448"),
    ],
)
def test_constants(value: Fraction | float, single: str, double: str) -> None:
    assert FLOAT.literal(value) == single
    assert DOUBLE.literal(value) == double


@pytest.mark.parametrize("value", [Fraction(1, 10), 0.1, 1e-40, 16777217.0, Fraction(10**12)])
def test_a_float_constant_is_the_nearest(value: Fraction | float) -> None:
    assert np.float32(FLOAT.literal(value).rstrip("f")) == np.float32(float(value))


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (Store("value", (), Call("sinh", (Number(Fraction(1)),))), "sinh"),
        (Store("value", (), Call("exp", ())), "exp"),
        (Store("value", (), Name("missing")), "missing"),
        (Store("value", (), Element("x", "k")), "'k'"),
        (Store("value", ("k",), Number(0.0)), "no output 'value' has 1"),
        (Store("nothing", (), Number(0.0)), "nothing"),
        (Accumulate("total", Number(0.0)), "Accumulate"),
        (Loop("k", (Accumulate("s", x("k")), Let("early", Name("s")))), "'s'"),
        ("text", "text"),
    ],
)
def test_what_cannot_be_printed_is_refused(statement: Any, words: str) -> None:
    program = zoo.program("bad", (zoo.X,), (zoo.VALUE,))
    program = Program(program.name, FORMULA, "", (), program.inputs, program.outputs, (statement,))
    with pytest.raises(PrintError, match=r"'zoo'.*'zoo_bad'.*lower") as raised:
        TARGET.formula_files(built(program), environment())
    assert words in str(raised.value) and "\n" not in str(raised.value)


def test_an_input_may_not_stand_for_two_things() -> None:
    from derive.language import vector

    program = zoo.program("twice", (vector("value"),), (zoo.VALUE,), Store("value", (), Number(0.0)))
    with pytest.raises(PrintError, match="value stands for two things"):
        TARGET.formula_files(built(program), environment())


def test_signatures_name_every_kernel() -> None:
    signatures = TARGET.signatures(built(zoo.GATHER, zoo.COUNT))
    assert list(signatures) == ["zoo_gather", "zoo_count"]
    assert "derive_zoo_gather_f32(size_t rows, size_t classes, const float *restrict x" in signatures["zoo_gather"]
    assert "const int64_t *restrict t, double T, double *restrict value)" in signatures["zoo_gather"]


# --- the build file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", ["OFF", "ON"])
def test_cmake_builds_and_installs(tmp_path: Path, shared: str) -> None:
    cmake, pkg_config, compiler = need("cmake"), need("pkg-config"), need("cc")
    source, place = tmp_path / "source", tmp_path / "place"
    source.mkdir()
    write_all(source, zoo.COUNT, zoo.NORMALISED)
    for step in (
        [cmake, "-S", source, "-B", tmp_path / "build", f"-DBUILD_SHARED_LIBS={shared}", "-DCMAKE_INSTALL_LIBDIR=lib",
         f"-DCMAKE_INSTALL_PREFIX={place}"],
        [cmake, "--build", tmp_path / "build"],
        [cmake, "--install", tmp_path / "build"],
    ):  # fmt: skip
        done = subprocess.run(list(map(str, step)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "use.c").write_text(USE)
    flags = subprocess.run(
        [pkg_config, "--cflags", "--libs", "--static", "derive"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PKG_CONFIG_PATH": str(place / "lib/pkgconfig")},
    ).stdout.split()
    program = tmp_path / "use"
    subprocess.run([compiler, tmp_path / "use.c", *flags, f"-Wl,-rpath,{place / 'lib'}", "-o", program], check=True)
    assert subprocess.run([program], check=False).returncode == 0


USE = """
#include <zoo.h>
#include <derive.h>

int main(void) {
    const float x[2] = {1.0f, 1.0f};
    float out[2];
    return derive_zoo_normalised_f32(1, 2, x, 2, 1.0f, out, 2) != DERIVE_OK || out[0] != 0.5f;
}
"""


PROJECT = """
cmake_minimum_required(VERSION 3.14)
project(use LANGUAGES C)
<how>
add_executable(use use.c)
target_link_libraries(use derive::derive)
"""


@pytest.mark.parametrize("how", ["find_package(derive 0.1 REQUIRED)", "add_subdirectory(source)"])
def test_another_project_uses_the_kernels(tmp_path: Path, how: str) -> None:
    cmake, _ = need("cmake"), need("cc")
    (tmp_path / "source").mkdir()
    write_all(tmp_path / "source", zoo.COUNT, zoo.NORMALISED)
    (tmp_path / "use.c").write_text(USE)
    (tmp_path / "CMakeLists.txt").write_text(PROJECT.replace("<how>", how))
    place = tmp_path / "place"
    installed = [
        [cmake, "-S", tmp_path / "source", "-B", tmp_path / "made"],
        [cmake, "--build", tmp_path / "made"],
        [cmake, "--install", tmp_path / "made", "--prefix", place],
    ]
    using = [
        [cmake, "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={place}"],
        [cmake, "--build", tmp_path / "build"],
        [tmp_path / "build" / "use"],
    ]
    for step in [*(installed if "find_package" in how else []), *using]:
        done = subprocess.run(list(map(str, step)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    newer = tmp_path / "CMakeLists.txt"
    newer.write_text(PROJECT.replace("<how>", "find_package(derive 0.2 REQUIRED)"))
    asked = [cmake, "-S", tmp_path, "-B", tmp_path / "newer", f"-DCMAKE_PREFIX_PATH={place}"]
    done = subprocess.run(list(map(str, asked)), capture_output=True, text=True, check=False)
    assert done.returncode != 0 and ("0.1.0" in done.stderr) == ("find_package" in how)


@pytest.mark.parametrize("name", ["INFINITY", "NULL", "NAN", "DERIVE_LANES", "derive_x", "SIZE_MAX"])
def test_an_input_named_like_a_macro_gets_another_name(name: str) -> None:
    """An underscore behind it would not help: the printer once went on adding them for ever."""
    what = vector(name)
    text = "".join(
        TARGET.formula_files(
            built(zoo.program("macro", (what,), (zoo.VALUE,), Loop("k", (Accumulate("total", Element(name, "k")),)),
                              Store("value", (), Name("total")))),
            environment(),
        ).values()
    )  # fmt: skip
    assert f"v_{name}" in text
