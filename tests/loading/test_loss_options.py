"""Options of a loss at a call, in every combination, against plain NumPy in extended precision and PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

import derive
from derive.language import DeriveError

ROWS, CLASSES = 6, 4
LOGITS = np.array([[0.5, -1, 2, 0], [3, 0, -2, 1], [9, 1, 1, 1], [-4, 2, 0.25, 1], [0, 0, 0, 0], [1, 2, 3, -90]])
LABELS = np.array([0, 1, 3, 2, 1, 0])
WEIGHT = np.array([0.5, 2, 1, 0.25])
SHARES = np.array(
    [[0.7, 0.1, 0.1, 0.1], [0, 1, 0, 0], [0.25] * 4, [0, 0, 0.5, 0.5], [0.1, 0.2, 0.3, 0.4], [1, 0, 0, 0]]
)

OPTIONS: list[dict[str, Any]] = [
    {key: value for key, value in zip(("weight", "ignore_index", "label_smoothing", "reduction"), chosen, strict=True)
     if value is not None}
    for chosen in product((None, WEIGHT), (None, -100, 1, 255), (None, 0.0, 0.1), (None, "none", "mean", "sum"))
]  # fmt: skip


def told(given: dict[str, Any]) -> str:
    return "-".join(key if key == "weight" else f"{key}={value}" for key, value in given.items()) or "none"


EACH = pytest.mark.parametrize("given", OPTIONS, ids=told)
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])

kernel = cache(derive.load)


def labelled(ignored: int | None) -> np.ndarray:
    """Labels with two rows that do not count."""
    labels = LABELS.copy()
    if ignored is not None and ignored not in range(CLASSES):
        labels[[2, 5]] = ignored
    return labels


def right(
    targets: np.ndarray, counts: np.ndarray, given: dict[str, Any], weights_of_rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Value and gradient in extended precision: targets smoothed, classes weighted, rows reduced."""
    x = LOGITS.astype(np.longdouble)
    e = np.exp(x - x.max(-1, keepdims=True))
    s = e / e.sum(-1, keepdims=True)
    amount = np.longdouble(given.get("label_smoothing", 0.0))
    y = (1 - amount) * targets + amount / CLASSES
    wy = y * given.get("weight", np.ones(CLASSES))
    log_s = x - x.max(-1, keepdims=True) - np.log(e.sum(-1, keepdims=True))
    value = -(wy * log_s).sum(-1) * counts
    grad = (wy.sum(-1, keepdims=True) * s - wy) * counts[:, None]
    divisor = {"mean": (weights_of_rows * counts).sum()}.get(given.get("reduction", "none"), 1)
    if given.get("reduction", "none") != "none":
        value = value.sum()
    return value / divisor, grad / divisor


def close(found: Any, wanted: Any, dtype: str) -> None:
    assert np.asarray(found).dtype == dtype
    assert np.allclose(np.asarray(found, np.float64), np.asarray(wanted, np.float64), rtol=64 * np.finfo(dtype).eps,
                       atol=8 * np.finfo(dtype).eps)  # fmt: skip


@EACH
@BOTH
@DTYPES
def test_labels(given: dict[str, Any], target: str, dtype: str) -> None:
    ignored = given.get("ignore_index")
    labels = labelled(ignored)
    counts = np.ones(ROWS) if ignored is None else (labels != ignored).astype(float)
    one_hot = np.eye(CLASSES)[np.where(counts > 0, labels, 0)]
    wanted = right(one_hot, counts, given, one_hot @ given.get("weight", np.ones(CLASSES)))
    options = {k: v.astype(dtype) if k == "weight" else v for k, v in given.items()}
    found = kernel("cross_entropy_label_value_and_grad", target)(LOGITS.astype(dtype), labels, **options)
    for one, other in zip(found, wanted, strict=True):
        close(one, other, dtype)


@pytest.mark.parametrize("given", [g for g in OPTIONS if "ignore_index" not in g], ids=str)
@BOTH
@DTYPES
def test_probabilities(given: dict[str, Any], target: str, dtype: str) -> None:
    """The mean is over the rows: what a row weighs is in its target."""
    wanted = right(SHARES, np.ones(ROWS), given, np.ones(ROWS))
    options = {k: v.astype(dtype) if k == "weight" else v for k, v in given.items()}
    found = kernel("cross_entropy_value_and_grad", target)(LOGITS.astype(dtype), SHARES.astype(dtype), **options)
    for one, other in zip(found[:2], wanted, strict=True):
        close(one, other, dtype)


