"""One formula of a user, in a file of its own, wherever kernels run: whole rows, shards of classes, other libraries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive

FILE = """
from derive.language import Formula, Sum, exp, indices, label, log, parameter, vector

k, j = indices("k j")
x, w, t = vector("x"), vector("w", domain="positive"), label("t")
T = parameter("T", default=2.0, domain="positive")
calm = Formula("calm", T * log(Sum(w[k] * exp(x[k] / T), k)) - x[t] + Sum(x[j] ** 2, j) / 1000, wrt=x)
"""
ROWS, CLASSES = 5, 12
DICE = np.random.default_rng(8)
X, W, LABELS = DICE.normal(0, 9, (ROWS, CLASSES)), DICE.uniform(0.5, 2, CLASSES), np.array([0, 11, 5, 4, 7])
X[2, :4] = 300

Both = tuple[Any, Any]


def plain() -> Both:
    z = X / 2 + np.log(W)
    top = z.max(axis=1, keepdims=True)
    e = np.exp(z - top)
    total = e.sum(axis=1, keepdims=True)
    value = 2 * (np.log(total) + top)[:, 0] - X[np.arange(ROWS), LABELS] + (X**2).sum(axis=1) / 1000
    return value, e / total + X / 500 - (np.arange(CLASSES) == LABELS[:, None])


def here(target: str) -> Callable[[str], Both]:
    return lambda file: derive.load("calm_value_and_grad", target, formulas=file)(X, W, t=LABELS)


def tensors(file: str) -> Both:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    x = torch.tensor(X, requires_grad=True)
    value = derive.torch.load("calm", formulas=file)(x, torch.tensor(W), t=torch.tensor(LABELS))
    value.sum().backward()
    return value.detach().numpy(), x.grad.numpy()


def slices_of_processes(file: str) -> Both:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from derive.loading.shared_out import shared_formula
    from derive.torch.slices import loss_of_slices
    from tests.torch.test_sharded import in_threads

    shared = shared_formula("calm", file)

    def work(place: Any, mine: slice) -> Both:
        x = torch.tensor(X[:, mine], requires_grad=True)
        value = loss_of_slices(shared, place)(x, torch.tensor(W[mine]), t=torch.tensor(LABELS))
        value.sum().backward()
        return value.detach().numpy(), x.grad.numpy()

    found = in_threads([4, 0, 7, 1], work)
    return found[0][0], np.concatenate([grad for _, grad in found], axis=1)


def blocks(file: str) -> Both:
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    made = derive.dask.load("calm_value_and_grad", file)(da.from_array(X, (2, 5)), W, t=LABELS)
    return tuple(one.compute(scheduler="synchronous") for one in made)


def traced(file: str) -> Both:
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    loss = derive.jax.load("calm", file)
    x, w, t = (jax.numpy.asarray(one, None if one.dtype == int else np.float32) for one in (X, W, LABELS))
    return loss(x, w, t=t), jax.jit(jax.grad(lambda x: loss(x, w, t=t).sum()))(x)


@pytest.mark.parametrize("way", [here("numpy"), here("c"), tensors, slices_of_processes, blocks, traced])
def test_the_same_formula_gives_the_same_wherever_it_runs(way: Callable[[str], Both], tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(FILE, encoding="utf-8")
    close = 1e-5 if way is traced else 1e-13
    for one, other in zip(way(str(file)), plain(), strict=True):
        np.testing.assert_allclose(one, other, rtol=close, atol=close)
