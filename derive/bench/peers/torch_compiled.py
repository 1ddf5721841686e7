"""PyTorch's compiler: the same functions as one compiled kernel for each shape, written into a tensor that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.task import Task


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    function = FUNCTIONS.get(task.cell.subject.name)
    if function is None:
        return {}
    torch.set_num_threads(task.cell.threads)
    torch._dynamo.reset()
    held = {"x": data.saved} if task.cell.subject.saved else {}
    given = [torch.from_numpy(value) for value in ({**data.arrays} | held).values()]
    outputs = [torch.from_numpy(data.like_rows()) for _ in range(function in SCALAR)]
    outputs += [torch.from_numpy(data.like_input()) for _ in range(function in VECTOR)]
    compiled = torch.compile(function, dynamic=False, fullgraph=True)

    def run() -> None:
        with torch.inference_mode():
            compiled(*given, *outputs)

    return {"torch compile": Contestant(run, lambda _: tuple(one.numpy() for one in outputs))}


def _softmax(x: Any, out: Any) -> None:
    out.copy_(torch.softmax(x, -1))


def _log_softmax(x: Any, out: Any) -> None:
    out.copy_(torch.log_softmax(x, -1))


def _logsumexp(x: Any, out: Any) -> None:
    out.copy_(torch.logsumexp(x, -1))


def _softmax_vjp(p: Any, g: Any, out: Any) -> None:
    out.copy_(p * (g - (p * g).sum(-1, keepdim=True)))


def _cross_entropy(x: Any, t: Any, out: Any) -> None:
    out.copy_(F.cross_entropy(x, t, reduction="none"))


def _cross_entropy_and_gradient(x: Any, t: Any, out: Any, grad: Any) -> None:
    top = x.amax(-1, keepdim=True)
    e = torch.exp(x - top)
    total = e.sum(-1, keepdim=True)
    right = torch.arange(x.shape[1])[None, :] == t[:, None]
    grad.copy_(e / total - right.to(x.dtype))
    out.copy_((total.log() + top - x.gather(1, t[:, None]))[:, 0])


FUNCTIONS: dict[str, Callable[..., None]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
SCALAR = (_logsumexp, _cross_entropy, _cross_entropy_and_gradient)
VECTOR = (_softmax, _log_softmax, _softmax_vjp, _cross_entropy_and_gradient)
