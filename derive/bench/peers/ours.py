"""The kernels of derive, by its public door."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import derive
from derive.bench.data import Array, Data
from derive.bench.peers.contestant import Contestant
from derive.bench.records import OURS_C, OURS_NUMPY, Subject
from derive.bench.task import Task
from derive.language.errors import DeriveError

TARGETS = {OURS_C: "c", OURS_NUMPY: "numpy"}


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    found = {}
    for name, target in TARGETS.items():
        if target == "numpy" or task.native is not None:
            kernel, note = _kernel(task.subject, target)
            found[name] = _contestant(kernel, note, task, data)
    return found


@cache
def _kernel(subject: Subject, target: str) -> tuple[Callable[..., Any], str]:
    """The kernel, that which takes the value that a caller has where there is one; and what is to be said of it."""
    if not subject.saved:
        return derive.load(subject.name, target, formulas=[subject.formula]), ""
    try:
        return derive.load(f"{subject.name}_saved", target, formulas=[subject.formula]), "from the saved value"
    except DeriveError:
        return derive.load(subject.name, target, formulas=[subject.formula]), "from the inputs, peers from the value"


def _contestant(kernel: Callable[..., Any], note: str, task: Task, data: Data) -> Contestant:
    """A call with everything bound, results written into arrays that are there."""
    parameters = inspect.signature(kernel).parameters
    given = {name: data.arrays.get(name, data.saved) for name, one in parameters.items() if _is_required(one)}
    places = [name for name in given if parameters[name].kind is not inspect.Parameter.KEYWORD_ONLY]
    options: dict[str, Any] = {name: value for name, value in given.items() if name not in places}
    if "threads" in parameters:
        options["threads"] = task.cell.threads
    first = kernel(*(given[name] for name in places), **options)
    out = tuple(data.like_rows() if one.ndim == 1 else data.like_input() for one in _tuple(first))
    options["out"] = out if len(out) > 1 else out[0]
    return Contestant(partial(kernel, *(given[name] for name in places), **options), _tuple, note)


def _is_required(one: inspect.Parameter) -> bool:
    return one.default is inspect.Parameter.empty


def _tuple(returned: Any) -> tuple[Array, ...]:
    return returned if isinstance(returned, tuple) else (returned,)
