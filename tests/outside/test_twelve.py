"""Twelve losses of a user's own file: against their definitions in extended precision, and PyTorch's where it has them.

It also runs in an empty folder, beside that file, with an installed derive.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive

FILE = Path(__file__).with_name("twelve.py")
X = np.array([[0.5, -1.25, 2.0, 0.25], [3.0, 0.5, -2.0, 1.0], [0.1, 0.2, -0.3, 4.0]])
B, LABELS = np.array([[1.0, 0, 2, 0.5], [0, 3.5, 1, 1], [2.0, 0.25, 0.75, 1]]), np.array([2, 1, 0])
Q = np.array([[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]])
V = np.array([[0.5, -1, 0.25, 2], [1, 1, -1, 0.5], [-0.25, 0.5, 3, 1]])
STEP = np.longdouble(1e-40)


def surprise(z: Any) -> Any:
    """Minus the logarithm of the share of the right class."""
    top = z.real.max(-1, keepdims=True)
    return np.log(np.exp(z - top).sum(-1)) + top[:, 0] - z[np.arange(len(z)), LABELS]


def right(x: Any) -> Any:
    return np.exp(-surprise(x))


def bent(e: Any) -> Any:
    return np.where(abs(e.real) <= 1, e * e / 2, np.where(e.real > 0, e, -e) - 0.5)


T, B_AS_TARGETS, Q_AS_SHARES = {"t": LABELS}, {"b": B}, {"q": Q, "t": LABELS}
LOSSES: dict[str, tuple[dict[str, Any], Any]] = {
    "poly": (T, lambda x: surprise(x) + (1 - right(x)) / 2),
    "adjusted": (Q_AS_SHARES, lambda x: surprise(x + np.log(Q))),
    "generalised": (T, lambda x: (1 - np.sqrt(right(x))) * 2),
    "symmetric": (T, lambda x: surprise(x) / 10 + 4 * (1 - right(x))),
    "order_two": ({}, lambda x: -np.log(((np.exp(x) / np.exp(x).sum(-1, keepdims=True)) ** 2).sum(-1))),
    "capped": (T, lambda x: surprise(2 * np.tanh(x / 2))),
    "candidate": (T, lambda x: surprise(2 * x)),
    "cosh_error": (B_AS_TARGETS, lambda x: np.log(np.cosh(x - B)).mean(-1)),
    "bent": (B_AS_TARGETS, lambda x: bent(x - B).mean(-1)),
    "counts": (B_AS_TARGETS, lambda x: (np.exp(x) - B * x).mean(-1)),
    "wild": (B_AS_TARGETS, lambda x: 2 * np.log(1 + (x - B) ** 2 / 3).sum(-1)),
    "root_mean": ({}, lambda x: x / np.sqrt((x * x).mean(-1, keepdims=True) + np.longdouble(1e-5))),
}
"""The other inputs of each, and what it is."""


def test_there_are_twelve() -> None:
    assert len(LOSSES) == 12 and all(f'"{name}"' in FILE.read_text() for name in LOSSES)


def slopes(function: Any) -> Any:
    """The derivative by each score of what a row gives, by a step in the imaginary direction: nothing is lost."""
    found = np.zeros(X.shape, np.longdouble)
    for place in np.ndindex(X.shape):
        moved = X.astype(np.clongdouble)
        moved[place] += 1j * STEP
        found[place] = function(moved)[place[0]].imag / STEP
    return found


kernel = cache(lambda name, target: derive.load(name, target, formulas=FILE))


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("name", LOSSES)
def test_against_the_definition(name: str, target: str) -> None:
    given, loss = LOSSES[name]
    if name == "root_mean":  # a vector: its product with one
        found = kernel(name, target)(X), kernel(f"{name}_vjp", target)(X, V)
        wanted = loss(X.astype(np.clongdouble)), slopes(lambda x: (loss(x) * V).sum(-1))
    else:
        found = kernel(f"{name}_value_and_grad", target)(X, **given)
        wanted = loss(X.astype(np.clongdouble)), slopes(loss)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other.real.astype(np.float64), rtol=4e-15, atol=4e-16)


def test_against_pytorch() -> None:
    """Value and gradient of those that it has."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    F, b, t, q = torch.nn.functional, torch.tensor(B), torch.tensor(LABELS), torch.tensor(Q)
    theirs = {
        "adjusted": lambda x: F.cross_entropy(x + q.log(), t, reduction="none"),
        "candidate": lambda x: F.cross_entropy(x / 0.5, t, reduction="none"),
        "capped": lambda x: F.cross_entropy(2 * torch.tanh(x / 2), t, reduction="none"),
        "bent": lambda x: F.huber_loss(x, b, reduction="none").mean(-1),
        "counts": lambda x: F.poisson_nll_loss(x, b, reduction="none").mean(-1),
        "root_mean": lambda x: F.rms_norm(x, (4,), eps=1e-5),
    }
    for name, loss in theirs.items():
        ours, given = derive.torch.load(name, formulas=FILE), {k: torch.tensor(v) for k, v in LOSSES[name][0].items()}
        found = []
        for one in (lambda x, ours=ours, given=given: ours(x, **given), loss):
            x = torch.tensor(X, requires_grad=True)
            value = one(x)
            (value * torch.tensor(V if value.ndim > 1 else V[:, 0])).sum().backward()
            found.append((value.detach(), x.grad))
        for mine, other in zip(*found, strict=True):
            torch.testing.assert_close(mine, other, rtol=1e-13, atol=1e-15)
