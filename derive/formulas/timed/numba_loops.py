"""For Numba: loops over rows and classes, into arrays that are there."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np


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


SPELLED: dict[str, Callable[..., None]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
