"""PyTorch's compiler: functions as one compiled kernel for each shape, written into a tensor that is there."""

from __future__ import annotations

import torch

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.task import Task
from derive.formulas.timed.torch_functions import SPELLED


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    function = SPELLED.get(task.cell.kernel)
    if function is None or task.plain is None:
        return {}
    torch.set_num_threads(task.cell.threads)
    torch._dynamo.reset()
    given = [torch.from_numpy(value) for value in data.held()]
    outputs = [torch.from_numpy(array) for array in task.plain.memory(data)]
    compiled = torch.compile(function, dynamic=False, fullgraph=True)

    def run() -> None:
        with torch.inference_mode():
            compiled(*given, *outputs)

    return {"torch compile": Contestant(run, lambda _: tuple(one.numpy() for one in outputs))}
