"""The process of one library: it makes ready what takes part in a cell, and times it when it is told to.

Its functions are called from :mod:`derive.bench.contest` through a pipe; what it holds between two calls is one cell.
"""

from __future__ import annotations

import importlib
import os
import statistics
import warnings
from dataclasses import dataclass, replace

import numpy as np

from derive.bench.clock import estimate, samples
from derive.bench.data import Array, Data, disagreement, make_data, sampled
from derive.bench.peers.contestant import Contestant
from derive.bench.task import Task


@dataclass(frozen=True)
class Ready:
    """Who takes part in a cell.

    seconds:   of each that may be timed roughly the time of one call.
    notes:     what is to be said of each, those among them that are left out.
    reference: some rows of what the first of them gave, where no other reference is known.
    """

    seconds: dict[str, float]
    notes: dict[str, str]
    reference: tuple[Array, ...] | None = None


_here: dict[str, tuple[Contestant, float]] = {}


def prepare(order: tuple[str, Task]) -> Ready:
    """Make a module's contestants ready for a cell; the one before is forgotten.

    Each runs, and its results are compared with the reference: one that differs is not timed.
    """
    module, task = order
    _be_quiet()
    _here.clear()
    cell = task.cell
    data = make_data(task.inputs, cell.rows, cell.classes, cell.dtype, cell.threads)
    if task.subject.saved:
        data.saved = _saved(task, data)
    ready = Ready({}, {}, task.reference)
    try:
        found = importlib.import_module(f"derive.bench.peers.{module}").contestants(task, data)
    except Exception as error:  # whatever a library meets
        return replace(ready, notes={"": _told(error)})
    for name, contestant in found.items():
        ready = _tried(ready, name, contestant, cell.dtype)
    return ready


def measure(order: tuple[str, float]) -> float:
    """The median of the samples of one contestant over so many nanoseconds, in seconds for one call."""
    name, nanoseconds = order
    contestant, once = _here[name]
    with np.errstate(all="ignore"):
        found = contestant.timed(nanoseconds) if contestant.timed else samples(contestant.run, once, nanoseconds)
    return statistics.median(found)


def _tried(ready: Ready, name: str, contestant: Contestant, dtype: str) -> Ready:
    notes = {**ready.notes, **({name: contestant.note} if contestant.note else {})}
    try:
        with np.errstate(all="ignore"):
            made = sampled(contestant.results(contestant.run()))
            wrong = disagreement(made, ready.reference, dtype) if ready.reference and made else ""
            if wrong:
                return replace(ready, notes={**notes, name: wrong})
            once = estimate(contestant.run)
    except Exception as error:
        return replace(ready, notes={**notes, name: _told(error)})
    _here[name] = contestant, once
    seconds = {**ready.seconds, name: once * 1e-9}
    return Ready(seconds, notes, ready.reference or made or None)


def _saved(task: Task, data: Data) -> Array:
    """The formula's own value at the inputs, row by row in double precision: the bench trusts no library with it."""
    import derive

    formula = task.subject.formula
    kernel, saved = derive.load(formula.name, formulas=[formula]), data.like_input()
    names = {one.name for one in formula.inputs}
    for start in range(0, data.rows, step := max(1, 2**20 // data.classes)):
        block = slice(start, start + step)
        given = {n: np.asarray(v[block], np.float64) if np.ndim(v) else v for n, v in data.arrays.items() if n in names}
        saved[block] = kernel(**given)
    return saved


def _told(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return f"failed: {text[:120]}"


def _be_quiet() -> None:
    """Libraries like to talk; what matters is an exception."""
    warnings.simplefilter("ignore")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
