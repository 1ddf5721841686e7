"""Large calls of compiled kernels in several threads: the same bits, nothing written where something is wrong."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from derive.loading import load
from derive.loading.threads import VARIABLE, threads
from derive.system.places import template_folder
from derive.system.resources import cores

SHAPES = [(4096, 100), (1025, 333), (33, 9001), (7, 11, 3000), (2, 70000), (100_003, 10), (3, 5)]

COUNTING = """
#include "derive_call.h"
#include <stdio.h>
#include <unistd.h>

static pthread_t seen[64];
static int calls;
static double total;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;

static int add(size_t rows, size_t classes, const derive_slot *slots) {
    (void)classes;
    usleep(20000);
    pthread_mutex_lock(&busy);
    seen[calls++] = pthread_self();
    for (size_t row = 0; row < rows; row++) {
        total += ((const float *)slots[0].data)[row * slots[0].stride];
        ((float *)slots[1].data)[row * slots[1].stride] += 1.0f;
    }
    pthread_mutex_unlock(&busy);
    return 0;
}

static const int what[] = {DERIVE_VECTOR, 0};
static const derive_kernel kernel = {1, 1, what, true, {add, add}};

int measure(int threads, size_t rows, size_t classes, float *x, float *out, double *sum) {
    const derive_slot slots[] = {{x, 1, 0.0}, {out, 1, 0.0}};
    int different = 0;
    calls = 0;
    total = 0.0;
    if (derive_run(&kernel, DERIVE_FLOAT32, threads, rows, classes, slots) != 0) {
        return -1;
    }
    for (int k = 0; k < calls; k++) {
        int before = 0;
        while (before < k && !pthread_equal(seen[before], seen[k])) {
            before++;
        }
        different += before == k;
    }
    *sum = total;
    return different;
}
"""


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if os.name != "posix":
        pytest.skip("no threads of POSIX on this system")
    folder = tmp_path_factory.mktemp("threads")
    (folder / "counting.c").write_text(COUNTING)
    compiler = os.environ.get("CC", "cc")
    command = [compiler, "-std=gnu11", "-O1", "-pthread", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    include = f"-I{template_folder() / 'load'}"
    subprocess.run([*command, include, "counting.c", "-o", "counting.so"], cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "counting.so")).measure


@pytest.mark.parametrize(
    ("asked", "rows", "classes", "wanted"),
    [(4, 4000, 1000, 4), (2, 4000, 1000, 2), (1, 4000, 1000, 1), (4, 63, 9000, 1), (4, 64, 9000, 2), (4, 99, 10, 1),
     (3, 129, 100_000, 3), (64, 200_000, 50, 64), (200, 200_000, 50, 64)],
)  # fmt: skip
def test_every_row_is_done_once_in_so_many_threads(
    measure: Any, asked: int, rows: int, classes: int, wanted: int
) -> None:
    x, out, total = np.arange(rows, dtype=np.float32), np.zeros(rows, np.float32), ctypes.c_double()
    sizes = ctypes.c_size_t(rows), ctypes.c_size_t(classes)
    found = measure(asked, *sizes, x.ctypes, out.ctypes, ctypes.byref(total))
    assert (out == 1).all() and total.value == x.astype(float).sum()
    assert found == wanted


RUN = """
import hashlib, sys
import numpy as np
from derive.loading import load

digest = hashlib.sha256()
for shape in {shapes}:
    rng = np.random.default_rng(1)
    x, t = rng.normal(0, 3, shape).astype(np.float32), rng.integers(0, shape[-1], shape[:-1])
    for dtype in (np.float32, np.float64):
        out = np.empty(shape, dtype)
        for found in (load("softmax")(x.astype(dtype), out=out), load("log_softmax")(x.astype(dtype)),
                      *load("cross_entropy_label_value_and_grad")(x.astype(dtype), t)):
            digest.update(found.tobytes())
print(digest.hexdigest())
"""


def test_the_number_of_threads_changes_no_bit() -> None:
    def digest(number: str) -> str:
        run = [sys.executable, "-c", RUN.format(shapes=SHAPES)]
        environment = {**os.environ, VARIABLE: number}
        return subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout

    assert digest("1") == digest("2") == digest("5")


def test_a_wrong_label_in_the_last_share_leaves_out_as_it_was() -> None:
    x, t = np.zeros((5000, 100), np.float32), np.zeros(5000, np.int64)
    t[-1] = 100
    out = np.full(5000, 7, np.float32), np.full_like(x, 7)
    with pytest.raises(IndexError, match=r"holds the label 100 \(row 4999\)"):
        load("cross_entropy_label_value_and_grad")(x, t, out=out)
    assert all((array == 7).all() for array in out)


def test_a_value_outside_its_domain_in_the_last_row_leaves_out_as_it_was() -> None:
    p = np.full((5000, 100), 0.01, np.float32)
    p[-1, -1] = -1
    out = np.full(5000, 7, np.float32)
    with pytest.raises(ValueError, match="p holds -1.0"):
        load("kl_divergence")(np.abs(p), p, out=out)
    assert (out == 7).all()


@pytest.mark.parametrize(
    ("told", "wanted"), [("3", 3), (" 2 ,4", 2), ("0", None), ("", None), ("many", None), ("-1", None)]
)
def test_the_usual_variable_says_how_many(monkeypatch: pytest.MonkeyPatch, told: str, wanted: int | None) -> None:
    monkeypatch.setenv(VARIABLE, told)
    assert threads() == (wanted or cores())
