"""In NumPy, as one writes it who knows it: whole arrays, every step into memory that is there already."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derive.formulas.timed.given import Given, Spelled, into


def _softmax(data: Given) -> Spelled:
    x, out = data["x"], data.like_input()
    top, total = data.like_rows()[:, None], data.like_rows()[:, None]

    def run() -> None:
        np.max(x, axis=-1, keepdims=True, out=top)
        np.subtract(x, top, out=out)
        np.exp(out, out=out)
        np.sum(out, axis=-1, keepdims=True, out=total)
        np.divide(out, total, out=out)

    return into(run, out)


def _log_softmax(data: Given) -> Spelled:
    x, out, e = data["x"], data.like_input(), data.like_input()
    top, total = data.like_rows()[:, None], data.like_rows()[:, None]

    def run() -> None:
        np.max(x, axis=-1, keepdims=True, out=top)
        np.subtract(x, top, out=out)
        np.exp(out, out=e)
        np.sum(e, axis=-1, keepdims=True, out=total)
        np.log(total, out=total)
        np.subtract(out, total, out=out)

    return into(run, out)


def _logsumexp(data: Given) -> Spelled:
    x, e, out = data["x"], data.like_input(), data.like_rows()
    top, total = data.like_rows()[:, None], out[:, None]

    def run() -> None:
        np.max(x, axis=-1, keepdims=True, out=top)
        np.subtract(x, top, out=e)
        np.exp(e, out=e)
        np.sum(e, axis=-1, keepdims=True, out=total)
        np.log(total, out=total)
        np.add(total, top, out=total)

    return into(run, out)


def _softmax_vjp(data: Given) -> Spelled:
    p, g, out, total = data.saved, data["g"], data.like_input(), data.like_rows()

    def run() -> None:
        np.einsum("ij,ij->i", p, g, out=total)
        np.subtract(g, total[:, None], out=out)
        np.multiply(out, p, out=out)

    return into(run, out)


def _cross_entropy(data: Given) -> Spelled:
    x, t, e, out = data["x"], data["t"], data.like_input(), data.like_rows()
    top, total, rows = data.like_rows()[:, None], out[:, None], np.arange(data.rows)

    def run() -> None:
        np.max(x, axis=-1, keepdims=True, out=top)
        np.subtract(x, top, out=e)
        at_label = e[rows, t]
        np.exp(e, out=e)
        np.sum(e, axis=-1, keepdims=True, out=total)
        np.log(total, out=total)
        np.subtract(out, at_label, out=out)

    return into(run, out)


def _cross_entropy_and_gradient(data: Given) -> Spelled:
    x, t, grad, out = data["x"], data["t"], data.like_input(), data.like_rows()
    top, total, rows = data.like_rows()[:, None], data.like_rows()[:, None], np.arange(data.rows)

    def run() -> None:
        np.max(x, axis=-1, keepdims=True, out=top)
        np.subtract(x, top, out=grad)
        at_label = grad[rows, t]
        np.exp(grad, out=grad)
        np.sum(grad, axis=-1, keepdims=True, out=total)
        np.divide(grad, total, out=grad)
        grad[rows, t] -= 1
        np.log(total, out=total)
        np.subtract(total[:, 0], at_label, out=out)

    return into(run, out, grad)


SPELLED: dict[str, Callable[[Given], Spelled]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
