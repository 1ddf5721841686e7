"""Numba: loops over rows and classes, compiled with its fast arithmetic; rows in parallel where there are threads."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant, into
from derive.bench.plain import load_text, row_text
from derive.bench.task import Task


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    write = BY_HAND.get(task.cell.subject.name)
    if write is not None:
        vector = write not in (_logsumexp, _cross_entropy)
        outputs = [data.like_rows()] if not vector or write is _cross_entropy_and_gradient else []
        outputs += [data.like_input()] if vector else []
        kernel = _compiled(write, task.cell.threads > 1)
        first = data.saved if task.cell.subject.saved else data["x"]
        given = [first, *(value for name, value in data.arrays.items() if name != "x"), *outputs]
    elif task.plain is not None:
        outputs = [data.like_input() if axes else data.like_rows() for axes, _ in task.plain.results]
        kernel = load_text(row_text(task.plain, task.cell.dtype, task.cell.threads > 1), task.folder).kernel
        given = [*data.arrays.values(), *outputs]
    else:
        return {}
    return {"numba": into(lambda: kernel(*given), *outputs)}


@cache
def _compiled(write: Callable[..., None], parallel: bool) -> Any:
    return numba.njit(parallel=parallel, fastmath=True, error_model="numpy")(write)


def _softmax(x: Any, out: Any) -> None:
    for r in numba.prange(x.shape[0]):
        top = x[r, 0]
        for k in range(x.shape[1]):
            top = max(top, x[r, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            e = math.exp(x[r, k] - top)
            out[r, k] = e
            total += e
        scale = 1 / total
        for k in range(x.shape[1]):
            out[r, k] *= scale


def _log_softmax(x: Any, out: Any) -> None:
    for r in numba.prange(x.shape[0]):
        top = x[r, 0]
        for k in range(x.shape[1]):
            top = max(top, x[r, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += math.exp(x[r, k] - top)
        shift = top + math.log(total)
        for k in range(x.shape[1]):
            out[r, k] = x[r, k] - shift


def _logsumexp(x: Any, out: Any) -> None:
    for r in numba.prange(x.shape[0]):
        top = x[r, 0]
        for k in range(x.shape[1]):
            top = max(top, x[r, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += math.exp(x[r, k] - top)
        out[r] = top + math.log(total)


def _softmax_vjp(p: Any, g: Any, out: Any) -> None:
    for r in numba.prange(p.shape[0]):
        total = p.dtype.type(0)
        for k in range(p.shape[1]):
            total += p[r, k] * g[r, k]
        for k in range(p.shape[1]):
            out[r, k] = p[r, k] * (g[r, k] - total)


def _cross_entropy(x: Any, t: Any, out: Any) -> None:
    for r in numba.prange(x.shape[0]):
        top = x[r, 0]
        for k in range(x.shape[1]):
            top = max(top, x[r, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += math.exp(x[r, k] - top)
        out[r] = math.log(total) - (x[r, t[r]] - top)


def _cross_entropy_and_gradient(x: Any, t: Any, out: Any, grad: Any) -> None:
    for r in numba.prange(x.shape[0]):
        top = x[r, 0]
        for k in range(x.shape[1]):
            top = max(top, x[r, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            e = math.exp(x[r, k] - top)
            grad[r, k] = e
            total += e
        out[r] = math.log(total) - (x[r, t[r]] - top)
        scale = 1 / total
        for k in range(x.shape[1]):
            grad[r, k] *= scale
        grad[r, t[r]] -= np.float32(1)


BY_HAND: dict[str, Callable[..., None]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
