"""What no kernel can do without is counted, and what measures it does it."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

from derive.bench.native import Native, compiled
from derive.loading import CompilerError
from tests.bench.subjects import task_of


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Native:
    try:
        return compiled(tmp_path_factory.mktemp("native"))
    except CompilerError as error:
        pytest.skip(str(error))


def test_the_floor_counts_what_a_program_cannot_do_without(tmp_path: Path) -> None:
    counted = {name: task_of(name, tmp_path).work for name in ("softmax", "kl_divergence", "silu", "softmax_vjp")}
    softmax, kl, silu, vjp = counted.values()
    assert softmax and kl and silu and vjp
    assert (softmax.reads, softmax.writes, dict(softmax.each)) == (1, 1, {"exp": 1})
    assert (kl.reads, kl.writes) == (2, 0) and dict(kl.each)["log"] == 1
    assert dict(silu.each) == {"exp": 1, "divide": 1}
    assert (vjp.reads, vjp.writes) == (2, 1)
    assert softmax.operations(3, 100) == {"exp": 300, "log": 0, "divide": 3}  # one reciprocal for each row


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_functions_of_the_limit_are_functions(native: Native, dtype: str) -> None:
    tag, u = {"float32": "f32", "float64": "f64"}[dtype], np.finfo(dtype).eps
    points = np.linspace(0.01, 30, 4099).astype(dtype)
    e, l = np.empty_like(points), np.empty_like(points)
    pointers = [array.ctypes.data for array in (points, e, l)]
    native.function(f"limits_values_{tag}")(len(points), *pointers)
    exact = points.astype(np.float64)
    assert np.max(np.abs(e / np.exp(exact) - 1)) < 8 * u
    assert np.max(np.abs(l - np.log(exact)) / (1 + np.abs(np.log(exact)))) < 4 * u


@pytest.mark.parametrize("classes", [1, 2, 31, 32, 33, 100])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_passes_are_right_wherever_the_logits_lie(native: Native, dtype: str, classes: int) -> None:
    tag = {"float32": "f32", "float64": "f64"}[dtype]
    logits = np.random.default_rng(1).normal(size=(5, classes)) * 3 + np.array([[0], [80], [-80], [3e3], [-3e3]])
    given, out = logits.astype(dtype), np.empty(logits.shape, dtype)
    native.function(f"two_pass_{tag}")(5, classes, given.ctypes.data, out.ctypes.data, 1)
    e = np.exp(given.astype(np.float64) - given.max(-1, keepdims=True))
    np.testing.assert_allclose(out, e / e.sum(-1, keepdims=True), rtol=2e3 * float(np.finfo(dtype).eps), atol=1e-30)


def test_memory_is_moved_once(native: Native) -> None:
    one, two = np.full(2**10, 3, np.float32), np.full(2**10, 4, np.float32)
    out, spare = np.zeros(2**10, np.float32), np.zeros(2**10, np.float32)
    inputs = (ctypes.c_void_p * 2)(one.ctypes.data, two.ctypes.data)
    outputs = (ctypes.c_void_p * 2)(out.ctypes.data, spare.ctypes.data)
    move = native.function("limits_memory")
    assert move(1, out.nbytes, 2, inputs, 1, outputs, False, 2) > 0
    assert (out == 7).all() and not spare.any()
    assert move(1, out.nbytes, 2, inputs, 2, outputs, False, 1) > 0
    assert (out == 3).all() and (spare == 4).all()
