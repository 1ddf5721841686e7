"""In PyTorch, to be compiled: functions of tensors, written into a tensor that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F


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


SPELLED: dict[str, Callable[..., None]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "softmax_vjp": _softmax_vjp,
    "cross_entropy_label": _cross_entropy,
    "cross_entropy_label_value_and_grad": _cross_entropy_and_gradient,
}
