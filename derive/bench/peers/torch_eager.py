"""PyTorch, one operation after the other."""

from __future__ import annotations

import torch

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.task import Task
from derive.formulas.timed.torch_operators import SPELLED


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    spell = SPELLED.get(task.cell.kernel)
    if spell is None:
        return {}
    torch.set_num_threads(task.cell.threads)
    return {"torch": Contestant(*spell(data))}
