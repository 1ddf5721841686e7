"""``derive.load``: any shape and layout of arrays goes in, and results lie where they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive.loops.ir import Program
from tests import zoo
from tests.interpret import run
from tests.loading.calls import rng, softened


def by_rows(program: Program, x: Any, t: Any) -> tuple[Any, Any]:
    rows = [run(program, {"x": list(map(float, row)), "t": int(k)}) for row, k in zip(x, t, strict=True)]
    return np.array([r["value"] for r in rows]), np.array([r["grad"] for r in rows])


# --- shapes and layouts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (5,), (3, 4), (2, 3, 4), (2, 1, 3, 17), (0, 3), (2, 0, 3), (40, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_number_of_batch_axes(normalised: Any, shape: tuple[int, ...], dtype: type) -> None:
    x: Any = rng.normal(size=shape).astype(dtype)
    out = normalised(x)
    assert out.shape == shape and out.dtype == dtype
    np.testing.assert_allclose(out, softened(x.astype(np.float64)), rtol=1e-5)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_the_class_axis_may_be_any(value_and_grad: Any, axis: int) -> None:
    x, t = rng.normal(size=(2, 3, 5)), rng.integers(0, 5, (2, 3))
    value, grad = value_and_grad(x, t)
    turned_value, turned_grad = value_and_grad(np.moveaxis(x, -1, axis), t, axis=axis)
    assert np.array_equal(value, turned_value)
    assert np.array_equal(np.moveaxis(turned_grad, axis, -1), grad)


def test_several_outputs_come_in_order(value_and_grad: Any) -> None:
    x, t = rng.normal(size=(6, 9)), rng.integers(0, 9, 6)
    for found, expected in zip(value_and_grad(x, t), by_rows(zoo.VALUE_AND_GRAD, x, t), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_a_matrix_has_two_class_axes_in_place_of_one(kernels: Callable[[str], Any], axis: int) -> None:
    jacobian, x, y = kernels("jacobian"), rng.normal(size=(2, 3, 5)), rng.random((2, 3, 5))
    plain = jacobian(x, y)
    assert plain.shape == (2, 3, 5, 5)
    for row in np.ndindex(2, 3):
        expected = run(zoo.JACOBIAN, {"x": x[row].tolist(), "y": y[row].tolist()})["out"]
        np.testing.assert_allclose(plain[row], expected, rtol=1e-14)
    place = axis % 3
    turned = jacobian(np.moveaxis(x, -1, axis), np.moveaxis(y, -1, axis), axis=axis)
    assert np.array_equal(np.moveaxis(turned, (place, place + 1), (-2, -1)), plain)
    out = np.full((5, 5, 2, 3), -1.0)
    assert jacobian(np.moveaxis(x, -1, 0), np.moveaxis(y, -1, 0), axis=0, out=out) is out
    assert np.array_equal(np.moveaxis(out, (0, 1), (-2, -1)), plain)


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "every other row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "every other class": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "rows of a wider array": lambda x: np.concatenate([x, x], axis=-1)[..., : x.shape[-1]],
    "rows backwards": lambda x: x[::-1].copy()[::-1],
    "classes backwards": lambda x: x[..., ::-1].copy()[..., ::-1],
    "Fortran order": np.asfortranarray,
    "swapped batch axes": lambda x: np.swapaxes(np.swapaxes(x, 0, 1).copy(), 0, 1),
    "off its alignment": lambda x: misaligned(x),
    "read-only": lambda x: frozen(x),
}


def misaligned(x: Any) -> Any:
    raw = np.empty(x.nbytes + 1, np.uint8)
    made = raw[1:].view(x.dtype).reshape(x.shape)
    made[...] = x
    return made


def frozen(x: Any) -> Any:
    made = x.copy()
    made.flags.writeable = False
    return made


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_of_an_input(value_and_grad: Any, layout: str) -> None:
    x, t = rng.normal(size=(4, 3, 6)), rng.integers(0, 6, (4, 3))
    strange = LAYOUTS[layout](x)
    assert np.array_equal(strange, x)
    before = strange.copy()
    for found, expected in zip(value_and_grad(strange, t[::-1][::-1]), value_and_grad(x, t), strict=True):
        assert np.array_equal(found, expected)
    assert np.array_equal(strange, before)


def test_one_row_for_all(normalised: Any) -> None:
    row = rng.normal(size=5)
    out = normalised(np.broadcast_to(row, (3, 4, 5)))
    assert out.shape == (3, 4, 5) and np.array_equal(out, np.broadcast_to(normalised(row), (3, 4, 5)))
    same = np.broadcast_to(np.float64(2), (2, 4))
    np.testing.assert_allclose(normalised(same), 0.25)


class Spy:
    """Stands in for a C function and keeps what it is given."""

    def __init__(self) -> None:
        self.given: tuple[Any, ...] = ()

    def __call__(self, *given: Any) -> int:
        self.given = given
        return 0


@pytest.mark.parametrize(
    ("view", "stride"),
    [
        (lambda a: a, 12),
        (lambda a: a[::2], 24),
        (lambda a: a[:, :7], 12),
        (lambda a: a.reshape(2, 4, 12)[:, :, :5], 12),
        (lambda a: np.broadcast_to(a[0], (3, 12)), 0),
        (lambda a: a[:1, 3:], 9),
    ],
)
def test_rows_at_a_stride_are_not_copied(kernels: Callable[[str], Any], view: Any, stride: int) -> None:
    kernel, spy = kernels("normalised"), Spy()
    kernel = getattr(kernel, "slow", kernel)
    x = view(rng.normal(size=(8, 12)))
    kernel._functions = {"float64": spy}
    kernel(x)
    assert spy.given[2:4] == (x.ctypes.data, stride)


# --- out -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda shape: np.full(shape, -1.0),
        lambda shape: np.full((shape[0], 2 * shape[1]), -1.0)[:, ::2],
        lambda shape: np.full((2 * shape[0], shape[1]), -1.0)[::2],
        lambda shape: np.full(shape[::-1], -1.0).T,
        lambda shape: np.full(shape, -1.0)[::-1],
    ],
)
def test_out_is_written_in_place(value_and_grad: Any, make: Any) -> None:
    x, t = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    value, grad = np.full(8, -1.0)[::2], make((4, 3))
    found = value_and_grad(x, t, out=(value, grad))
    assert found[0] is value and found[1] is grad
    for array, expected in zip(found, value_and_grad(x, t), strict=True):
        assert np.array_equal(array, expected)
    if value.base is not None:
        assert np.all(value.base[1::2] == -1)


def test_out_may_be_the_input(normalised: Any) -> None:
    x = rng.normal(size=(3, 5))
    expected = normalised(x.copy())
    assert normalised(x, out=x) is x and np.array_equal(x, expected)
    wide = rng.normal(size=(4, 5))
    expected = normalised(wide[:3].copy())
    normalised(wide[:3], out=wide[1:])
    assert np.array_equal(wide[1:], expected)


@pytest.mark.parametrize(
    ("out", "error", "words"),
    [
        (np.zeros((2, 3)), ValueError, r"must hold 2 array"),
        ((np.zeros(2),), ValueError, r"must hold 2 array"),
        ((np.zeros(3), np.zeros((2, 3))), ValueError, r"value has shape \(3,\), not \(2,\)"),
        ((np.zeros(2), np.zeros((2, 3), np.float32)), TypeError, r"grad has dtype float32, not float64"),
        ((np.zeros(2), [[0.0] * 3] * 2), TypeError, r"grad must be a NumPy array, not list"),
        ((np.zeros(2), frozen(np.zeros((2, 3)))), ValueError, r"grad is read-only"),
        ((None, np.zeros((2, 3))), TypeError, r"value must be a NumPy array, not NoneType"),
    ],
)
def test_a_wrong_out_is_refused(value_and_grad: Any, out: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        value_and_grad(np.zeros((2, 3)), np.zeros(2, int), out=out)


def test_outputs_may_not_overlap(value_and_grad: Any) -> None:
    memory = np.zeros(6)
    with pytest.raises(ValueError, match="overlap"):
        value_and_grad(np.zeros((2, 3)), np.zeros(2, int), out=(memory[:2], memory.reshape(2, 3)))
