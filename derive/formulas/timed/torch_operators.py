"""In PyTorch, one operation after the other, into tensors that are there already where it takes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F

from derive.formulas.timed.given import Given, Spelled, into

aten = torch.ops.aten


def _softmax(data: Given) -> Spelled:
    x, out, into_out = torch.from_numpy(data["x"]), data.like_input(), aten._softmax.out
    held = torch.from_numpy(out)
    return into(lambda: into_out(x, -1, False, out=held), out)


def _log_softmax(data: Given) -> Spelled:
    x, out, into_out = torch.from_numpy(data["x"]), data.like_input(), aten._log_softmax.out
    held = torch.from_numpy(out)
    return into(lambda: into_out(x, -1, False, out=held), out)


def _logsumexp(data: Given) -> Spelled:
    x, out = torch.from_numpy(data["x"]), data.like_rows()
    held = torch.from_numpy(out)
    return into(lambda: torch.logsumexp(x, -1, out=held), out)


def _softmax_vjp(data: Given) -> Spelled:
    p, g, out = torch.from_numpy(data.saved), torch.from_numpy(data["g"]), data.like_input()
    held, into_out = torch.from_numpy(out), aten._softmax_backward_data.out
    return into(lambda: into_out(g, p, -1, p.dtype, grad_input=held), out)


def _cross_entropy(data: Given) -> Spelled:
    x, t = torch.from_numpy(data["x"]), torch.from_numpy(data["t"])

    def run() -> torch.Tensor:
        with torch.inference_mode():
            return F.cross_entropy(x, t, reduction="none")

    return run, lambda loss: (loss.numpy(),)


def _cross_entropy_and_gradient(data: Given) -> Spelled:
    x, t = torch.from_numpy(data["x"]), torch.from_numpy(data["t"])
    logs, grad = torch.from_numpy(data.like_input()), torch.from_numpy(data.like_input())
    ones, weight = torch.ones(data.rows, dtype=x.dtype), torch.zeros((), dtype=x.dtype)

    def run() -> torch.Tensor:
        aten._log_softmax.out(x, -1, False, out=logs)
        loss = aten.nll_loss_forward(logs, t, None, 0, -100)[0]
        aten.nll_loss_backward.grad_input(ones, logs, t, None, 0, -100, weight, grad_input=grad)
        aten._log_softmax_backward_data.out(grad, logs, -1, x.dtype, out=grad)
        return loss

    return run, lambda loss: (np.asarray(loss), grad.numpy())


SPELLED: dict[str, Callable[[Given], Spelled]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
