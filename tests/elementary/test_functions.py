"""The elementary functions: compiled, measured, and right where no ulp is counted."""

from __future__ import annotations

import ctypes
import math
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from mpmath import mp, mpf

from derive.elementary import Elementary, functions
from derive.elementary.exhaust import measure, of_all, table
from derive.elementary.formats import FLOAT, FORMATS, Format
from derive.elementary.printed import domain_ends, header, measured_names

Array = npt.NDArray[Any]

STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
VECTOR = ("-O3", "-fno-math-errno", "-fno-trapping-math")
INF, NAN = math.inf, math.nan
DTYPES = {"f32": np.float32, "f64": np.float64}
SAMPLE = {"f32": 49999, "f64": 60000}

APPROXIMATIONS = [f for f in functions() if f.name in measured_names()]
each = pytest.mark.parametrize("function", APPROXIMATIONS, ids=lambda f: f"{f.name}-{f.tag}")


def need(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


def format_of(function: Elementary) -> Format:
    return next(real for real in FORMATS if real.tag == function.tag)


def loops() -> str:
    """The header, and for each function one that does a whole array."""
    return (
        header()
        + "".join(
            f"void all_{f.tag}_{f.name}({f.real} *out, const {f.real} *in, int size);\n"
            f"void all_{f.tag}_{f.name}({f.real} *restrict out, const {f.real} *restrict in, int size) {{\n"
            f"    for (int i = 0; i < size; i++) {{\n        out[i] = {f.function}(in[i]);\n    }}\n}}\n"
            for f in APPROXIMATIONS
        )
        + "".join(
            f"void ratios_{real.tag}({real.real} *out, const {real.real} *a, const {real.real} *b, int size);\n"
            f"void ratios_{real.tag}({real.real} *restrict out, const {real.real} *restrict a, "
            f"const {real.real} *restrict b, int size) {{\n"
            f"    for (int i = 0; i < size; i++) {{\n"
            f"        out[i] = derive_{real.tag}_log_ratio(a[i], b[i]);\n    }}\n}}\n"
            for real in FORMATS
        )
    )


LOOPS = len(APPROXIMATIONS) + len(FORMATS)


def compiled(folder: Path, compiler: str) -> ctypes.CDLL:
    (folder / "all.c").write_text(loops(), encoding="utf-8")
    command = [need(compiler), "-std=c11", *STRICT, *VECTOR, "-fPIC", "-shared", "all.c", "-o", "all.so"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "all.so"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return compiled(tmp_path_factory.mktemp("gcc"), "gcc")


def values(library: ctypes.CDLL, function: Elementary, arguments: Array) -> Array:
    out = np.empty_like(arguments)
    library[f"all_{function.tag}_{function.name}"](out.ctypes, arguments.ctypes, arguments.size)
    return out


def within_domain(function: Elementary, arguments: Array) -> Array:
    """A number that the function is not made for with a minus."""
    end = domain_ends().get(function.name, INF)
    return np.where((arguments > end) & np.isfinite(arguments), -arguments, arguments)


def called(library: ctypes.CDLL, function: Elementary, u: float) -> float:
    return float(values(library, function, np.array([u], DTYPES[function.tag]))[0])


@each
def test_no_number_of_a_sample_is_further_off_than_the_header_says(function: Elementary) -> None:
    found = measure(function.name, format_of(function), SAMPLE[function.tag], need("gcc"))
    assert found.tried >= 60000
    assert found.wrong == 0, found
    assert 0.5 < found.worst <= function.worst <= function.within, found
    assert f"within {function.worst:.2f} ulp" in function.about


def test_the_document_has_the_table_that_was_measured() -> None:
    document = (Path(__file__).resolve().parents[2] / "docs" / "elementary.md").read_text(encoding="utf-8")
    assert table() in document, "docs/elementary.md: replace the table by what derive.elementary.exhaust.table() gives"


def test_clang_computes_the_same_bits(library: ctypes.CDLL, tmp_path: Path) -> None:
    other = compiled(tmp_path, "clang")
    rng = np.random.default_rng(7)
    for function in APPROXIMATIONS:
        drawn = rng.integers(0, 2**64, 40000, dtype=np.uint64).view(DTYPES[function.tag])
        near = (rng.standard_normal(40000) * np.exp(rng.uniform(-9, 6, 40000))).astype(DTYPES[function.tag])
        for numbers in (drawn, near):
            arguments = within_domain(function, numbers)
            one, two = (values(made, function, arguments) for made in (library, other))
            assert np.array_equal(one, two, equal_nan=True), function.function


def test_a_changed_coefficient_is_noticed() -> None:
    """In the middle of the polynomial of exp, by 2^-17 of itself."""
    changed = re.sub(r"(\+ 0x1\.555)4(\w*p-3f;)", r"\g<1>c\2", header(), count=1)
    assert changed != header()
    assert measure("exp", FLOAT, SAMPLE["f32"], need("gcc"), changed).worst > 1


SPECIAL = {
    "exp": ((INF, INF), (-INF, 0.0), (0.0, 1.0), (-0.0, 1.0), (1e30, INF), (-1e30, 0.0)),
    "exp_nonpositive": ((INF, INF), (-INF, 0.0), (0.0, 1.0), (-0.0, 1.0), (-1e30, 0.0)),
    "expm1": ((INF, INF), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (1e30, INF), (-1e30, -1.0), (1e-40, 1e-40)),
    "log": ((INF, INF), (-INF, NAN), (0.0, -INF), (-0.0, -INF), (1.0, 0.0), (-1e-40, NAN), (-1.0, NAN)),
    "log1p": ((INF, INF), (-INF, NAN), (0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (-1.5, NAN), (1e-40, 1e-40)),
    "tanh": ((INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (1e30, 1.0), (-1e30, -1.0), (1e-40, 1e-40)),
    "erfc": ((INF, 0.0), (-INF, 2.0), (0.0, 1.0), (-0.0, 1.0), (1e30, 0.0), (-1e30, 2.0)),
    "erfcx": ((INF, 0.0), (-INF, INF), (0.0, 1.0), (-0.0, 1.0), (-1e30, INF)),
    "erf": ((INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (1e30, 1.0), (-1e30, -1.0)),
}


@each
def test_the_ends_of_a_function_and_its_zeros(function: Elementary, library: ctypes.CDLL) -> None:
    assert math.isnan(called(library, function, NAN))
    for u, expected in SPECIAL[function.name]:
        wanted = float(DTYPES[function.tag](expected))
        found = called(library, function, u)
        assert (math.isnan(found) and math.isnan(wanted)) or (
            found == wanted and math.copysign(1, found) == math.copysign(1, wanted)
        ), f"{function.name}({u}) = {found}, not {wanted}"


@pytest.mark.parametrize(
    ("tag", "u", "expected"),
    [
        ("f64", -745.0, 5e-324),
        ("f64", -745.2, 0.0),
        ("f64", -708.5, 0.9016 * 2.0**-1022),
        ("f64", 709.79, INF),
        ("f32", -103.0, 2.0**-149),
        ("f32", -104.0, 0.0),
        ("f32", -87.5, 0.8492 * 2.0**-126),
        ("f32", 88.73, INF),
    ],
)
def test_exp_goes_gradually_to_zero(tag: str, u: float, expected: float, library: ctypes.CDLL) -> None:
    for name in ("exp", "exp_nonpositive") if u <= 0 else ("exp",):
        exp = next(f for f in APPROXIMATIONS if f.name == name and f.tag == tag)
        assert called(library, exp, u) == pytest.approx(expected, rel=1e-4, abs=0)


@pytest.mark.parametrize("tag", DTYPES)
def test_what_the_short_exp_is_not_made_for_is_neither_negative_nor_nan(tag: str, library: ctypes.CDLL) -> None:
    """A row that holds +inf has other scores above the 0 that is taken off it, and their sum has to stay +inf."""
    exp = next(f for f in APPROXIMATIONS if f.name == "exp_nonpositive" and f.tag == tag)
    beyond = np.exp2(np.linspace(-30, 127, 100001)).astype(DTYPES[tag])
    assert np.all(values(library, exp, beyond) >= 1)


def ratios(library: ctypes.CDLL, above: Array, below: Array) -> Array:
    out = np.empty_like(above)
    library["ratios_f32" if above.dtype == np.float32 else "ratios_f64"](
        out.ctypes, above.ctypes, below.ctypes, above.size
    )
    return out


@pytest.mark.parametrize("tag", DTYPES)
@pytest.mark.parametrize("spread", [1e-6, 1e-3, 0.5, 10.0, 200.0])
def test_the_logarithm_of_a_ratio_is_right_near_one_and_beyond_all_numbers(
    library: ctypes.CDLL, tag: str, spread: float
) -> None:
    """Within 2 ulp, however near the two are; also of subnormal numbers, and of negative ones."""
    rng, dtype = np.random.default_rng(5), DTYPES[tag]
    a = np.exp2(rng.uniform(-140, 120, 400)).astype(dtype)
    with np.errstate(over="ignore"):
        b = (a * np.exp(rng.normal(0, spread, 400))).astype(dtype)
    given = (b > 0) & np.isfinite(b) & (a > 0)
    signs = rng.choice([-1, 1], 400).astype(dtype)
    found = ratios(library, (a * signs)[given], (b * signs)[given])
    with mp.workdps(60):
        for one, other, value in zip(a[given].tolist(), b[given].tolist(), found.tolist(), strict=True):
            exact = mp.log(mpf(one) / mpf(other))
            ulp = float(np.spacing(np.abs(dtype(float(exact)))))
            assert abs(mpf(value) - exact) <= 2 * ulp, (one, other)


@pytest.mark.parametrize("tag", DTYPES)
def test_the_logarithm_of_a_ratio_of_zeros_infinities_and_signs(library: ctypes.CDLL, tag: str) -> None:
    cases = [
        (0, 1, -INF), (1, 0, INF), (0, 0, NAN), (INF, 1, INF), (1, INF, -INF), (INF, INF, NAN), (INF, 0, INF),
        (0, INF, -INF), (NAN, 1, NAN), (1, NAN, NAN), (-1, 1, NAN), (1, -1, NAN), (-1, -1, 0), (-INF, 1, NAN),
    ]  # fmt: skip
    a, b, wanted = (np.array(column, DTYPES[tag]) for column in zip(*cases, strict=True))
    np.testing.assert_array_equal(ratios(library, a, b), wanted)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_no_warning(tmp_path: Path, compiler: str, level: str) -> None:
    (tmp_path / "all.c").write_text(loops(), encoding="utf-8")
    subprocess.run([need(compiler), "-std=c11", *STRICT, level, "-c", "all.c"], cwd=tmp_path, check=True)


def test_the_header_is_good_for_cpp_too(tmp_path: Path) -> None:
    (tmp_path / "all.cpp").write_text(header(), encoding="utf-8")
    command = [need("g++"), "-std=c++17", *STRICT, "-Wno-unused-function", "-c", "all.cpp"]
    subprocess.run(command, cwd=tmp_path, check=True)


@pytest.mark.parametrize("machine", ["-msse2", "-mavx2", "-mavx512f"])
def test_gcc_turns_every_loop_into_vector_instructions(tmp_path: Path, machine: str) -> None:
    (tmp_path / "all.c").write_text(loops(), encoding="utf-8")
    command = [need("gcc"), "-std=c11", *VECTOR, machine, "-fopt-info-vec-optimized", "-c", "all.c"]
    told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stderr
    assert len(set(re.findall(r"all\.c:(\d+):\d+: optimized: loop vectorized", told))) == LOOPS, told


def test_clang_turns_every_loop_into_vector_instructions(tmp_path: Path) -> None:
    (tmp_path / "all.c").write_text(loops(), encoding="utf-8")
    command = [need("clang"), "-std=c11", *VECTOR, "-Rpass=loop-vectorize", "-c", "all.c"]
    told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stderr
    assert len(set(re.findall(r"all\.c:(\d+):\d+: remark: vectorized loop", told))) == LOOPS, told


def test_no_function_of_the_library_is_called(tmp_path: Path) -> None:
    (tmp_path / "all.c").write_text(loops(), encoding="utf-8")
    subprocess.run([need("gcc"), "-std=c11", "-O2", "-c", "all.c"], cwd=tmp_path, check=True)
    listed = subprocess.run([need("nm"), "-u", "all.o"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert not [name for name in listed.stdout.split() if not name.startswith(("U", "_"))]


def test_what_is_measured_against_is_right(tmp_path: Path) -> None:
    """The C library's functions of long double against many digits: no more than 2^-61 of the value away."""
    points = [sign * (k * 0.173 + 1e-3) for k in range(1, 120) for sign in (1, -1)]
    points += [sign * 2.0**-k for k in range(1, 60, 3) for sign in (1, -1)]
    for name in dict.fromkeys(map(of_all, measured_names())):
        exact = EXACT.get(name) or getattr(mp, name)
        for u, value in wide_values(tmp_path, name, [u for u in points if u > BEGINS.get(name, -INF)]):
            with mp.workdps(40):
                assert abs(value / exact(mp.mpf(u)) - 1) < mp.ldexp(1, -61), f"{name}({u})"


EXACT = {"erfcx": lambda u: mp.exp(u * u) * mp.erfc(u)}
BEGINS = {"log": 0.0, "log1p": -1.0}


def wide_values(folder: Path, name: str, points: list[float]) -> list[tuple[float, mpf]]:
    """What the C library gives for the points, in full: each value as the sum of two doubles."""
    source = files("derive.elementary").joinpath("measure.c").read_text(encoding="utf-8")
    own = re.search(rf"static inline long double {name}l\(.*?\n}}\n", source, re.DOTALL)
    (folder / "wide.c").write_text(
        f"#include <math.h>\n#include <stdio.h>\n{own.group() if own else ''}int main(void) {{\n"
        f'    double u;\n    while (scanf("%la", &u) == 1) {{\n'
        f"        const long double value = {name}l(u);\n        const double high = (double)value;\n"
        f'        printf("%a %a\\n", high, (double)(value - high));\n    }}\n    return 0;\n}}\n',
        encoding="utf-8",
    )
    subprocess.run([need("gcc"), "-std=c11", "wide.c", "-o", "wide", "-lm"], cwd=folder, check=True)
    asked = "\n".join(u.hex() for u in points)
    told = subprocess.run([folder / "wide"], input=asked, check=True, capture_output=True, text=True).stdout
    values = [[mp.mpf(float.fromhex(part)) for part in line.split()] for line in told.splitlines()]
    with mp.workdps(40):
        return [(u, high + low) for u, (high, low) in zip(points, values, strict=True)]
