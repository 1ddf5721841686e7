"""JAX, compiled by XLA; the memory of one call's results is given to the next (donated)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.plain import array_text, load_text
from derive.bench.task import Task


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    jax.config.update("jax_enable_x64", True)
    function = FUNCTIONS.get(task.cell.subject.name)
    if function is None:
        if task.plain is None:
            return {}
        function = load_text(array_text(task.plain, "jax.numpy"), task.folder).kernel
    held = {"x": data.saved} if task.cell.subject.saved else {}
    given = [_placed(value) for value in ({**data.arrays} | held).values()]
    compiled = jax.jit(lambda spare, *given: function(*given), donate_argnums=0, keep_unused=True)
    last = jax.block_until_ready(jax.jit(lambda *given: function(*given))(*given))

    def run() -> Any:
        nonlocal last
        last = jax.block_until_ready(compiled(last, *given))
        return last

    return {"jax": Contestant(run, _arrays)}


def _placed(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return jnp.asarray(value.astype(np.int32) if value.dtype == np.int64 else value)


def _arrays(returned: Any) -> tuple[Any, ...]:
    return tuple(np.array(one) for one in (returned if isinstance(returned, tuple) else (returned,)))


def _softmax_vjp(p: Any, g: Any) -> Any:
    return p * (g - jnp.sum(p * g, -1, keepdims=True))


def _cross_entropy(x: Any, t: Any) -> Any:
    return jax.nn.logsumexp(x, -1) - jnp.take_along_axis(x, t[:, None], 1)[:, 0]


def _cross_entropy_and_gradient(x: Any, t: Any) -> Any:
    top = jnp.max(x, -1, keepdims=True)
    e = jnp.exp(x - top)
    total = jnp.sum(e, -1, keepdims=True)
    value = (jnp.log(total) + top - jnp.take_along_axis(x, t[:, None], 1))[:, 0]
    return value, e / total - (jnp.arange(x.shape[1])[None, :] == t[:, None])


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "softmax": lambda x: jax.nn.softmax(x, -1),
    "log_softmax": lambda x: jax.nn.log_softmax(x, -1),
    "logsumexp": lambda x: jax.nn.logsumexp(x, -1),
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
