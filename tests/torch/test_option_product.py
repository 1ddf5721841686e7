"""Losses beside PyTorch's own, in the product of the options that both have: value and gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

import derive
from tests.loading.losses import CASES, Case, Options, combinations, target_of, told

F = torch.nn.functional
load = cache(derive.torch.load)


def focal(x: Any, t: Any, weight: Any = None, reduction: str = "none", **options: Any) -> Any:
    """PyTorch has none: by its definition, differentiated by autograd."""
    faded = torch.nn.functional.log_softmax(x, -1)
    faded = (1 - faded.exp()) ** 2 * faded
    smoothing = options.pop("label_smoothing")
    weight = torch.ones(x.shape[-1], dtype=x.dtype) if weight is None else weight
    at_label = F.nll_loss(faded, t, weight, reduction="none", **options)
    kept = t != options.get("ignore_index", -100)
    spread = -(weight * faded).mean(-1) * kept
    value = (1 - smoothing) * at_label + smoothing * spread
    counts = weight[torch.where(kept, t, 0)] * kept
    return {"none": value, "sum": value.sum(), "mean": value.sum() / counts.sum()}[reduction]


def kl_divergence(q: Any, p: Any, reduction: str) -> Any:
    value = F.kl_div(q.log(), p, reduction={"mean": "batchmean"}.get(reduction, reduction))
    return value.sum(-1) if reduction == "none" else value


def over_the_classes(theirs: Callable[..., Any]) -> Callable[..., Any]:
    """A sum over the classes of what PyTorch takes the mean of; the mean is over the rows."""

    def loss(x: Any, y: Any, reduction: str, **options: Any) -> Any:
        value = theirs(x, y, reduction="none", **options).sum(-1)
        return {"none": value, "sum": value.sum(), "mean": value.mean()}[reduction]

    return loss


THEIRS: dict[str, Callable[..., Any]] = {
    "focal": focal,
    "nll": F.nll_loss,
    "kl_divergence": kl_divergence,
    "bernoulli_nll": over_the_classes(F.binary_cross_entropy),
    "bce_with_logits": over_the_classes(F.binary_cross_entropy_with_logits),
}
LACKING = {"nll": {"label_smoothing"}, "kl_divergence": {"weight", "label_smoothing"},
           "bernoulli_nll": {"label_smoothing"}, "bce_with_logits": {"label_smoothing"}}  # fmt: skip
"""Options that PyTorch's does not have."""


def has(name: str, given: Options) -> bool:
    """Whether PyTorch has a loss with these options; a smoothing of 0 is none."""
    return not any(isinstance(given.get(key, 0.0), np.ndarray) or given.get(key) for key in LACKING.get(name, ()))


PRODUCT = [(case, given) for case in CASES for given in combinations(case) if has(case.name, given)]


@pytest.mark.parametrize(("case", "given"), PRODUCT, ids=told)
def test_value_and_gradient(case: Case, given: Options) -> None:
    options = {k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in given.items()}
    goal = torch.from_numpy(target_of(case, given))
    lacking = LACKING.get(case.name, set())
    both = (load(case.name), options), (THEIRS[case.name], {k: v for k, v in options.items() if k not in lacking})
    found = []
    for loss, chosen in both:
        x = torch.from_numpy(case.x.copy()).requires_grad_()
        value = loss(x, goal, **chosen)
        (value * torch.arange(1.0, 1 + value.numel()).reshape(value.shape)).sum().backward()
        found.append((value.detach(), x.grad))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)
