"""NumPy, as one writes it who knows it; else what is made of the formula as it stands."""

from __future__ import annotations

import numpy as np

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.plain import array_text, load_text
from derive.bench.task import Task
from derive.formulas.timed.numpy_arrays import SPELLED


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    spell = SPELLED.get(task.cell.kernel)
    if spell is not None:
        return {"numpy": Contestant(*spell(data))}
    if task.plain is None:
        return {}
    kernel = load_text(array_text(task.plain), task.folder).kernel
    given = list(data.arrays.values())
    return {"numpy": Contestant(lambda: kernel(*given), _tuple)}


def _tuple(returned: object) -> tuple[np.ndarray, ...]:
    return returned if isinstance(returned, tuple) else (returned,)  # type: ignore[return-value]
