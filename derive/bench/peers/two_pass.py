"""Two passes over memory without a maximum, as XNNPACK has it, written plainly in C."""

from __future__ import annotations

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant, into
from derive.bench.records import TAGS
from derive.bench.task import Task
from derive.formulas.timed.c_programs import SPELLED


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    native, cell, name = task.native, task.cell, SPELLED.get(task.cell.kernel)
    if name is None or native is None or (cell.threads > 1 and not native.has_threads):
        return {}
    function = native.function(f"{name}_{TAGS[cell.dtype]}")
    x, out = data["x"], data.like_input()
    given = (cell.rows, cell.classes, x.ctypes.data, out.ctypes.data, cell.threads)
    return {"two-pass": into(lambda: function(*given), out)}
