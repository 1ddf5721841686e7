"""Inputs in C that may be NULL: what stands for them gives the same numbers, bit for bit, as giving it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from derive.kernels import programs
from derive.language import Formula, Sum, array, axis, classes, exp, indices, label, log, vector
from derive.proofs import derive_formula
from derive.targets import Built
from derive.targets.c import HALF_TARGET
from tests.targets.compiled import STRICT, need, write_built

j, k = indices("j k")
x, y, t = vector("x"), vector("y", domain="unit"), label("t")
w = vector("w", domain="positive", default=1, doc="weights of the classes")
b = vector("b", default=-0.25, doc="biases")
BOTH = Formula("both", w[t] * (log(Sum(w[j] * exp(x[j] + b[j]), j)) - x[t] - b[t]) + Sum(b[k] * y[k], k), wrt=x)
rows = axis("rows", size="m")
r = indices("r", rows)
s, v = array("s", rows, classes), array("v", rows, domain="positive", default=1, doc="weights of the rows")
MEAN = Formula("mean", Sum(v[r] * log(Sum(exp(s[r, j]), j)), r) / Sum(v[r], r), wrt=s, symbol="M")

KERNELS = ["both", "both_value_and_grad", "mean", "mean_value_and_grad"]

USE = r"""
#include "derive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(holds) if (!(holds)) { puts(#holds); return 1; }
enum { ROWS = 37 };

static float *filled(size_t count, float low, float step) {
    float *made = malloc(count * sizeof *made);
    for (size_t place = 0; made != NULL && place < count; place++) {
        made[place] = step == 0.0f ? low : low + step * (float)(place * 7919 % 101);
    }
    return made;
}

static int rows_of(size_t classes) {
    const size_t count = ROWS * classes;
    float *x = filled(count, -2.0f, 0.05f), *y = filled(count, 0.1f, 0.008f);
    float *w = filled(count, 0.0f, 0.03f), *b = filled(count, -1.0f, 0.02f);
    float *ones = filled(count, 1.0f, 0.0f), *biases = filled(count, -0.25f, 0.0f);
    float value[2][ROWS], *grad[2] = {filled(count, 7.0f, 0.0f), filled(count, 9.0f, 0.0f)};
    int64_t t[ROWS];
    for (size_t row = 0; row < ROWS; row++) {
        t[row] = (int64_t)(row * 5 % classes);
    }
    for (int given = 0; given < 4; given++) {
        const float *weights = given & 1 ? w : NULL, *shifts = given & 2 ? b : NULL;
        /* (what a stride of nothing is nobody asks) */
        CHECK(derive_both_value_and_grad_f32(ROWS, classes, x, classes, shifts, 0 == shifts ? 1 : classes, weights,
                weights == NULL ? 1 : classes, y, classes, t, value[0], grad[0], classes) == DERIVE_OK);
        CHECK(derive_both_value_and_grad_f32(ROWS, classes, x, classes, shifts == NULL ? biases : shifts, classes,
                weights == NULL ? ones : weights, classes, y, classes, t, value[1], grad[1], classes) == DERIVE_OK);
        CHECK(memcmp(value[0], value[1], sizeof value[0]) == 0);
        CHECK(memcmp(grad[0], grad[1], count * sizeof(float)) == 0);
    }
    CHECK(derive_both_f32(ROWS, classes, NULL, classes, b, classes, w, classes, y, classes, t, value[0])
            == DERIVE_NULL_POINTER);
    w[0] = -1.0f;
    CHECK(derive_both_f32(ROWS, classes, x, classes, b, classes, w, classes, y, classes, t, value[0])
            == DERIVE_BAD_VALUE);
    float *all[] = {x, y, w, b, ones, biases, grad[0], grad[1]};
    for (size_t one = 0; one < sizeof all / sizeof *all; one++) {
        free(all[one]);
    }
    return 0;
}

int main(void) {
    const double s[2][3] = {{1.0, 2.0, 3.0}, {-1.0, 0.5, 0.25}}, ones[2] = {1.0, 1.0};
    double mean[2], grad[2][6];
    CHECK(derive_mean_value_and_grad_f64(2, 3, s[0], NULL, mean, grad[0]) == DERIVE_OK);
    CHECK(derive_mean_value_and_grad_f64(2, 3, s[0], ones, mean + 1, grad[1]) == DERIVE_OK);
    CHECK(mean[0] == mean[1] && memcmp(grad[0], grad[1], sizeof grad[0]) == 0);
    CHECK(derive_mean_f64(2, 3, NULL, ones, mean) == DERIVE_NULL_POINTER);
    return rows_of(3) + rows_of(32) + rows_of(100) + rows_of(1);
}
"""

IN_HALVES = r"""
#include "derive.h"

#include <stdlib.h>
#include <string.h>

