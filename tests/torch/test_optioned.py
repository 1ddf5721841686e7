"""Losses of tensors with options, every combination, beside PyTorch's own: values and gradients."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

import derive

LOGITS = torch.tensor(
    [[0.5, -1, 2, 0], [3, 0, -2, 1], [9, 1, 1, 1], [-4, 2, 0.25, 1], [0, 0, 0, 0], [1, 2, 3, -90]], dtype=torch.float64
)
LABELS, WEIGHT = torch.tensor([0, 1, 3, 2, 1, 0]), torch.tensor([0.5, 2, 1, 0.25], dtype=torch.float64)
SHARES = torch.tensor(
    [[0.7, 0.1, 0.1, 0.1], [0, 1, 0, 0], [0.25] * 4, [0, 0, 0.5, 0.5], [0.1, 0.2, 0.3, 0.4], [1, 0, 0, 0]],
    dtype=torch.float64,
)
KEYS = ("weight", "ignore_index", "label_smoothing", "reduction")
OPTIONS: list[dict[str, Any]] = [
    {key: value for key, value in zip(KEYS, chosen, strict=True) if value is not None}
    for chosen in product((None, WEIGHT), (-100, 1, 255), (0.0, 0.1), ("none", "mean", "sum"))
]

load = cache(derive.torch.load)


def told(given: dict[str, Any]) -> str:
    return "-".join(key if key == "weight" else f"{key}={value}" for key, value in given.items())


def both(ours: Any, theirs: Any) -> None:
    """Values and gradients, of a weighted sum where there are several values."""
    found = []
    for loss in (ours, theirs):
        x = LOGITS.clone().requires_grad_()
        value = loss(x)
        (value * torch.arange(1.0, 1 + value.numel()).reshape(value.shape)).sum().backward()
        found.append((value.detach(), x.grad))
    for one, other in zip(*found, strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-13, equal_nan=True)


@pytest.mark.parametrize("given", OPTIONS, ids=told)
def test_labels_and_probabilities(given: dict[str, Any]) -> None:
    labels = LABELS.clone()
    if given["ignore_index"] != 1:
        labels[[2, 5]] = given["ignore_index"]
    both(
        lambda x: load("cross_entropy_label")(x, labels, **given),
        lambda x: torch.nn.functional.cross_entropy(x, labels, **given),
    )
    if given["ignore_index"] == -100:
        both(
            lambda x: load("cross_entropy")(x, SHARES, **given),
            lambda x: torch.nn.functional.cross_entropy(x, SHARES, **given),
        )


def test_no_row_that_counts() -> None:
    x = LOGITS.clone().requires_grad_()
    loss = load("cross_entropy_label")(x, torch.full((6,), -100), reduction="mean")
    loss.backward()
    assert loss.isnan() and not x.grad.any()


def test_a_row_of_masks_that_is_ignored_spoils_nothing() -> None:
    x = LOGITS.clone()
    x[2] = -torch.inf
    x.requires_grad_()
    labels = LABELS.clone()
    labels[2] = -100
    loss = load("cross_entropy_label")(x, labels, reduction="mean")
    loss.backward()
    assert loss.isfinite() and x.grad.isfinite().all() and not x.grad[2].any()


def test_images_with_the_classes_in_front() -> None:
    x = torch.randn(2, 4, 3, 5, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(0, 4, (2, 3, 5))
    labels[0, 1] = -100
    given: dict[str, Any] = {"weight": WEIGHT, "label_smoothing": 0.1, "reduction": "mean", "ignore_index": -100}
    ours = load("cross_entropy_label")(x, labels, axis=1, **given)
    theirs = torch.nn.functional.cross_entropy(x, labels, **given)
    one, other = (torch.autograd.grad(loss, x)[0] for loss in (ours, theirs))
    assert torch.allclose(ours, theirs) and torch.allclose(one, other)


def test_a_graph_is_not_broken() -> None:
    loss = load("cross_entropy_label")

    def mean(x: Any, labels: Any) -> Any:
        return loss(x, labels, weight=WEIGHT, label_smoothing=0.1, reduction="mean")

    compiled = torch.compile(mean, fullgraph=True, backend="aot_eager")
    assert torch.allclose(compiled(LOGITS, LABELS), mean(LOGITS, LABELS))


def test_binary_answers() -> None:
    answers = (SHARES > 0.2).double()
    ours = load("bce_with_logits")(LOGITS, answers, pos_weight=WEIGHT)
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(LOGITS, answers, pos_weight=WEIGHT, reduction="none")
    assert torch.allclose(ours, theirs.sum(-1), rtol=1e-13)


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"reduction": "average"}, ValueError, "reduction must be"),
        ({"ignore_index": 0.5}, TypeError, "ignore_index must be an integer"),
        ({"weights": WEIGHT}, TypeError, "weights"),
        ({"weight": torch.ones(3, dtype=torch.float64)}, ValueError, "weight has shape"),
    ],
)
def test_what_is_refused(given: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        load("cross_entropy_label")(LOGITS, LABELS, **given)


def test_a_vector_formula_takes_none() -> None:
    with pytest.raises(TypeError, match="reduction"):
        load("softmax")(LOGITS, reduction="mean")
