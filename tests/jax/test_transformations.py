"""Formulas of JAX arrays under its transformations, beside the same written in JAX."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
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
    axes = Path(__file__).parents[2] / "examples" / "axes.py"
    with pytest.raises(DeriveError, match="attention names its axes: only formulas of one row .*derive.load takes it"):
        derive.jax.load("attention", formulas=axes)


# --- twice, forward and backward ------------------------------------------------------------------------------------


def test_a_loss_is_differentiated_twice_in_every_order() -> None:
    loss = derive.jax.load("cross_entropy_label")
    u, v = (jnp.asarray(np.random.default_rng(k).normal(size=X.shape), jnp.float32) for k in (3, 4))
    ours, theirs = ((lambda x, f=f: (f(x, T) * (1 + T)).sum()) for f in (loss, nll))
    ways = {
        "grad of grad": lambda f: jax.grad(lambda x: (jax.grad(f)(x) * v).sum())(X),
        "forward over reverse": lambda f: jax.jvp(jax.grad(f), (X,), (v,))[1],
        "reverse over forward": lambda f: jax.grad(lambda x: jax.jvp(f, (x,), (v,))[1])(X),
        "forward": lambda f: jax.jvp(f, (X,), (v,))[1],
        "forward twice": lambda f: jax.jvp(lambda x: jax.jvp(f, (x,), (v,))[1], (X,), (u,))[1],
        "linearised": lambda f: jax.linearize(f, X)[1](v),
    }
    for one, other in zip(
        *(jax.jit(lambda f=f: [way(f) for way in ways.values()])() for f in (ours, theirs)), strict=True
    ):
        close(one, other)
    for rows in (jax.hessian, lambda f: jax.jacrev(jax.jacrev(f))):
        close(*(jax.jit(jax.vmap(rows(f)))(X, T) for f in (loss, nll)))
    close(ways["grad of grad"](ours), ways["grad of grad"](theirs))  # not compiled as a whole


def test_a_vector_formula_forward_backward_and_twice() -> None:
    softmax, weigh = derive.jax.load("softmax"), jnp.arange(9.0, dtype=jnp.float32)
    v = jnp.asarray(np.random.default_rng(5).normal(size=X.shape), jnp.float32)
    ways = (
        lambda f: jax.vmap(jax.jacfwd(f))(X),
        lambda f: jax.vmap(jax.jacrev(f))(X),
        lambda f: jax.grad(lambda x: ((jax.grad(lambda y: (f(y) @ weigh).sum())(x)) * v).sum())(X),
        lambda f: jax.grad(lambda x: (jax.jvp(f, (x,), (v,))[1] @ weigh).sum())(X),
        lambda f: jax.vmap(jax.hessian(lambda x: (f(x) * weigh).sum()))(X),
        lambda f: jax.grad(lambda g: (jax.vjp(f, X)[1](g)[0] * v).sum())(X),
    )
    for one, other in zip(
        *(jax.jit(lambda f=f: [way(f) for way in ways])() for f in (softmax, jax.nn.softmax)), strict=True
    ):
        close(one, other)


def test_batches_of_batches_with_parameters_and_a_vector_for_all_rows() -> None:
    cooled, loss = derive.jax.load("tempered_softmax"), derive.jax.load("cross_entropy")
    heats = jnp.asarray([[0.5, 1.0, 1.0], [2.0, 3.0, 4.0]], jnp.float32)
    grid = jax.vmap(jax.vmap(lambda heat: cooled(X, T=heat)))
    close(grid(heats), jax.nn.softmax(X / heats[..., None, None], -1))
    slopes = jax.grad(lambda heats: (grid(heats) ** 2).sum())(heats)
    plain = jax.grad(lambda heats: (jax.nn.softmax(X / heats[..., None, None], -1) ** 2).sum())(heats)
    np.testing.assert_allclose(slopes, plain, rtol=2e-4, atol=2e-5)
    shares = jnp.asarray(np.random.default_rng(6).dirichlet(np.ones(9), 4), jnp.float32)
    close(
        jax.vmap(lambda y: loss(X, y))(shares),
        -(jax.nn.log_softmax(X)[None] * shares[:, None]).sum(-1),
    )
    assert cooled(X[:0], T=1.5).shape == (0, 9)


def test_a_loss_by_several_of_its_inputs(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SEVERAL, encoding="utf-8")
    spread = derive.jax.load("spread", formulas=file)
    y = X[::-1] / 3

    def plain(x: Any, y: Any, heat: Any) -> Any:
        return heat * jax.nn.logsumexp((x - y) / heat, -1) + (y**2).sum(-1)

    for way in (
        lambda f: jax.grad(lambda x, y, heat: f(x, y, heat).sum(), (0, 1, 2))(X, y, jnp.float32(1.5)),
        lambda f: jax.jvp(lambda x, heat: f(x, y, heat), (X, jnp.float32(1.5)), (y, jnp.float32(2)))[1],
        lambda f: jax.grad(lambda x: (jax.grad(lambda x: f(x, y, 1.5).sum())(x) * y).sum())(X),
        lambda f: jax.vmap(jax.hessian(lambda x, y: f(x, y, 1.5)))(X, y),
    ):
        ours, theirs = (jax.tree.leaves(way(f)) for f in (lambda x, y, heat: spread(x, y, c=heat), plain))
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-5)
    with pytest.raises(NotImplementedError, match="^spread: the second derivative by x alone "):
        jax.grad(lambda y: (jax.grad(lambda x: spread(x, y).sum())(X) * X).sum())(y)


SEVERAL = """
from derive.language import Formula, Sum, exp, indices, log, parameter, vector