@EACH
def test_as_in_pytorch(given: dict[str, Any]) -> None:
    """Value and gradient, for labels and for probabilities."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    options = {k: torch.tensor(v) if k == "weight" else v for k, v in given.items()}
    options.setdefault("reduction", "none")
    labels = labelled(given.get("ignore_index"))
    tried = [("cross_entropy_label", labels, options)]
    if "ignore_index" not in given:
        tried.append(("cross_entropy", SHARES, options))
    for name, targets, chosen in tried:
        x = torch.tensor(LOGITS, requires_grad=True)
        wanted = torch.nn.functional.cross_entropy(x, torch.tensor(targets), **chosen)
        wanted.sum().backward()
        value, grad, *_ = kernel(f"{name}_value_and_grad", "numpy")(LOGITS, targets, **given)
        close(value, wanted.detach().numpy(), "float64")
        close(grad, x.grad.numpy(), "float64")


@BOTH
def test_no_row_that_counts(target: str) -> None:
    """The mean of no loss is NaN, as 0/0 is; the sum is 0, and no score has a slope.  So with a total weight of 0."""
    labels, loss = np.full(ROWS, -100), kernel("cross_entropy_label_value_and_grad", target)
    value, grad = loss(LOGITS, labels, reduction="mean")
    assert np.isnan(value) and not grad.any()
    value, grad = loss(LOGITS, labels, reduction="sum")
    assert value == 0 and not grad.any()
    for smoothing in (0.0, 0.1):  # by which a class of some weight would still be pulled
        weight = np.where(np.arange(CLASSES) == 1, 0.0, WEIGHT)
        value, grad = loss(LOGITS, np.ones(ROWS, int), weight=weight, label_smoothing=smoothing, reduction="mean")
        assert np.isnan(value) and not grad.any()


@BOTH
def test_a_row_of_masks_that_is_ignored_does_not_count(target: str) -> None:
    """NaN by itself, and 0 where it is ignored: no mean is spoiled by it."""
    scores, labels = LOGITS.copy(), LABELS.copy()
    scores[2], labels[2] = -np.inf, -100
    value, grad = kernel("cross_entropy_label_value_and_grad", target)(scores, labels, reduction="mean")
    rest = [0, 1, 3, 4, 5]
    wanted, slopes = kernel("cross_entropy_label_value_and_grad", target)(LOGITS[rest], LABELS[rest], reduction="mean")
    assert value == wanted and not grad[2].any() and np.array_equal(grad[rest], slopes)


@BOTH
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_more_axes(target: str, axis: int) -> None:
    """Images have a class at each place: the axis of the classes, and one mean over all the others."""
    dice = np.random.default_rng(1)
    scores = np.moveaxis(dice.normal(size=(2, 3, 5, CLASSES)), -1, axis)
    labels = dice.integers(0, CLASSES, (2, 3, 5))
    labels[0, 1] = -100
    given: dict[str, Any] = {"weight": WEIGHT, "label_smoothing": 0.1, "reduction": "mean", "ignore_index": -100}
    loss = kernel("cross_entropy_label_value_and_grad", target)
    value, grad = loss(scores, labels, axis=axis, **given)
    flat, slopes = loss(np.moveaxis(scores, axis, -1).reshape(-1, CLASSES), labels.reshape(-1), **given)
    assert value == pytest.approx(flat, rel=1e-15)
    assert np.array_equal(np.moveaxis(grad, axis, -1).reshape(-1, CLASSES), slopes)


@BOTH
def test_binary_answers(target: str) -> None:
    dice = np.random.default_rng(2)
    answers, weight = dice.integers(0, 2, LOGITS.shape).astype(float), np.array([3.0, 1, 0.5, 2])
    value, grad, *_ = kernel("bce_with_logits_value_and_grad", target)(
        LOGITS, answers, pos_weight=weight, weight=WEIGHT
    )
    soft = np.logaddexp(0, LOGITS)
    wanted = WEIGHT * (weight * answers * (soft - LOGITS) + (1 - answers) * soft)
    assert value == pytest.approx(wanted.sum(-1), rel=1e-14)
    share = 1 / (1 + np.exp(-LOGITS))
    assert grad == pytest.approx(WEIGHT * (weight * answers * (share - 1) + (1 - answers) * share), rel=1e-13)


SOURCE = """
from derive.language import Formula, Sum, exp, indices, label, log, parameter, vector
k = indices("k")
x, t, a = vector("x"), label("t"), parameter("a", default=1.0)
mine = Formula("mine", log(Sum(exp(x[k]), k)) - x[t] + a * (1 - exp(x[t]) / Sum(exp(x[k]), k)), wrt=(x, a))
"""


def test_a_loss_of_ones_own(tmp_path: Any) -> None:
    """All options, and the derivative by a parameter: of the mean, for it is one for all rows."""
    (tmp_path / "mine.py").write_text(SOURCE)
    loss = derive.load("mine_value_and_grad", formulas=tmp_path / "mine.py")
    given: dict[str, Any] = {"weight": WEIGHT, "label_smoothing": 0.2, "reduction": "mean"}
    value, grad, by_a = loss(LOGITS, LABELS, **given)
    share = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
    each = WEIGHT * (-np.log(share) + 1 - share)
    wanted = 0.8 * each[np.arange(ROWS), LABELS] + 0.2 / CLASSES * each.sum(-1)
    assert value == pytest.approx(wanted.sum() / WEIGHT[LABELS].sum(), rel=1e-13)
    assert grad.shape == LOGITS.shape and np.shape(by_a) == ()
    step = 2.0**-20
    low, high = (loss(LOGITS, LABELS, a=1.0 + turn, **given)[0] for turn in (-step, step))
    assert by_a == pytest.approx((high - low) / (2 * step), rel=1e-8)


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"reduction": "average"}, ValueError, "reduction must be 'none', 'mean' or 'sum', not 'average'"),
    ({"ignore_index": 1.0}, TypeError, "ignore_index must be an integer, not float"),
    ({"weight": np.ones(3)}, ValueError, r"weight has shape \(3,\) but x has \(6, 4\)"),
    ({"weight": -WEIGHT}, ValueError, "weight holds -0.5"),
    ({"weights": WEIGHT}, TypeError, "unexpected keyword argument 'weights'"),
    ({"label_smoothing": 1.5}, ValueError, "label_smoothing is a part of the target, from 0 to 1, not 1.5"),
    ({"label_smoothing": "much"}, TypeError, "label_smoothing must be a real number"),
    ({"pos_weight": WEIGHT}, DeriveError, "takes no pos_weight"),
    ({"reduction": "mean", "out": np.empty(6)}, ValueError, "out is for the rows"),
]


@BOTH
@pytest.mark.parametrize(("given", "error", "told"), WRONG)
def test_what_is_refused(given: dict[str, Any], error: type[Exception], told: str, target: str) -> None:
    with pytest.raises(error, match=told):
        kernel("cross_entropy_label", target)(LOGITS, LABELS, **given)


@BOTH
def test_what_holds_no_label_has_no_row_to_ignore(target: str) -> None:
    loss = kernel("cross_entropy", target)
    with pytest.raises(ValueError, match="ignore_index is 1, but no input is a label: leave it out"):
        loss(LOGITS, SHARES, ignore_index=1)
    assert np.array_equal(loss(LOGITS, SHARES, ignore_index=-100), loss(LOGITS, SHARES)), "PyTorch's own default"


@BOTH
def test_a_label_that_is_neither_a_class_nor_ignored(target: str) -> None:
    with pytest.raises(IndexError, match="t holds the label 7"):
        kernel("cross_entropy_label", target)(LOGITS, np.full(ROWS, 7), reduction="mean")


@BOTH
def test_a_vector_formula_takes_none(target: str) -> None:
    with pytest.raises(TypeError, match="reduction"):
        kernel("softmax", target)(LOGITS, reduction="mean")


@BOTH
def test_one_row(target: str) -> None:
    loss: Callable[..., Any] = kernel("cross_entropy_label_value_and_grad", target)
    value, grad = loss(LOGITS[0], np.array(-100), reduction="mean", ignore_index=-100)
    assert np.isnan(value) and not grad.any()
    value, grad = loss(LOGITS[0], np.array(2), reduction="sum")
    assert value == pytest.approx(-np.log(np.exp(2) / np.exp(LOGITS[0]).sum()))
