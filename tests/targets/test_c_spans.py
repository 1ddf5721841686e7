"""The kernels as functions of C++ on spans, compiled and run in a folder that holds nothing else."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, label, log, vector
from derive.proofs import derive_formula
from derive.targets import Built
from tests.axes.formulas import CASES
from tests.targets.compiled import need, write_all
from tests.targets.test_c_single import files
from tests.zoo import NORMALISED, ZOO

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
WAYS = [(compiler, standard) for compiler in ("g++", "clang++") for standard in ("c++17", "c++20")]

i, j = indices("i j")
x, w, rows, t = vector("x"), vector("w"), vector("rows"), label("t")
FORMULAS = {
    "own_value_and_grad": Formula("own", log(Sum(exp(x[j]), j)) - x[t], wrt=x, symbol="L"),
    "union": Formula("union", Sum(rows[j] * w[j], j), wrt=rows, symbol="U"),
    "span_jacobian": Formula("span", exp(x[i]) / Sum(exp(x[j]), j), over=i, wrt=x, symbol="s"),
    "mean_loss": CASES[0].formula,
}
"""Those that are called as C++ calls something, and one along axes that it names."""

USE = r"""
#include "derive.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

template <class Error, class Call> bool throws(Call call, const char *told) {
    try {
        call();
    } catch (const Error &error) {
        return std::strcmp(error.what(), told) == 0;
    }
    return false;
}

#define CHECK(holds) if (!(holds)) { std::puts(#holds); return 1; }

bool near(double one, double other) { return std::abs(one - other) < 1e-12; }

