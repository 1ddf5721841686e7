"""What the kernels promise beyond a small error: each promise of the README by itself, in both targets."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

import derive
from derive.catalogue import load_catalogue, load_topics
from derive.formulas.softmax import x as logits_of_softmax
from derive.language import Formula
from derive.language.inputs import Label
from derive.language.kinds import kernel_names

Kernel = Callable[..., Any]
INF, NAN = math.inf, math.nan
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def load(name: str, target: str) -> Kernel:
    return derive.load(name, target=target)


@BOTH
@DTYPES
@pytest.mark.parametrize("offset", [1e4, -1e4, 2.0**20])
def test_a_common_offset_changes_nothing_where_it_is_exact(target: str, dtype: Any, offset: float) -> None:
    """log S - (x_t - m): with lse - x_t the loss would be a difference of two large numbers."""
    x = np.array([[0.5, -1.25, 2.0, 0.0], [4.0, 3.5, -2.0, 1.0]], dtype)
    assert np.array_equal((x + dtype(offset)) - dtype(offset), x)
    t, y = np.array([1, 2]), np.full((2, 4), 0.25, dtype)
    for name, rest in (("cross_entropy_label_value_and_grad", (t,)), ("cross_entropy_value_and_grad", (y,))):
        for near, far in zip(load(name, target)(x, *rest), load(name, target)(x + dtype(offset), *rest), strict=True):
            np.testing.assert_array_equal(near, far)
    np.testing.assert_array_equal(load("softmax", target)(x), load("softmax", target)(x + dtype(offset)))


@BOTH
def test_small_tails_survive(target: str) -> None:
    tail = math.exp(-40.0)
    assert load("logsumexp", target)(np.array([0.0, -40.0])) == pytest.approx(math.log1p(tail), rel=4e-16)
    assert load("log_softmax", target)(np.array([-40.0, 0.0]))[1] == pytest.approx(-math.log1p(tail), rel=4e-16)
    loss = load("cross_entropy_label", target)(np.array([0.0, -40.0]), np.array(0))
    assert loss == pytest.approx(math.log1p(tail), rel=4e-16)


@BOTH
@DTYPES
def test_the_gradient_at_a_sure_label_does_not_cancel(target: str, dtype: Any) -> None:
    x = np.array([0.0, -20.0, -30.0, -25.0], dtype)
    wanted = -sum(math.exp(float(v)) for v in x[1:]) / sum(math.exp(float(v)) for v in x)
    for name in ("cross_entropy_label_grad", "cross_entropy_label_value_and_grad"):
        found = load(name, target)(x, np.array(0))
        grad = found[1] if isinstance(found, tuple) else found
        assert float(grad[0]) == pytest.approx(wanted, rel=8 * float(np.finfo(dtype).eps))


@BOTH
@DTYPES
def test_a_masked_class_has_no_probability_and_no_gradient(target: str, dtype: Any) -> None:
    x = np.array([[1.0, -INF, 2.0, -INF, 0.0]], dtype)
    y = np.array([[0.5, 0.0, 0.25, 0.0, 0.25]], dtype)
    masked = np.array([False, True, False, True, False])
    assert (load("softmax", target)(x)[0, masked] == 0.0).all()
    for name, other in (("cross_entropy_value_and_grad", y), ("cross_entropy_label_value_and_grad", np.array([2]))):
        value, grad = load(name, target)(x, other)
        short, short_grad = load(name, target)(x[:, ~masked], y[:, ~masked] if other is y else np.array([1]))
        np.testing.assert_array_equal(value, short)
        np.testing.assert_array_equal(grad[:, ~masked], short_grad)
        assert (grad[0, masked] == 0.0).all()
    assert load("logsumexp", target)(x) == load("logsumexp", target)(x[:, ~masked])


ROWS = {
    "NaN": [0.0, NAN, 1.0],
    "all masked": [-INF, -INF, -INF],
    "+inf": [0.0, INF, 1.0],
    "two +inf": [INF, 0.0, INF],
    "both": [INF, -INF, 0.0],
}


@DTYPES
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_rows_that_are_not_finite_are_the_same_in_both_targets(row: list[float], dtype: Any) -> None:
    x = np.array([row, [0.0, 1.0, 2.0]], dtype)
    y, t, g = np.full_like(x, 0.25), np.array([0, 1]), np.ones_like(x)
    calls: dict[str, tuple[Any, ...]] = {
        "softmax": (), "softmax_vjp": (g,), "softmax_jvp": (g,), "softmax_jacobian": (), "log_softmax": (),
        "log_softmax_vjp": (g,), "logsumexp_value_and_grad": (), "cross_entropy_value_and_grad": (y,),
        "cross_entropy_label_value_and_grad": (t,),
    }  # fmt: skip
    for name, rest in calls.items():
        results = [load(name, target)(x, *rest) for target in ("numpy", "c")]
        pairs = zip(*[r if isinstance(r, tuple) else (r,) for r in results], strict=True)
        for one, other in pairs:
            np.testing.assert_allclose(one, other, rtol=1e-6, err_msg=name)
            assert np.isfinite(one[1]).all(), f"{name}: the row beside is spoilt"


@BOTH
def test_what_such_rows_give(target: str) -> None:
    x = np.array(list(ROWS.values()))
    lse = load("logsumexp", target)(x)
    assert np.isnan(lse[0]) and lse[1] == -INF and (lse[2:] == INF).all()
    assert np.isnan(load("softmax", target)(x[0])).all() and np.isnan(load("softmax", target)(x[1])).all()
    assert np.isnan(load("cross_entropy_label", target)(x[:1], np.array([0]))).all()


@BOTH
@DTYPES
def test_a_thousand_classes_and_no_rows(target: str, dtype: Any) -> None:
    x = np.random.default_rng(3).normal(0, 3, (4, 1000)).astype(dtype)
    sharp = np.exp(x.astype(np.longdouble) - x.max(axis=1, keepdims=True))
    sharp /= sharp.sum(axis=1, keepdims=True)
    found = load("softmax", target)(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, sharp.astype(float), rtol=80 * np.finfo(dtype).eps)
    value, _ = load("cross_entropy_label_value_and_grad", target)(x, np.array([0, 1, 2, 999]))
    np.testing.assert_allclose(
        value, -np.log(sharp[[0, 1, 2, 3], [0, 1, 2, 999]]).astype(float), rtol=8 * np.finfo(dtype).eps
    )
    assert load("softmax", target)(x[:0]).shape == (0, 1000)
    empty = load("cross_entropy_label_value_and_grad", target)(x[:0], np.zeros(0, int))
    assert [a.shape for a in empty] == [(0,), (0, 1000)]
    np.testing.assert_array_equal(load("softmax", target)(x[::2, ::3]), load("softmax", target)(x[::2, ::3].copy()))
    np.testing.assert_array_equal(load("softmax", target)(x.T, axis=0), found.T)


BY_THEMSELVES = ("bce_with_logits", "mse_sigmoid", "sigmoid", "softplus")
"""The formulas of the logits that look at each score by itself; all others divide by a sum over the row."""
LATER = {f.name for topic in load_topics()[-3:] for f in topic.formulas}
"""Losses beside the theory, which promise other things of a mask: tests/formulas/test_more_losses.py."""
OF_ROWS = [
    f for f in load_catalogue() if f.vector == logits_of_softmax and f.name not in LATER and f.name not in BY_THEMSELVES
]
OF_ALL_ROWS = pytest.mark.parametrize("formula", OF_ROWS, ids=lambda formula: formula.name)
AT_A_MASK = {"weighted_cross_entropy": -0.25}
"""The gradient at a masked label where it is not -1 (label smoothing pulls every class a little)."""


def called(kernel: Kernel, x: Any, label: Any) -> tuple[Any, ...]:
    """The results for these logits; every other vector is positive, every label the same, but for the one ignored."""
    given: dict[str, Any] = {}
    for name in inspect.signature(kernel).parameters:
        if name == "t" or (name == "g" and kernel.__name__.startswith("ignore_index")):
            given[name] = label if name == "t" else (label + 1) % x.shape[-1]
        elif name in ("y", "g", "v", "w"):
            given[name] = np.full_like(x, 0.25)
    found = kernel(x, **given)
    return found if isinstance(found, tuple) else (found,)


@BOTH
@DTYPES
@OF_ALL_ROWS
def test_a_row_of_nan_or_of_masks_alone_is_nan_throughout(formula: Formula, target: str, dtype: Any) -> None:
    """A class whose probability underflows as well: what divides by a sum that is NaN, or 0, is NaN."""
    rows = np.array([[NAN, -1000, 0], [1, NAN, -1000], [-1000, 0, NAN], [-INF, -INF, -INF]], dtype)
    for name in kernel_names(formula):
        for result in called(load(name, target), rows, np.array([1, 0, 2, 1])):
            if name.startswith("logsumexp") and result.ndim == 1:
                assert np.isnan(result[:3]).all() and result[3] == -INF
            else:
                assert np.isnan(result).all(), name


@BOTH
@DTYPES
@OF_ALL_ROWS
def test_masks_in_every_kernel(formula: Formula, target: str, dtype: Any) -> None:
    """No gradient at a mask, an infinite loss where the label is masked, and the gradient there exactly -1."""
    dice = np.random.default_rng(5)
    x = dice.normal(0, 3, (200, 9)).astype(dtype)
    t = dice.integers(0, 9, 200)
    x[np.arange(200), t] = -INF
    has_label = any(isinstance(what, Label) for what in formula.inputs)
    for name in kernel_names(formula):
        *_, result = called(load(name, target), x, t)
        at_mask = result[np.arange(200), t] if result.ndim == 2 else result
        if name == formula.name and has_label:
            assert (result == INF).all(), name
        elif name.endswith("_grad") and has_label and formula.name != "label_smoothing":
            assert (at_mask == dtype(AT_A_MASK.get(formula.name, -1))).all(), name
        elif name.endswith("_hvp") or (name.endswith("_grad") and len(formula.inputs) == 1):
            assert (at_mask == 0).all(), name


@BOTH
@pytest.mark.parametrize("which", [0, 1, 2], ids=["scores", "labels", "out"])
def test_masked_arrays_are_refused(target: str, which: int) -> None:
    given: list[Any] = [np.zeros((2, 3)), np.array([0, 1]), np.zeros((2, 3))]
    given[which] = np.ma.masked_array(given[which], mask=False)
    with pytest.raises(TypeError, match="masked array|MaskedArray") as raised:
        load("cross_entropy_label_grad", target)(*given[:2], out=given[2])
    assert "\n" not in str(raised.value)


@BOTH
@DTYPES
def test_a_value_outside_its_domain_is_refused(target: str, dtype: Any) -> None:
    """The ends of a domain are taken, as limits, and NaN goes through; nothing is written where one is refused."""
    inside = np.array([[0.25, 0.5, 0.25], [0, 1, 0]], dtype)
    for name, which, wrong, words in (
        ("cross_entropy", "y", -0.125, "y holds -0.125, but its values are from 0 to 1"),
        ("kl_divergence", "q", -0.5, "q holds -0.5, but its values are 0 or above"),
        ("bernoulli_nll", "q", 1.5, "q holds 1.5, but its values are from 0 to 1"),
        ("information", "p", -1, "p holds -1.0, but its values are 0 or above"),
    ):
        kernel = load(name, target)
        arrays = {n: inside for n in inspect.signature(kernel).parameters if n not in ("axis", "out")}
        assert not np.isnan(kernel(**arrays)).any(), name
        bad, out = inside.copy(), np.full_like(kernel(**arrays), 7)
        bad[1, 2] = wrong
        with pytest.raises(ValueError, match=words):
            kernel(**{**arrays, which: bad}, out=out)
        assert (out == 7).all()
        bad[1, 1:] = NAN
        assert np.isnan(kernel(**{**arrays, which: bad})[1]).any()


# --- properties ------------------------------------------------------------------------------------------------------
logits = arrays(np.float64, some.tuples(some.integers(1, 3), some.integers(1, 9)), elements=some.floats(-50, 50))
examples = settings(max_examples=40, deadline=None, derandomize=True)


def close(one: Any, other: Any, scale: Any = 1.0) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=float(1e-13 * np.max(np.abs(scale), initial=1.0)))


@BOTH
@examples
@given(x=logits, c=some.floats(-1e3, 1e3))
def test_shift(target: str, x: Any, c: float) -> None:
    close(load("softmax", target)(x + c), load("softmax", target)(x), 1e3)
    close(load("log_softmax", target)(x + c), load("log_softmax", target)(x), 1e3)
    close(load("logsumexp", target)(x + c), load("logsumexp", target)(x) + c, 1e3)


@BOTH
@examples
@given(x=logits, seed=some.integers(0, 9))
def test_products_with_the_jacobian(target: str, x: Any, seed: int) -> None:
    """The rows of the Jacobian sum to 0, VJP = J^T g, JVP = J v."""
    g = np.random.default_rng(seed).normal(size=x.shape)
    for name in ("softmax", "log_softmax"):
        jacobian = load(f"{name}_jacobian", target)(x)
        close(jacobian.sum(axis=-1), 0.0, x.shape[-1])
        close(load(f"{name}_vjp", target)(x, g), np.einsum("rij,ri->rj", jacobian, g), 10)
        close(load(f"{name}_jvp", target)(x, g), np.einsum("rij,rj->ri", jacobian, g), 10)


@BOTH
@examples
@given(x=logits, seed=some.integers(0, 9))
def test_gradients(target: str, x: Any, seed: int) -> None:
    """A gradient sums to 0 for a target that sums to 1; value_and_grad is value and grad."""
    dice = np.random.default_rng(seed)
    t, y = dice.integers(0, x.shape[1], len(x)), dice.dirichlet(np.ones(x.shape[1]), len(x))
    for name, other in (("cross_entropy", (y,)), ("cross_entropy_label", (t,)), ("logsumexp", ())):
        value, grad = load(f"{name}_value_and_grad", target)(x, *other)
        close(grad.sum(axis=-1), 0.0 if other else 1.0)
        close(value, load(name, target)(x, *other))
        close(grad, load(f"{name}_grad", target)(x, *other))