k, j = indices("k j")
x, y, c = vector("x"), vector("y"), parameter("c", default=1.5, domain="positive")
spread = Formula("spread", c * log(Sum(exp((x[k] - y[k]) / c), k)) + Sum(y[j] ** 2, j), wrt=(x, y, c))
"""


def test_what_is_not_derived_is_refused_in_one_line() -> None:
    loss, cooled = derive.jax.load("cross_entropy_label"), derive.jax.load("tempered_softmax")
    once = jax.grad(lambda x: loss(x, T).sum())
    twice = jax.grad(lambda x: (once(x) * X).sum())
    with pytest.raises(NotImplementedError, match="^cross_entropy_label: third derivatives are not derived: "):
        jax.grad(lambda x: (twice(x) * X).sum())(X)
    with pytest.raises(NotImplementedError, match="^tempered_softmax: the derivative by T goes backward alone"):
        jax.jvp(lambda heat: cooled(X, T=heat), (jnp.float32(2),), (jnp.float32(1),))
    slope = jax.grad(lambda x, heat: (cooled(x, T=heat) ** 2).sum())
    with pytest.raises(NotImplementedError, match="^tempered_softmax: the second derivative by x alone "):
        jax.grad(lambda heat: (slope(X, heat) * X).sum())(jnp.float32(2))


def test_what_a_kernel_refuses_is_said_by_name() -> None:
    loss = derive.jax.load("cross_entropy_label")
    with pytest.raises(Exception, match="cross_entropy_label: a label names no class"):
        jax.block_until_ready(loss(X, T + 5))
    with pytest.raises(Exception, match="tempered_softmax: a parameter is outside its domain"):
        jax.block_until_ready(jax.jit(lambda x: derive.jax.load("tempered_softmax")(x, T=-1.0))(X))


# --- how it is called -------------------------------------------------------------------------------------------------


def test_compiled_code_calls_the_kernel_and_not_python() -> None:
    loss = derive.jax.load("cross_entropy_label")
    text = jax.jit(jax.grad(lambda x: loss(x, T).sum())).lower(X).as_text()
    assert "derive_kernel" in text and "callback" not in text


@pytest.mark.parametrize("missing", ["headers", "compiler"])
def test_without_what_it_takes_python_is_called_back_and_the_reason_is_said(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derive.jax import foreign, kernels, traced
    from derive.loading import loader

    if missing == "headers":
        monkeypatch.setattr(jax.ffi, "include_dir", lambda: str(tmp_path))
    else:
        monkeypatch.setenv("CC", "no-such-compiler")
    monkeypatch.setattr(traced, "_MADE", {})
    for one in (foreign._handler, kernels._warn, loader._compiled):
        one.cache_clear()
    try:
        loss, cooled = derive.jax.load("cross_entropy_label"), derive.jax.load("tempered_softmax")
        said = "derive.jax calls back to Python for each kernel: .*(brought no headers to|names no program)"
        with pytest.warns(RuntimeWarning, match=said):
            close(loss(X, T), nll(X, T))
        close(jax.jit(jax.vmap(jax.grad(loss)))(X, T), jax.vmap(jax.grad(nll))(X, T))
        close(jax.vmap(jax.hessian(loss))(X, T), jax.vmap(jax.hessian(nll))(X, T))
        heats = jnp.asarray([0.5, 2.0], jnp.float32)
        close(jax.vmap(lambda heat: cooled(X, T=heat))(heats), jax.nn.softmax(X / heats[:, None, None], -1))
        assert cooled(X[:0]).shape == (0, 9)
    finally:
        for one in (foreign._handler, kernels._warn, loader._compiled):
            one.cache_clear()


SHARDED = """
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
import derive