int main() {
    const std::vector<double> x = {1, 2, 3, 1001, 1002, 1003, 0, 0, 0};
    const std::array<std::int64_t, 2> t = {2, 0}, wrong = {2, 3};
    std::vector<double> loss(2), grad(8, 7.0);
    const derive::rows two(x.data(), 2, 3, 3); // without the last of the three rows
    const derive::rows apart(grad.data(), 2, 3, 4);
    derive::own_value_and_grad(two, t, loss, apart);
    CHECK(near(loss[0], 0.40760596444438) && near(loss[1], 2.40760596444438));
    CHECK(near(apart[1][2], 0.66524095577482) && grad[3] == 7.0 && grad[7] == 7.0);

    const float weights[2] = {1.0f, 3.0f};
    const std::vector<float> many(6, 1.0f);
    std::vector<float> three(3), two_alone(2);
    derive::union_(derive::rows(many, 2), derive::repeated(weights, 3), three);
    CHECK(three[0] == 4.0f && three[2] == 4.0f);

    std::vector<double> slopes(27);
    derive::span_jacobian(derive::rows(x, 3), derive::rows(slopes, 9));
    CHECK(near(slopes[18], 2.0 / 9) && near(slopes[19], -1.0 / 9));

    double mean = 0;
    derive::mean_loss(2, 3, derive::span<const double>(x.data(), 6), t, derive::span<double>(&mean, 1));
    CHECK(near(mean, 1.40760596444438));

    CHECK(throws<derive::error>([&] { derive::own_value_and_grad(two, wrong, loss, apart); },
                                "a label names no class"));
    CHECK(throws<std::invalid_argument>(
        [&] { derive::union_(derive::rows(many, 2), derive::repeated(weights, 3), two_alone); },
        "derive::union_: value has not one number for each row of rows_"));
    CHECK(throws<std::invalid_argument>([&] { derive::rows(many, 4); },
                                        "derive::rows: the numbers are no whole rows of this width"));
    CHECK(throws<std::invalid_argument>(
        [&] { derive::span_jacobian(derive::rows(x, 3), derive::rows(slopes, 3)); },
        "derive::span_jacobian: out has not as many rows, as wide as the square of those of x"));
    CHECK(throws<std::invalid_argument>(
        [&] { derive::mean_loss(2, 3, x, t, derive::span<double>(&mean, 1)); },
        "derive::mean_loss: x has not the size m * n"));
    try {
        derive::own_value_and_grad(two, wrong, loss, apart);
    } catch (const derive::error &error) {
        return error.status() != DERIVE_BAD_LABEL;
    }
    return 1;
}
"""


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    def built(name: str, formula: Formula) -> Built:
        derived = derive_formula(formula)
        return Built(formula, derived, programs(formula, derived, only=[name]))

    return files(built(name, formula) for name, formula in FORMULAS.items())


def _run(command: list[Any], folder: Path) -> str:
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("compiler", "standard"), WAYS)
def test_kernels_are_called_with_spans(tmp_path: Path, texts: dict[str, str], compiler: str, standard: str) -> None:
    need(compiler)
    for name in ("derive.h", "derive.c", "derive.hpp"):
        (tmp_path / name).write_text(texts[name])
    (tmp_path / "use.cpp").write_text(USE)
    source = ["-x", "c++", "use.cpp", "derive.c", "-DDERIVE_CLONES=", "-o", "use"]
    _run([compiler, f"-std={standard}", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *source], tmp_path)
    _run([tmp_path / "use"], tmp_path)


@pytest.mark.parametrize(("compiler", "standard"), WAYS)
def test_every_wrapper_compiles_without_a_warning(tmp_path: Path, compiler: str, standard: str) -> None:
    need(compiler)
    write_all(tmp_path, *ZOO)
    (tmp_path / "use.cpp").write_text('#include "zoo.hpp"\n')
    (tmp_path / "all.cpp").write_text('#include "derive.hpp"\n#include "derive.hpp"\n')
    for name in ("use.cpp", "all.cpp"):
        _run([compiler, f"-std={standard}", *WARNINGS, "-fsyntax-only", name], tmp_path)


def test_the_texts_of_the_wrappers_are_no_wider_than_the_others(texts: dict[str, str]) -> None:
    assert all(len(line) <= 120 for name in ("derive.hpp", "derive_span.hpp") for line in texts[name].splitlines())


@pytest.mark.parametrize("build", ["cmake", "meson"])
def test_symbols_of_a_shared_library_have_a_version(tmp_path: Path, build: str) -> None:
    """What another program sees of it are the kernels, each with the version of the interface."""
    tool, readelf, _ = need(build), need("readelf"), need("cc")
    write_all(tmp_path, NORMALISED)
    steps = {
        "cmake": [["-S", ".", "-B", "build", "-DBUILD_SHARED_LIBS=ON"], ["--build", "build"]],
        "meson": [["setup", "build", "-Ddefault_library=shared"], ["compile", "-C", "build"]],
    }
    for step in steps[build]:
        _run([tool, *step], tmp_path)
    (library,) = {path.resolve() for path in (tmp_path / "build").glob("libderive.so*") if path.is_file()}
    listed = _run([readelf, "--dyn-syms", "--wide", library], tmp_path)
    seen = {line.split()[-1] for line in listed.splitlines() if re.search(r" (FUNC|IFUNC|OBJECT) .* [0-9]+ \S+$", line)}
    assert seen == {"derive_zoo_normalised_f32@@DERIVE_0.1", "derive_zoo_normalised_f64@@DERIVE_0.1"}


# --- What tools that make bindings read -----------------------------------------------------------------------------


def _declared(node: Any) -> Iterator[Any]:
    if node.get("kind") in ("FunctionDecl", "EnumDecl", "TypedefDecl") and "derive" in node.get("name", ""):
        yield node
    for one in node.get("inner", []):
        yield from _declared(one)


def test_tools_for_bindings_read_the_header(tmp_path: Path) -> None:
    """As Rust's bindgen does, by clang: plain functions of plain types, and an enumeration; constants are no macros."""
    clang = need("clang")
    write_all(tmp_path, *ZOO)
    tree = json.loads(_run([clang, "-Xclang", "-ast-dump=json", "-fsyntax-only", "-x", "c", "derive.h"], tmp_path))
    found = list(_declared(tree))
    functions = [one for one in found if one["kind"] == "FunctionDecl" and one.get("storageClass") != "static"]
    plain = re.compile(
        r"derive_status \(((size_t|float|double|const (float|double|int64_t) \*|(float|double) \*)(, )?)+\)"
    )
    assert len(functions) >= 2 * len(ZOO)
    assert not [one["type"]["qualType"] for one in functions if not plain.fullmatch(one["type"]["qualType"])]
    assert not [one["name"] for one in functions if one.get("variadic") or one.get("inline")]
    assert {one["name"] for one in found if one["kind"] != "FunctionDecl"} == {"derive_status"}


def test_the_preprocessor_leaves_the_header_as_it_stands(tmp_path: Path) -> None:
    """It defines nothing but that it was read, and expands nothing in a signature."""
    cc = need("cc")
    write_all(tmp_path, *ZOO)
    ours = re.findall(r"^#define (\w+)(.*)$", _run([cc, "-E", "-dD", "derive.h"], tmp_path), re.MULTILINE)
    assert {(name, value.strip()) for name, value in ours if name.upper().startswith("DERIVE")} == {
        ("DERIVE_INCLUDED", ""), ("DERIVE_SUPPORT_INCLUDED", ""), ("DERIVE_ZOO_H", ""),
    }  # fmt: skip
    made = _run([cc, "-E", "-P", "derive.h"], tmp_path)
    text = re.sub(r"/\*.*?\*/", "", (tmp_path / "derive.h").read_text(), flags=re.DOTALL)
    signatures = re.findall(r"derive_status derive_zoo[^;{]*;", text)
    squeezed = re.sub(r"\s", "", made)
    assert signatures and all(re.sub(r"\s", "", one) in squeezed for one in signatures)
