"""Numba: loops over rows and classes, compiled with its fast arithmetic; rows in parallel where there are threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant, into
from derive.bench.plain import load_text, row_text
from derive.bench.task import Task
from derive.formulas.timed.numba_loops import SPELLED


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    if task.plain is None:
        return {}
    outputs = task.plain.memory(data)
    write = SPELLED.get(task.cell.kernel)
    if write is not None:
        kernel = _compiled(write, task.cell.threads > 1)
        given = [*data.held(), *outputs]
    else:
        kernel = load_text(row_text(task.plain, task.cell.dtype, task.cell.threads > 1), task.folder).kernel
        given = [*data.arrays.values(), *outputs]
    return {"numba": into(lambda: kernel(*given), *outputs)}


@cache
def _compiled(write: Callable[..., None], parallel: bool) -> Any:
    return numba.njit(parallel=parallel, fastmath=True, error_model="numpy")(write)
