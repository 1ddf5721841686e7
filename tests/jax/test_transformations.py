"""Formulas of JAX arrays under its transformations, beside the same written in JAX."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

import derive
from derive.errors import DeriveError


def test_without_jax_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "jax" else find(name, *more))
    with pytest.raises(DeriveError, match=r"^JAX is not installed, and derive\.jax needs it: .*jax.*$"):
        derive.jax.load("softmax")


jax = pytest.importorskip("jax", reason="JAX is not installed")
import jax.numpy as jnp  # noqa: E402

X = jnp.asarray(np.random.default_rng(2).normal(0, 3, (6, 9)).astype(np.float32))
T = jnp.arange(6)


def nll(x: Any, t: Any) -> Any:
    return -jnp.take_along_axis(jax.nn.log_softmax(x), t[..., None], -1)[..., 0]


def close(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-6)


def test_a_loss_its_gradient_and_both_compiled() -> None:
    loss = derive.jax.load("cross_entropy_label")
    close(loss(X, T), nll(X, T))
    close(jax.jit(loss)(X, T), nll(X, T))
    slope, wanted = (jax.grad(lambda x, f=f: (f(x, T) * (1 + T)).sum()) for f in (loss, nll))
    close(slope(X), wanted(X))
    close(jax.jit(slope)(X), wanted(X))


def test_vmap_over_rows_labels_and_a_parameter() -> None:
    loss, cooled = derive.jax.load("cross_entropy_label"), derive.jax.load("tempered_softmax")
    close(jax.vmap(loss)(X, T), nll(X, T))
    close(jax.vmap(jax.grad(loss))(X, T), jax.vmap(jax.grad(nll))(X, T))
    heats = jnp.asarray([0.5, 1.0, 2.0], jnp.float32)
    close(jax.vmap(lambda heat: cooled(X, T=heat))(heats), jax.nn.softmax(X / heats[:, None, None], -1))


def test_a_vector_formula_by_its_scores_and_by_a_parameter() -> None:
    cooled = derive.jax.load("tempered_softmax")
    weigh = jnp.arange(9.0, dtype=jnp.float32)
    ours, theirs = (
        jax.grad(lambda x, heat, f=f: (f(x, heat) @ weigh).sum(), argnums=(0, 1))(X, jnp.float32(1.5))
        for f in (lambda x, heat: cooled(x, T=heat), lambda x, heat: jax.nn.softmax(x / heat, -1))
    )
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-5)


def test_another_class_axis_and_one_vector_for_all_rows() -> None:
    loss = derive.jax.load("cross_entropy")
    shares = jnp.full(9, 1 / 9, jnp.float32)
    wanted = -(jax.nn.log_softmax(X) * shares).sum(-1)
    close(loss(X, shares), wanted)
    close(loss(X.T, shares, axis=0), wanted)
    close(
        jax.grad(lambda x: loss(x.T, shares, axis=0).sum())(X),
        jax.grad(lambda x: -(jax.nn.log_softmax(x) * shares).sum())(X),
    )


def test_what_cannot_be_is_said_in_one_line() -> None:
    loss = derive.jax.load("cross_entropy")
    shares = jnp.full((6, 9), 1 / 9, jnp.float32)
    with pytest.raises(
        NotImplementedError, match=r"a gradient by y is asked for, .* give jax\.lax\.stop_gradient\(y\)"
    ):
        jax.grad(lambda y: loss(X, y).sum())(shares)
    with pytest.raises(ValueError, match=r"y has shape \(3, 9\), not \(6, 9\)"):
        loss(X, shares[:3])
    with pytest.raises(TypeError, match="x has dtype int32: vectors are float32 or float64"):
        loss(T[None, :], T[None, :])
    with pytest.raises(DeriveError, match="softmax_vjp is a kernel of softmax: load 'softmax'"):
        derive.jax.load("softmax_vjp")
