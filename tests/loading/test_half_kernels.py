"""Kernels of arrays in half precision: what the kernel of float32 gives for the same numbers, rounded once."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.loading import callable as long_way
from derive.loading import fast, load
from tests.loading.calls import compile_or_skip
from tests.loading.halves import BFLOAT16, FLOAT16, dtype_of, nearest

MINE = """
from derive.language import Formula, Sum, array, axis, classes, exp, indices, label, log, parameter, sqrt, vector

i, j = indices("i j")
x, y = vector("x"), vector("y", domain="positive")
a = parameter("a", default=0.75, domain="positive")
leaning = Formula("leaning", a * x[i] ** 3 * exp(-y[i]) / sqrt(1 + Sum(x[j] ** 2 * y[j], j)),
                  over=i, wrt=(x, y), symbol="z")

rows = axis("rows", size="m")
r = indices("r", rows)
s, t = array("s", rows, classes), label("t", over=rows)
whole = Formula("whole", Sum(log(Sum(exp(s[r, j]), j)) - s[r, t[r]], r), wrt=s, symbol="W")
"""
WAYS = ["numpy", "c", "c as objects", "c the long way", "c without a description"]
SHAPES = [(5,), (3, 1), (45, 7), (35, 32), (33, 129), (2, 3, 1000)]
CALLS = {
    "softmax": "x", "log_softmax_vjp": "x g", "softmax_jacobian": "x", "tempered_softmax_hvp": "x g v",
    "cross_entropy_label_value_and_grad": "x t", "focal_hvp": "x t v", "kl_divergence": "p q", "leaning": "x y",
    "leaning_vjp_y": "x y g",
}  # fmt: skip

Load = Callable[[str], Any]


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mine") / "mine.py"
    path.write_text(MINE)
    return path


@pytest.fixture(params=WAYS)
def kernel(request: pytest.FixtureRequest, mine: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """A kernel by its name, in each way in which its arguments are read."""
    target, *_ = request.param.split()
    if target == "c":
        compile_or_skip()
    if request.param != "c":
        monkeypatch.setattr(fast, "extension", lambda: None)
    if request.param in WAYS[-2:]:
        monkeypatch.setattr(fast, "array_layout", lambda: None)
    if request.param == WAYS[-1]:
        monkeypatch.setattr(long_way, "on_halves", lambda *_: None)
    return cache(lambda name: load(name, target, formulas=mine))


@pytest.fixture(params=[FLOAT16, BFLOAT16])
def half(request: pytest.FixtureRequest) -> Any:
    return dtype_of(request.param)


def given(kernel: str, shape: tuple[int, ...], half: Any, seed: int = 0) -> dict[str, Any]:
    """Rows with a masked class, where a kernel has scores."""
    dice, found = np.random.default_rng([seed, *shape]), {}
    for name in CALLS[kernel].split():
        if name == "t":
            found[name] = dice.integers(0, shape[-1], shape[:-1])
            continue
        values = dice.normal(0, 3, shape)
        if name in "p q y".split():
            values = 1 / (1 + np.exp(values))
        elif name == "x" and shape[-1] > 2 and not kernel.startswith("leaning"):
            values[..., 1] = -math.inf
        found[name] = values.astype(half)
    return found


def widened(arrays: dict[str, Any], half: Any) -> dict[str, Any]:
    return {name: array.astype(np.float32) if array.dtype == half else array for name, array in arrays.items()}


def listed(results: Any) -> list[Any]:
    return [np.asarray(one) for one in (results if isinstance(results, tuple) else (results,))]


def assert_rounded_once(halves: Any, floats: Any, half: Any) -> None:
    """To the bit."""
    for got, wanted in zip(listed(halves), listed(floats), strict=True):
        assert got.dtype == half and wanted.dtype == np.float32 and got.shape == wanted.shape
        got, wanted = got.reshape(-1), wanted.reshape(-1)
        nan = np.isnan(wanted)
        assert np.array_equal(np.isnan(got.astype(np.float32)), nan)
        bits = got.view(np.uint16)
        assert np.array_equal(bits[~nan], nearest(half.name, wanted[~nan]))


@pytest.mark.parametrize("name", CALLS)
def test_a_result_is_that_of_float32_rounded_once(kernel: Load, name: str, half: Any) -> None:
    for shape in SHAPES:
        if "jacobian" in name and shape[-1] > 200:
            continue
        arrays = given(name, shape, half)
        found, floats = kernel(name)(**arrays), kernel(name)(**widened(arrays, half))
        assert_rounded_once(found, floats, half)


def test_any_axis_any_stride_one_vector_for_all_rows(kernel: Load, half: Any) -> None:
    arrays = given("log_softmax_vjp", (40, 6, 70), half)
    x, g = arrays["x"][::2, :, ::-1], arrays["g"][0, 0]
    single = {"x": x.astype(np.float32), "g": g.astype(np.float32)}
    vjp = kernel("log_softmax_vjp")
    assert_rounded_once(vjp(x, g), vjp(**single), half)
    assert_rounded_once(vjp(x, g[:20], axis=0), vjp(single["x"], single["g"][:20], axis=0), half)


def test_results_are_written_where_out_says(kernel: Load, half: Any) -> None:
    arrays = given("cross_entropy_label_value_and_grad", (35, 50), half)
    both = kernel("cross_entropy_label_value_and_grad")
    value, grad = np.zeros(35, half), np.zeros((70, 50), half)[::2]
    made = both(**arrays, out=(value, grad))
    assert made[0] is value and made[1] is grad
    assert_rounded_once(made, both(**widened(arrays, half)), half)
    before = arrays["x"].copy()
    assert kernel("softmax")(arrays["x"], out=arrays["x"]) is arrays["x"]  # in place
    assert_rounded_once(arrays["x"], kernel("softmax")(before.astype(np.float32)), half)


def test_a_parameter_is_rounded_to_float32(kernel: Load, half: Any) -> None:
    arrays = given("leaning", (4, 9), half)
    found = kernel("leaning")(**arrays, a=1 / 3)
    assert_rounded_once(found, kernel("leaning")(**widened(arrays, half), a=1 / 3), half)


def test_too_large_for_half_precision_is_infinite(kernel: Load) -> None:
    x, y = np.full((1, 3), 300, np.float16), np.full((1, 3), 2**-14, np.float16)
    assert np.isposinf(kernel("leaning")(x, y)).all()


def test_a_mean_is_taken_in_float32(kernel: Load, half: Any) -> None:
    arrays = given("cross_entropy_label_value_and_grad", (300, 10), half)
    arrays["t"][arrays["t"] == 1] = -100
    weight = np.linspace(0.5, 2, 10).astype(half)
    options = {"reduction": "mean", "ignore_index": -100, "label_smoothing": 0.0}
    both = kernel("cross_entropy_label_value_and_grad")
    floats = both(**widened(arrays, half), weight=weight.astype(np.float32), **options)
    assert_rounded_once(both(**arrays, weight=weight, **options), floats, half)


def test_axes_that_are_named(kernel: Load, half: Any) -> None:
    scores, labels = given("softmax", (4, 7), half)["x"], np.array([0, 2, 3, 6])
    found = kernel("whole_value_and_grad")(scores, labels)
    assert_rounded_once(found, kernel("whole_value_and_grad")(scores.astype(np.float32), labels), half)


@pytest.mark.parametrize("classes", [10, 700])
def test_many_rows_at_once(kernel: Load, half: Any, classes: int) -> None:
    """In blocks, and in threads where there are any: as one by one."""
    arrays = given("softmax", (3001, classes), half)
    found = kernel("softmax")(**arrays)
    assert_rounded_once(found, kernel("softmax")(**widened(arrays, half)), half)
    assert np.array_equal(found[-1:], kernel("softmax")(arrays["x"][-1:]))
    assert kernel("softmax")(arrays["x"][:0]).shape == (0, classes)


def test_nothing_is_written_where_something_is_wrong(kernel: Load, half: Any) -> None:
    x, t = np.zeros((3000, 100), half), np.zeros(3000, np.int64)
    t[-1] = 100
    out = np.full(3000, 7, half), np.full_like(x, 7)
    with pytest.raises(IndexError, match=r"t holds the label 100 \(row 2999\), but labels go from 0 to 99"):
        kernel("cross_entropy_label_value_and_grad")(x, t, out=out)
    p = np.full((3000, 100), 0.01, half)
    p[-1, -1] = -1
    with pytest.raises(ValueError, match="p holds -1"):
        kernel("kl_divergence")(np.abs(p), p, out=out[0])
    assert all((array == 7).all() for array in out)


def test_a_wrong_call_is_refused(kernel: Load, half: Any) -> None:
    x = np.zeros((2, 3), half)
    vjp = kernel("log_softmax_vjp")
    with pytest.raises(TypeError, match=f"g has dtype float32 but x has {half}"):
        vjp(x, x.astype(np.float32))
    with pytest.raises(TypeError, match=f"g has dtype {half} but x has float32"):
        vjp(x.astype(np.float32), x)
    with pytest.raises(TypeError, match=f"out for grad has dtype float32, not {half}"):
        vjp(x, x, out=np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match=r"g has shape \(2,\) but x has \(2, 3\)"):
        vjp(x, x[0, :2])
    with pytest.raises(TypeError, match="x is a masked array"):
        vjp(np.ma.masked_array(x), x)
