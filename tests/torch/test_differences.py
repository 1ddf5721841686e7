"""Where a loss and PyTorch's differ: each row of the table in docs/losses.md."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

import derive

F, INF = torch.nn.functional, torch.inf
load = cache(derive.torch.load)
X = torch.tensor([[1.0, 2, 0], [0, 1, 3]], dtype=torch.float64)
SHARES = torch.tensor([[0.5, 0.5, 0], [1, 0, 0]], dtype=torch.float64)
ANSWERS = torch.tensor([[1.0, 0, 0], [1, 1, 0]], dtype=torch.float64)
LABELS, WEIGHT = torch.tensor([0, 1]), torch.tensor([1.0, 2, 3], dtype=torch.float64)


def both(loss: Any, x: Any, *given: Any, **options: Any) -> tuple[Any, Any]:
    """Value and gradient."""
    x = x.clone().requires_grad_()
    value = loss(x, *given, **options)
    value.sum().backward()
    return value.detach(), x.grad


def test_one_number_per_row_and_the_mean() -> None:
    ours = load("cross_entropy_label")
    assert torch.allclose(ours(X, LABELS).mean(), F.cross_entropy(X, LABELS))


def test_the_mean_of_binary_losses_is_over_rows() -> None:
    ours = load("bce_with_logits")(X, ANSWERS, reduction="mean")
    assert torch.allclose(ours, 3 * F.binary_cross_entropy_with_logits(X, ANSWERS))


def test_the_divergence_is_of_probabilities() -> None:
    model = X.softmax(-1)
    ours = load("kl_divergence")(model, SHARES, reduction="mean")
    assert torch.allclose(ours, F.kl_div(model.log(), SHARES, reduction="batchmean"))


def test_an_answer_is_smoothed_over_yes_and_no() -> None:
    ours = load("bce_with_logits")(X, ANSWERS, label_smoothing=0.2)
    theirs = F.binary_cross_entropy_with_logits(X, 0.8 * ANSWERS + 0.1, reduction="none")
    assert torch.allclose(ours, theirs.sum(-1))


def test_a_sure_wrong_answer_costs_without_bound() -> None:
    model, answers = torch.tensor([[0.0, 0.5]]), torch.tensor([[1.0, 1.0]])
    assert load("bernoulli_nll")(model, answers).isposinf().all()
    assert F.binary_cross_entropy(model, answers, reduction="sum") < 101


def test_a_target_of_0_at_a_masked_class() -> None:
    masked = X.clone()
    masked[0, 2] = -INF
    value, grad = both(load("cross_entropy"), masked, SHARES)
    alone = F.cross_entropy(X[:1, :2], SHARES[:1, :2])
    assert torch.allclose(value[0], alone) and grad.isfinite().all() and grad[0, 2] == 0
    assert F.cross_entropy(masked, SHARES, reduction="none")[0].isnan()
    none = torch.tensor([[0.0, 0.5, 0.5]], dtype=torch.float64)
    assert load("kl_divergence")(none, none) == 0 and F.kl_div(none.log(), none, reduction="sum").isnan()


def test_an_ignored_row_of_masks_reaches_nothing() -> None:
    masked, labels = X.clone(), torch.tensor([-100, 1])
    for spoiled in (-INF, torch.nan):
        masked[0] = spoiled
        value, grad = both(load("cross_entropy_label"), masked, labels, reduction="mean")
        theirs, slopes = both(F.cross_entropy, masked, labels)
        assert torch.allclose(value, theirs) and torch.allclose(grad[1], slopes[1])
        assert not grad[0].any() and slopes[0].isnan().all()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_total_weight_of_0(smoothing: float) -> None:
    weight = torch.tensor([0.0, 2, 3], dtype=torch.float64)
    options: dict[str, Any] = {"weight": weight, "label_smoothing": smoothing, "reduction": "mean"}
    value, grad = both(load("cross_entropy_label"), X, torch.zeros(2, dtype=torch.int64), **options)
    theirs, slopes = both(F.cross_entropy, X, torch.zeros(2, dtype=torch.int64), **options)
    assert value.isnan() and theirs.isnan() and not grad.any() and slopes.isnan().all()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["alike", "weight"])
def test_all_rows_are_ignored(smoothing: float, weight: Any) -> None:
    """No difference: also where a label that is no class would be looked up in the weights."""
    options = {"weight": weight, "label_smoothing": smoothing, "reduction": "mean"}
    for loss in (load("cross_entropy_label"), F.cross_entropy):
        value, grad = both(loss, X, torch.full((2,), -100), **options)
        assert value.isnan() and not grad.any()


def test_what_is_no_loss_is_refused() -> None:
    with pytest.raises(ValueError, match="weight holds -2"):
        load("cross_entropy_label")(X, LABELS, weight=WEIGHT - 3)
    with pytest.raises(ValueError, match="y holds 2"):
        load("bce_with_logits")(X, 2 * ANSWERS)


def test_labels_of_32_bits() -> None:
    assert torch.equal(load("cross_entropy_label")(X, LABELS.int()), load("cross_entropy_label")(X, LABELS))
    with pytest.raises(RuntimeError, match="Long"):
        F.cross_entropy(X, LABELS.int())


def test_a_mean_of_many_rows_in_float16() -> None:
    rows, labels = torch.zeros(70000, 2, dtype=torch.float16), torch.zeros(70000, dtype=torch.int64)
    mean = load("cross_entropy_label")(rows, labels, reduction="mean")
    assert mean.dtype == torch.float16 and mean.item() == pytest.approx(0.6931, abs=1e-3)


def test_masks_and_smoothing() -> None:
    """No difference: the smoothed share of a masked class is lost for good."""
    masked = X.clone()
    masked[0, 2] = -INF
    ours, theirs = (
        both(loss, masked, LABELS, label_smoothing=0.1, reduction="none")
        for loss in (load("cross_entropy_label"), F.cross_entropy)
    )
    assert all(torch.allclose(one, other) for one, other in zip(ours, theirs, strict=True))
    assert ours[0][0] == INF
