"""Softmax in two passes without a maximum, as XNNPACK has it, written plainly in C."""

from __future__ import annotations

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant, into
from derive.bench.records import TAGS
from derive.bench.task import Task


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    native, cell = task.native, task.cell
    if cell.subject.name != "softmax" or native is None or (cell.threads > 1 and not native.has_threads):
        return {}
    function = native.function(f"two_pass_{TAGS[cell.dtype]}")
    x, out = data["x"], data.like_input()
    given = (cell.rows, cell.classes, x.ctypes.data, out.ctypes.data, cell.threads)
    return {"two-pass": into(lambda: function(*given), out)}
