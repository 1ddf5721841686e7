"""Formulas along axes beside PyTorch: values, and the gradients of autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derive
from derive.language.components import Vector
from tests.axes.formulas import CASES, SIZES, inputs

torch = pytest.importorskip("torch")
functional = torch.nn.functional


def _attention(q: Any, K: Any, V: Any) -> Any:
    return functional.scaled_dot_product_attention(q[None], K, V)[0]


BESIDE = {
    "mean_loss": lambda x, t: functional.cross_entropy(x, t),
    "weighted_loss": lambda x, w, t: functional.cross_entropy(x, t, weight=w),
    "linear_loss": lambda h, W, t: functional.cross_entropy(functional.linear(h, W), t),
    "attending": _attention,
    "normed": lambda x: functional.batch_norm(x, None, None, training=True, eps=1.0),
    "row_shares": lambda x: functional.softmax(x, dim=1),
}


@pytest.mark.parametrize("name", BESIDE)
def test_value_and_gradients(name: str) -> None:
    (formula,) = (case.formula for case in CASES if case.formula.name == name)
    dice = np.random.default_rng(8)
    given = inputs(formula, dice)
    tensors = {key: torch.tensor(one, requires_grad=one.dtype == float and key != "w") for key, one in given.items()}
    theirs = BESIDE[name](**tensors)
    np.testing.assert_allclose(derive.load(formula)(**given), theirs.detach().numpy(), rtol=1e-12)
    upstream = dice.normal(size=theirs.shape)
    (theirs * torch.tensor(upstream)).sum().backward()
    extra = {"g": upstream} if formula.indices else {}
    for place, by in enumerate(formula.variables):
        if name == "weighted_loss" and place:
            continue  # PyTorch has no derivative by the weights
        assert isinstance(by, Vector)
        kind = ("_vjp" if formula.indices else "_grad") + (f"_{by.name}" if place else "")
        found = derive.load(formula.name + kind, formulas=formula)(**given, **extra)
        wanted = tensors[by.name].grad.numpy() / (1.0 if formula.indices else upstream)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-13)


def test_many_queries_at_once() -> None:
    (formula,) = (case.formula for case in CASES if case.formula.name == "attending")
    dice = np.random.default_rng(9)
    given = inputs(formula, dice)
    given["q"] = dice.normal(size=(7, SIZES["d"]))
    theirs = functional.scaled_dot_product_attention(*(torch.tensor(given[key]) for key in "qKV"))
    np.testing.assert_allclose(derive.load(formula)(**given), theirs.numpy(), rtol=1e-12)
