"""Rows of few classes: they go through tiles, square by square, and no result depends on how many there are."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from derive.formulas.softmax import softmax
from derive.kernels import programs
from derive.proofs import derive_formula
from derive.targets import Built
from derive.targets.c import TARGET
from derive.targets.templates import environment
from tests.targets.compiled import STRICT, need

DTYPES = {"f32": np.float32, "f64": np.float64}
GAP = 3
"""Numbers between two rows that belong to none."""
MOST = 40
FLAGS = ["-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-shared", "-DDERIVE_CLONES="]

Softmax = Callable[[np.ndarray], np.ndarray]


@cache
def texts() -> Mapping[str, str]:
    derived = derive_formula(softmax)
    built = Built(softmax, derived, programs(softmax, derived))
    return {**TARGET.formula_files(built, environment()), **TARGET.shared_files([built], environment())}


def compiled(folder: Path, compiler: str, *more: str) -> Mapping[str, Softmax]:
    """Softmax of each dtype; rows lie GAP numbers apart, and what lies between is to stay as it is."""
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8")
    library = folder / "softmax.so"
    command = [need(compiler), *STRICT, *FLAGS, *more, str(folder / "softmax.c"), "-o", str(library), "-lm"]
    subprocess.run(command, check=True)
    loaded = ctypes.CDLL(str(library))
    return {tag: caller(loaded[f"derive_softmax_{tag}"], dtype) for tag, dtype in DTYPES.items()}


def caller(function: ctypes._NamedFuncPointer, dtype: type) -> Softmax:
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    function.argtypes = [size, size, pointer, size, pointer, size]

    def call(x: np.ndarray) -> np.ndarray:
        rows, classes = x.shape
        stride = classes + GAP
        given, out = np.full((2, rows, stride), -7.0, dtype)
        given[:, :classes] = x
        assert function(rows, classes, given.ctypes.data, stride, out.ctypes.data, stride) == 0
        assert (out[:, classes:] == -7.0).all(), "nothing is written between the rows"
        return out[:, :classes]

    return call


def logits(classes: int, dtype: type) -> np.ndarray:
    return np.random.default_rng(classes).normal(0, 3, (MOST, classes)).astype(dtype)


@pytest.fixture(scope="module", params=["gcc", "clang"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Softmax]]:
    """With vectors that are shuffled, and as a compiler without these has it."""
    ways: list[list[str]] = [[], ["-DDERIVE_NO_SHUFFLES"]]
    return [compiled(tmp_path_factory.mktemp("tiles"), request.param, *way) for way in ways]


@pytest.mark.parametrize("tag", DTYPES)
def test_a_row_is_the_same_bits_among_any_number(both: list[Mapping[str, Softmax]], tag: str) -> None:
    shuffled, plain = (one[tag] for one in both)
    for classes in range(1, 36):
        x = logits(classes, DTYPES[tag])
        whole = shuffled(x)
        assert np.allclose(whole.sum(axis=1), 1, atol=1e-6)
        assert np.array_equal(plain(x), whole)
        for rows in range(1, MOST, 1 if classes in (1, 3, 4, 10, 32) else 7):
            assert np.array_equal(shuffled(x[:rows]), whole[:rows]), (rows, classes)
        assert all(np.array_equal(shuffled(x[row : row + 1])[0], whole[row]) for row in range(MOST))


def test_a_vector_of_16_bytes_is_what_turns_a_square() -> None:
    inner = texts()["derive_inner.h"]
    for tag, dtype in DTYPES.items():
        assert f"#define DERIVE_{tag.upper()}_SIDE ((size_t){16 // np.dtype(dtype).itemsize})" in inner