assert len(jax.devices()) == 2
mesh = Mesh(np.array(jax.devices()), ("rows",))
x = jnp.asarray(np.random.default_rng(1).normal(size=(8, 5)), jnp.float32)
t = jnp.arange(8) % 5
loss, cooled = derive.jax.load("cross_entropy_label"), derive.jax.load("tempered_softmax")
def both(x, t): return jax.value_and_grad(lambda x: loss(x, t).sum())(x)
here = both(x, t)
rows = NamedSharding(mesh, P("rows"))
across = jax.jit(lambda x, t: (jax.grad(lambda x: loss(x, t).sum())(x), cooled(x, T=2.0)))
x2, t2 = jax.device_put(x, rows), jax.device_put(t, rows)
text = across.lower(x2, t2).compile().as_text()
assert "f32[4,5]" in text and "all-gather" not in text and "all-reduce" not in text, text
grad, shares = across(x2, t2)
assert grad.sharding.is_equivalent_to(NamedSharding(mesh, P("rows", None)), 2), grad.sharding
np.testing.assert_array_equal(grad, here[1])
np.testing.assert_allclose(shares, jax.nn.softmax(x / 2), rtol=1e-5)
for one, other in zip(jax.jit(both)(x2, t2), here): np.testing.assert_allclose(one, other, rtol=1e-6)
classes = jax.device_put(x[:, :4], NamedSharding(mesh, P(None, "rows")))  # brought together for the call
np.testing.assert_allclose(jax.jit(cooled)(classes), jax.nn.softmax(x[:, :4]), rtol=1e-5)
mapped = jax.shard_map(loss, mesh=mesh, in_specs=(P("rows"), P("rows")), out_specs=P("rows"), check_vma=False)
np.testing.assert_allclose(mapped(x2, t2).sum(), here[0], rtol=1e-6)
print("the same on two devices")
"""


def test_rows_are_sharded_over_devices() -> None:
    two = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", SHARDED], env=two, capture_output=True, text=True, check=False)
    assert done.stdout == "the same on two devices\n", done.stdout + done.stderr[-3000:]


def test_double_precision_where_it_is_switched_on() -> None:
    loss = derive.jax.load("cross_entropy_label")
    with jax.enable_x64(True):
        x, t = jnp.asarray(np.asarray(X, np.float64)), jnp.asarray(np.arange(6), jnp.int64)
        assert loss(x, t).dtype == jnp.float64
        np.testing.assert_allclose(
            jax.grad(lambda x: loss(x, t).sum())(x), jax.grad(lambda x: nll(x, t).sum())(x), 1e-12
        )
        with pytest.raises(Exception, match="a label names no class"):
            jax.block_until_ready(loss(x, t + 2**32))
