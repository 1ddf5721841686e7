"""A kernel as a call back to Python, for machines on which nothing can be compiled for JAX."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from derive.jax.foreign import results
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described


def called_back(about: Described, kernel: Callable[..., Any]) -> Callable[..., Sequence[jax.Array]]:
    """A kernel as a function of arrays whose classes are the last axis, as :func:`derive.jax.foreign.foreign` is."""

    def called(*arrays: Any) -> Sequence[jax.Array]:
        found: Sequence[jax.Array] = jax.pure_callback(
            lambda *given: _answer(about, kernel, list(map(np.asarray, given))), results(about, arrays), *arrays
        )
        return found

    return called


def _answer(about: Described, kernel: Callable[..., Any], arrays: list[Any]) -> list[Any]:
    """Group by group of rows that share what lacks their last axes: a parameter, a vector for all rows."""
    kinds = [what.kind for what in about.inputs]
    head = arrays[kinds.index(VECTOR)]
    lead = min(array.ndim - (kind == VECTOR) for kind, array in zip(kinds, arrays, strict=True))
    many = math.prod(head.shape[:lead])
    groups = [array.reshape((many, *array.shape[lead:])) for array in arrays]
    made: list[list[Any]] = [[] for _ in about.outputs]
    for place in range(many):
        given = {what.name: _given(what.kind, group[place]) for what, group in zip(about.inputs, groups, strict=True)}
        found = kernel(**given)
        for kept, one in zip(made, found if isinstance(found, tuple) else (found,), strict=True):
            kept.append(one)
    return [
        np.array(parts, head.dtype).reshape(struct.shape)
        for parts, struct in zip(made, results(about, arrays), strict=True)
    ]


def _given(kind: str, value: Any) -> Any:
    return float(value) if kind == PARAMETER else value.astype(np.int64) if kind == LABEL else value
