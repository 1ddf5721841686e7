"""Kernels on arrays of other libraries: read where they lie, and results of the same kind."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import derive
from tests.axes.formulas import CASES

LIBRARIES = {"array_api_strict": "asarray", "torch": "from_numpy", "jax.numpy": "asarray"}
DICE = np.random.default_rng(7)
X, T = DICE.normal(0, 3, (6, 9)).astype(np.float32), np.arange(6)
Make = Callable[[Any], Any]


@pytest.fixture(params=LIBRARIES)
def make(request: pytest.FixtureRequest) -> Make:
    """What makes an array of a library from one of NumPy."""
    library = pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    made: Make = getattr(library, LIBRARIES[request.param])
    return made


@pytest.fixture(params=["numpy", "c"])
def target(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def same(found: Any, kind: Any, wanted: Any) -> None:
    assert type(found) is type(kind)
    np.testing.assert_array_equal(np.from_dlpack(found), wanted)


def test_results_are_of_the_kind_of_the_inputs(make: Make, target: str) -> None:
    both = derive.load("cross_entropy_label_value_and_grad", target)
    x, t, weight = make(X), make(T), make(np.linspace(1, 2, 9, dtype=np.float32))
    for found, wanted in zip(both(x, t), both(X, T), strict=True):
        same(found, x, wanted)
    same(both(x=x, t=t)[1], x, both(X, T)[1])
    options = {"label_smoothing": 0.1, "reduction": "mean"}
    for found, wanted in zip(
        both(x, t, weight=weight, **options), both(X, T, weight=np.linspace(1, 2, 9, dtype=np.float32), **options),
        strict=True,
    ):  # fmt: skip
        same(found, x, wanted)
    cooled = derive.load("tempered_softmax", target)
    same(cooled(make(X.T), T=2.0, axis=0), x, cooled(X.T, T=2.0, axis=0))
    same(cooled(x, T=make(np.float32(2)[None])[0]), x, cooled(X, T=2.0))


def test_of_named_axes_too(make: Make, target: str) -> None:
    kernel = derive.load("mean_loss", target, formulas=CASES[0].formula)
    found = kernel(make(X), make(T))
    np.testing.assert_array_equal(np.asarray(found), kernel(X, T))
    assert type(found) is type(make(X))


def test_the_first_array_says_the_kind(make: Make, target: str) -> None:
    loss = derive.load("cross_entropy_label", target)
    assert type(loss(X, make(T))) is np.ndarray


def test_memory_is_shared_both_ways(target: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    both = derive.load("cross_entropy_label_value_and_grad", target)
    wide = torch.zeros(6, 18)
    wide[:, ::2] = torch.from_numpy(X)  # a view with gaps
    out = torch.zeros(6), torch.zeros(6, 9)
    assert both(wide[:, ::2], torch.from_numpy(T), out=out) is out
    np.testing.assert_array_equal(out[1], both(X, T)[1])
    from derive.loading.standard import _giver, _read

    assert _read("k", "x", out[1]).ctypes.data == out[1].data_ptr()
    array = np.ones((2, 3))
    assert _giver("k", [wide])(array).data_ptr() == array.ctypes.data


def test_nothing_is_asked_of_plain_arrays(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go the way that they always went."""
    kernel = derive.load("softmax", target)

    def never(*given: Any) -> bool:
        raise AssertionError(given)

    for module in ("derive.loading.standard", "derive.loading.callable"):
        monkeypatch.setattr(importlib.import_module(module), "of_another_library", never)
    assert kernel(X).shape == X.shape


def refused(kernel: Callable[..., Any], *args: Any) -> str:
    with pytest.raises((TypeError, IndexError)) as caught:
        kernel(*args)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_what_cannot_be_taken_is_refused_in_one_line(target: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    loss = derive.load("cross_entropy_label", target)
    x, t = torch.from_numpy(X), torch.from_numpy(T)
    said = refused(loss, x.clone().requires_grad_(), t)
    assert said.startswith("cross_entropy_label: x (torch.float32) cannot be read where it lies: Can't export tensors")
    assert "x (torch.bfloat16) cannot be read" in refused(loss, x.bfloat16(), t)
    assert "t holds the label 9" in refused(loss, x, t + 9)
    assert "x has dtype int64, not float32 or float64" in refused(loss, t[:, None], t)


class OnADevice:
    """An array on a device that is not here."""

    device = "cuda:0"

    def __array_namespace__(self) -> Any:
        return np

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0

    def __dlpack__(self, **how: Any) -> Any:
        raise AssertionError("it is not asked for its memory")


def test_an_array_on_another_device_is_refused(target: str) -> None:
    said = refused(derive.load("softmax", target), OnADevice())
    assert said == "softmax: x lies on cuda:0, and the kernels run on the CPU: bring it there"


def test_arrays_of_two_libraries_are_refused(target: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    said = refused(derive.load("cross_entropy_label", target), torch.from_numpy(X), strict.asarray(T))
    assert said == "cross_entropy_label: its arrays are of torch and of array_api_strict: give those of one library"
