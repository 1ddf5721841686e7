"""One of several processes that share out the classes: losses and layers, held to those of all classes together.

python processes.py PLACE OF FILE
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

import derive

ROOT = Path(__file__).parent
CLASSES, ROWS = 13, 7
SLICES = {1: [13], 2: [5, 8], 3: [6, 0, 7], 4: [1, 9, 1, 2]}
"""Of so many processes the classes of each: never alike, and once none."""
calls = 0


def counted(gather: Any) -> Any:
    def count(*args: Any, **kwargs: Any) -> Any:
        global calls
        calls += 1
        return gather(*args, **kwargs)

    return count


def data(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    dice = torch.Generator().manual_seed(5)
    scores = torch.randn(ROWS, CLASSES, generator=dice, dtype=torch.float64) * 4
    scores[1] += 1000
    scores[2, :5] = -torch.inf  # the slice of the first of two, whole
    scores[3] = 2.5
    return (
        scores.to(dtype),
        torch.tensor([0, 4, 5, 12, 7, -100, 1]),
        torch.rand(CLASSES, generator=dice).to(dtype) + 0.5,
    )


def both(loss: Any, scores: torch.Tensor, axis: int = -1) -> tuple[torch.Tensor, torch.Tensor]:
    x = scores.clone().requires_grad_()
    value = loss(x)
    (value * torch.arange(1.0, 1 + value.numel(), dtype=value.dtype).reshape(value.shape)).sum().backward()
    return value.detach(), x.grad


def nll(x: torch.Tensor, t: torch.Tensor, **options: Any) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(x, t, **{"reduction": "none"} | options)


def z_loss(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return nll(x, t) + 1e-4 * torch.logsumexp(x, -1) ** 2


def slanted(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    return nll(x, t) + 0.5 * (1 - torch.softmax(x, -1).gather(-1, t[:, None])[:, 0])


LOSSES = (
    ("cross_entropy_label", None, nll, {}, 1),
    ("cross_entropy_label", None, nll, {"reduction": "mean"}, 1),
    ("cross_entropy_label", None, nll, {"label_smoothing": 0.1, "reduction": "mean"}, 2),
    ("cross_entropy_label", None, nll, {"weight": None, "reduction": "sum"}, 1),
    ("cross_entropy_label", None, nll, {"weight": None, "reduction": "mean"}, 2),
    ("z_loss", None, z_loss, {}, 1),
    ("slanted", str(ROOT / "formulas.py"), slanted, {}, 1),
)
"""A formula, its file, the same in plain PyTorch, options, and how often it gathers."""


def check_loss(
    name: str, file: str | None, plain: Any, given: dict[str, Any], rounds: int, mine: slice, dtype: torch.dtype
) -> None:
    """Value and gradient of the slice are those of the whole; the value has the same bits in all processes."""
    global calls
    sharded = derive.torch.load_sharded(name, mine.stop - mine.start, formulas=file)
    scores, labels, weight = data(dtype)
    options = {**given, "ignore_index": -100} if given else {}
    whole = {**options, **({"weight": weight} if "weight" in given else {})}
    part = {**options, **({"weight": weight[mine]} if "weight" in given else {})}
    t = labels if given else labels.clamp(min=0)
    x = scores.nan_to_num(neginf=-9.0) if given.get("label_smoothing") else scores
    calls = 0
    value, grad = both(lambda x: sharded(x, t, **part), x[:, mine])
    assert calls == rounds, (name, given, calls)
    wanted, slope = both(lambda x: plain(x, t, **whole), x)
    close(value, wanted)
    close(grad, slope[:, mine])
    every = [torch.empty_like(value) for _ in range(dist.get_world_size())]
    dist.all_gather(every, value)
    assert all(torch.equal(one, value) for one in every)


def check_layer(mine: slice, dtype: torch.dtype) -> None:
    """A formula of one number a class, which comes back in a round of its own."""
    layer = derive.torch.load_sharded("softmax", mine.stop - mine.start)
    scores, factor = data(dtype)[0], torch.arange(1.0, 1 + CLASSES, dtype=dtype)
    value, grad = both(lambda x: layer(x) @ factor[mine], scores[:, mine])
    wanted, slope = both(lambda x: torch.softmax(x, -1) @ factor, scores)
    dist.all_reduce(value)
    close(value, wanted)
    close(grad, slope[:, mine])


def close(one: torch.Tensor, other: torch.Tensor) -> None:
    units = 64 * torch.finfo(one.dtype).eps
    torch.testing.assert_close(one, other, rtol=units, atol=units)


def compare(place: int, many: int) -> None:
    begin = sum(SLICES[many][:place])
    mine = slice(begin, begin + SLICES[many][place])
    for dtype in (torch.float32, torch.float64):
        for loss in LOSSES if dtype == torch.float64 else LOSSES[:1]:
            check_loss(*loss, mine, dtype)
        check_layer(mine, dtype)


def refusals(place: int, many: int) -> None:
    here = SLICES[many][place]
    scores, labels, _ = data(torch.float64)
    begin = sum(SLICES[many][:place])
    x = scores[:, begin : begin + here]
    loss = derive.torch.load_sharded("cross_entropy_label", here)
    words = "t holds the label 13 (row 0), but labels go from 0 to 12"
    told(IndexError, words, lambda: loss(x, torch.full((ROWS,), 13)))
    told(IndexError, "the label -1", lambda: loss(x, torch.full((ROWS,), -1)))
    told(ValueError, f"has {here} classes, but was given {here + 1}", lambda: loss(torch.zeros(ROWS, here + 1), labels))
    shares = torch.full((ROWS, here), 0.5)
    if place == 0:
        shares[0, 0] = -1
    kind = "y holds -1" if place == 0 else "process 0 was given values outside a domain"
    soft = derive.torch.load_sharded("cross_entropy", here)
    told(ValueError, kind, lambda: soft(torch.zeros(ROWS, here), shares))
    half = loss(x.bfloat16(), labels.clamp(min=0))
    assert half.dtype == torch.bfloat16
    told(NotImplementedError, "first derivatives alone", lambda: twice(loss, x, labels.clamp(min=0)))


def twice(loss: Any, x: torch.Tensor, t: torch.Tensor) -> None:
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(x, t).sum(), x, create_graph=True)
    slope.sum().backward()


def told(kind: type[Exception], words: str, call: Any) -> None:
    try:
        call()
    except kind as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"nothing was said of: {words}")


if __name__ == "__main__":
    number, count, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{file}", rank=number, world_size=count)
    dist.all_gather, dist.all_reduce = counted(dist.all_gather), counted(dist.all_reduce)
    compare(number, count)
    refusals(number, count)
    dist.destroy_process_group()
    print("right")
