"""JAX, compiled by XLA; the memory of one call's results is given to the next (donated)."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.plain import array_text, load_text
from derive.bench.task import Task
from derive.formulas.timed.jax_functions import SPELLED


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    jax.config.update("jax_enable_x64", True)
    function = SPELLED.get(task.cell.kernel)
    if function is None:
        if task.plain is None:
            return {}
        function = load_text(array_text(task.plain, "jax.numpy"), task.folder).kernel
    given = [_placed(value) for value in data.held()]
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