int main(void) {
    const uint16_t x[6] = {0x3c00, 0x4000, 0x4200, 0xbc00, 0x3800, 0x3400}, y[6] = {0x3400, 0x3800, 0x3800};
    const uint16_t ones[3] = {0x3c00, 0x3c00, 0x3c00}, b[3] = {0xb400, 0xb400, 0xb400}; /* 1 and -0.25 */
    const int64_t t[2] = {2, 0};
    uint16_t value[2][2];
    float *room = malloc(derive_both_half_room(2, 3) * sizeof *room);
    const int status = room == NULL
            || derive_both_f16(2, 3, x, 3, NULL, 0, NULL, 0, y, 3, t, value[0], room) != DERIVE_OK
            || derive_both_f16(2, 3, x, 3, b, 0, ones, 0, y, 3, t, value[1], room) != DERIVE_OK;
    free(room);
    return status || memcmp(value[0], value[1], sizeof value[0]) != 0;
}
"""

IN_CPP = r"""
#include "derive.hpp"

#include <vector>

int main() {
    const std::vector<double> x = {1, 2, 3, -1, 0.5, 0.25}, y(6, 0.25), ones(6, 1.0), biases(6, -0.25), s = x;
    const std::vector<std::int64_t> t = {2, 0};
    std::vector<double> none(2), all(2), mean(2);
    const derive::rows<const double> nothing;
    derive::both(derive::rows(x, 3), nothing, nothing, derive::rows(y, 3), t, none);
    derive::both(derive::rows(x, 3), derive::rows(biases, 3), derive::rows(ones, 3), derive::rows(y, 3), t, all);
    derive::mean(2, 3, s, {}, derive::span<double>(&mean[0], 1));
    derive::mean(2, 3, s, derive::span<const double>(ones.data(), 2), derive::span<double>(&mean[1], 1));
    return none == all && mean[0] == mean[1] ? 0 : 1;
}
"""


@pytest.fixture(scope="module")
def built() -> list[Built]:
    made = [(formula, derive_formula(formula)) for formula in (BOTH, MEAN)]
    return [Built(one, derived, programs(one, derived, only=KERNELS)) for one, derived in made]


@pytest.fixture(scope="module")
def folder(built: list[Built], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_built(tmp_path_factory.mktemp("optional"), HALF_TARGET, built)


def ran(folder: Path, text: str, compiler: str, *options: str) -> None:
    """The program and the kernels, compiled without a warning and run with exit status 0."""
    end, standard = ("cpp", []) if "++" in compiler else ("c", STRICT)
    (folder / f"use.{end}").write_text(text, encoding="utf-8")
    if end == "cpp":
        run(folder, need("cc"), *STRICT, "-DDERIVE_CLONES=", "-c", "derive.c", "-o", "derive.o")
    sources = [f"use.{end}", "derive.o" if end == "cpp" else "derive.c"]
    run(folder, need(compiler), *(standard or ["-std=c++17", *STRICT[1:]]), *options, *sources, "-o", "use", "-lm")
    run(folder, "./use")


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


SANITIZED = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("options", [("-O3",), SANITIZED])
def test_null_is_what_stands_for_it(folder: Path, compiler: str, options: tuple[str, ...]) -> None:
    ran(folder, USE, compiler, *options, "-DDERIVE_CLONES=")


def test_it_is_in_half_precision(folder: Path) -> None:
    ran(folder, IN_HALVES, "clang", *SANITIZED, "-DDERIVE_CLONES=")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_nothing_is_given_in_cpp_as_rows_of_nothing(folder: Path, compiler: str) -> None:
    ran(folder, IN_CPP, compiler)


def test_the_header_says_it(folder: Path) -> None:
    header, mean = ((folder / f"{name}.h").read_text(encoding="utf-8") for name in ("both", "mean"))
    told = " ".join(header.replace("*", " ").split())
    assert "w input, a vector per row, each 0 or above, or NULL for 1 everywhere: weights of the classes" in told
    assert "b input, a vector per row, or NULL for -0.25 everywhere: biases" in told
    assert "v input, m, each 0 or above, or NULL for 1 everywhere: weights of the rows" in " ".join(
        mean.replace("*", " ").split()
    )


def test_no_loop_over_the_classes_asks_at_each(folder: Path) -> None:
    """The function of a row is inlined where it is known whether an input is given."""
    source = (folder / "both.c").read_text(encoding="utf-8")
    rows = source[source.index("both_rows_f32(") :].split("\n}\n")[0]
    given, otherwise = rows[rows.index("if (b != NULL && w != NULL) {") :].split("} else {")
    assert "NULL" not in given.partition("both_row_f32(")[2]
    assert "b == NULL ? NULL : b + row * b_stride" in " ".join(otherwise.split())
