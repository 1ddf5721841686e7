"""Half precision in C: every number of it becomes its float, and floats are rounded as IEEE 754 says."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.system.places import template_folder
from tests.loading.halves import BFLOAT16, FLOAT16, PRECISION, awkward, dtype_of, nearest, sizes
from tests.targets.compiled import STRICT, need

SOURCE = """
#include "derive_half.h"
void to_float(int half, float *to, const uint16_t *from, size_t n) {
    derive_half_widen_all((derive_half)half, to, from, n);
}
void to_half(int half, uint16_t *to, const float *from, size_t n) {
    derive_half_narrow_all((derive_half)half, to, from, n);
}
void one_to_float(int half, float *to, const uint16_t *from, size_t n) {
    for (size_t k = 0; k < n; k++) {
        to[k] = half == DERIVE_F16 ? derive_f16_to_float(from[k]) : derive_bf16_to_float(from[k]);
    }
}
void one_to_half(int half, uint16_t *to, const float *from, size_t n) {
    for (size_t k = 0; k < n; k++) {
        to[k] = half == DERIVE_F16 ? derive_float_to_f16(from[k]) : derive_float_to_bf16(from[k]);
    }
}
"""
EVERY = np.arange(2**16).astype(np.uint16)
WAYS = {"gcc": ["gcc", "-O3"], "gcc here": ["gcc", "-O3", "-march=native"], "clang": ["clang", "-O2"]}


class Conversions:
    """The functions of the header, compiled in one way."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library

    def to_float(self, name: str, bits: Any, one: str = "") -> Any:
        made = np.empty(bits.shape, np.float32)
        self._call(f"{one}to_float", name, made, bits)
        return made

    def to_half(self, name: str, floats: Any, one: str = "") -> Any:
        made = np.empty(floats.shape, np.uint16)
        self._call(f"{one}to_half", name, made, floats)
        return made

    def _call(self, function: str, name: str, made: Any, given: Any) -> None:
        addresses = (ctypes.c_void_p(array.ctypes.data) for array in (made, given))
        self.library[function](list(PRECISION).index(name), *addresses, ctypes.c_size_t(given.size))


@pytest.fixture(scope="module", params=WAYS)
def convert(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Conversions:
    compiler, *flags = WAYS[request.param]
    folder: Path = tmp_path_factory.mktemp("half")
    (folder / "half.c").write_text(SOURCE)
    include = f"-I{template_folder() / 'load'}"
    command = [need(compiler), *STRICT, *flags, "-fPIC", "-shared", include, "half.c", "-o", "half.so"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if "march" in done.stderr:
        pytest.skip(f"{compiler} does not know this processor")
    assert (done.returncode, done.stderr) == (0, "")
    return Conversions(ctypes.CDLL(str(folder / "half.so")))


@pytest.mark.parametrize("one", ["", "one_"], ids=["many", "one by one"])
@pytest.mark.parametrize("name", PRECISION)
def test_every_half_is_its_float_and_comes_back(convert: Conversions, name: str, one: str) -> None:
    floats = convert.to_float(name, EVERY, one)
    table = sizes(name)
    finite, infinite = len(table) - 1 > EVERY & 0x7FFF, len(table) - 1 == EVERY & 0x7FFF
    np.testing.assert_array_equal(np.abs(floats[finite]), table[EVERY[finite] & 0x7FFF])
    assert np.isinf(floats[infinite]).all() and np.isnan(floats[~finite & ~infinite]).all()
    assert np.array_equal(np.signbit(floats), EVERY >= 0x8000)
    back = convert.to_half(name, floats, one)
    number = finite | infinite
    assert np.array_equal(back[number], EVERY[number])
    assert (back[~number] & 0x7FFF >= len(table)).all() and np.array_equal(back >> 15, EVERY >> 15)


@pytest.mark.parametrize("one", ["", "one_"], ids=["many", "one by one"])
@pytest.mark.parametrize("name", PRECISION)
def test_floats_are_rounded_to_the_nearest_ties_to_even(convert: Conversions, name: str, one: str) -> None:
    floats = awkward(name)
    assert np.array_equal(convert.to_half(name, floats, one), nearest(name, floats))


@pytest.mark.parametrize("name", PRECISION)
def test_every_nan_stays_one(convert: Conversions, name: str) -> None:
    payload = np.unique(np.concatenate([2 ** np.arange(23), 2**23 - 2 ** np.arange(23), np.arange(1, 2**16)]))
    bits = np.concatenate([0x7F800000 + payload, 0xFF800000 + payload]).astype(np.uint32)
    made = convert.to_half(name, bits.view(np.float32))
    assert np.isnan(convert.to_float(name, made)).all()
    assert np.array_equal(made >> 15, bits >> 31)
    assert np.array_equal(made, convert.to_half(name, bits.view(np.float32), "one_"))


@pytest.mark.parametrize("name", [FLOAT16, BFLOAT16])
def test_numpy_rounds_in_the_same_way(name: str) -> None:
    """What is converted before and after a NumPy kernel."""
    floats = awkward(name)
    with np.errstate(over="ignore"):
        assert np.array_equal(floats.astype(dtype_of(name)).view(np.uint16), nearest(name, floats))
    back = EVERY.view(dtype_of(name)).astype(np.float32)
    table = sizes(name)
    finite = len(table) - 1 > EVERY & 0x7FFF
    np.testing.assert_array_equal(np.abs(back[finite]), table[EVERY[finite] & 0x7FFF])
