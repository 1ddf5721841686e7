"""``derive.load``: a wrong call is one clear error, and what may be asked is described."""

from __future__ import annotations

import inspect
import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import derive
from derive.language import vector
from tests.loading.calls import rng, softened

X, T = np.zeros((2, 3)), np.array([0, 2])


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "words"),
    [
        ((X.astype(int), T), {}, TypeError, r"x has dtype int64, not float32 or float64: .*astype"),
        ((X.astype(">f2"), T), {}, TypeError, r"x has dtype >f2, not float32 or float64"),
        ((X.astype(object), T), {}, TypeError, r"object"),
        ((X.astype(">f8"), T), {}, TypeError, r">f8"),
        ((X.astype(complex), T), {}, TypeError, r"complex"),
        ((np.float64(1), T), {}, ValueError, r"x is a scalar"),
        ((X, T.astype(float)), {}, TypeError, r"t has dtype float64, not an integer"),
        ((X, T.astype(bool)), {}, TypeError, r"t has dtype bool"),
        ((X, T[:1]), {}, ValueError, r"t has shape \(1,\), not \(2,\): one label for each row"),
        ((X, T[:, None]), {}, ValueError, r"t has shape \(2, 1\)"),
        ((X, np.array([0, 3])), {}, IndexError, r"t holds the label 3 \(row 1\), but labels go from 0 to 2"),
        ((X, np.array([-1, 0])), {}, IndexError, r"t holds the label -1 \(row 0\)"),
        ((X, np.array([0, 2**64 - 1], np.uint64)), {}, IndexError, r"row 1"),
        ((X, T), {"axis": 2}, ValueError, r"axis 2 is out of range"),
        ((X, T), {"axis": -3}, ValueError, r"axis -3 is out of range"),
        ((X, T), {"axis": 0.5}, TypeError, r"axis must be an integer"),
        ((np.zeros((2, 0)), T), {}, ValueError, r"there are no classes"),
        ((X,), {}, TypeError, r"zoo_value_and_grad\(x, t.*missing"),
        ((X, T, X), {}, TypeError, r"too many positional"),
        ((X, T), {"temperature": 1}, TypeError, r"unexpected keyword"),
    ],
)
def test_a_wrong_call_is_refused(
    value_and_grad: Any, args: tuple[Any, ...], kwargs: dict[str, Any], error: type[Exception], words: str
) -> None:
    value, grad = np.full(2, 5.0), np.full((2, 3), 5.0)
    with pytest.raises(error, match=words) as raised:
        value_and_grad(*args, **({"out": (value, grad)} if len(args) == 2 else {}), **kwargs)
    assert "\n" not in str(raised.value)
    assert np.all(value == 5) and np.all(grad == 5)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64, np.uint64])
def test_labels_of_any_integer_dtype(value_and_grad: Any, dtype: type) -> None:
    for found, expected in zip(value_and_grad(X, T.astype(dtype)), value_and_grad(X, T), strict=True):
        assert np.array_equal(found, expected)


def test_one_row_takes_one_label(value_and_grad: Any) -> None:
    value, grad = value_and_grad(X[0], 2)
    assert value.shape == () and grad.shape == (3,)


@pytest.mark.parametrize(
    ("value", "error"),
    [(0.0, ValueError), (-1, ValueError), (math.inf, ValueError), (math.nan, ValueError), (1e-60, ValueError),
     (1e60, ValueError), ("1", TypeError), (None, TypeError), (np.ones(2), TypeError), (1j, TypeError)],
)  # fmt: skip
def test_a_wrong_parameter_is_refused(normalised: Any, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="T must be"):
        normalised(X.astype(np.float32), T=value)


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.int64(1), np.array(1.0)])
def test_a_parameter_may_be_any_real_number(normalised: Any, value: Any) -> None:
    x = rng.normal(size=(2, 3))
    np.testing.assert_allclose(normalised(x, T=value), softened(x, 1.0), rtol=1e-14)


def test_vectors_must_agree(kernels: Callable[[str], Any]) -> None:
    add = kernels("op_add")
    with pytest.raises(TypeError, match="y has dtype float32 but x has float64"):
        add(X, X.astype(np.float32))
    with pytest.raises(ValueError, match=r"y has shape \(2,\) but x has \(2, 3\)"):
        add(X, X[0, :2])
    assert add(np.ones(1), np.ones(1))[0] == 2


def test_words_of_python_get_an_underscore() -> None:
    from derive.targets.numpy.names import argument_names

    inputs = (vector("lambda"), vector("axis"), vector("x"))
    assert list(argument_names(inputs).values()) == ["lambda_", "axis_", "x"]


def test_the_function_describes_itself(normalised: Any) -> None:
    assert str(inspect.signature(normalised)) == "(x, *, T=2.0, axis=-1, out=None)"
    assert normalised.__name__ == "zoo_normalised"
    assert "out = normalised" in str(inspect.getdoc(normalised))


def test_many_threads_at_once(value_and_grad: Any) -> None:
    x, t = rng.normal(size=(64, 50)), rng.integers(0, 50, 64)
    expected, wrong = value_and_grad(x, t), []

    def work() -> None:
        for _ in range(20):
            if not all(np.array_equal(a, b) for a, b in zip(value_and_grad(x, t), expected, strict=True)):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_a_call_that_does_not_fit_is_told_all_names(target: str) -> None:
    """What comes by name alone is not told by "takes 2 positional arguments"."""
    kernel = derive.load("cross_entropy_label_hvp", target=target)
    said = r"^cross_entropy_label_hvp\(x, t, \*, v, axis=-1, out=None\): "
    for args, kwargs in (((X, T, X), {}), ((X, T), {}), ((X, T), {"v": X, "w": X})):
        with pytest.raises(TypeError, match=said) as raised:
            kernel(*args, **kwargs)
        assert "\n" not in str(raised.value)
