"""Who is timed was right: plain forms, peers, and one that is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.bench import station
from derive.bench.data import Data, disagreement, make_data
from derive.bench.peers import PEERS, Contestant
from derive.bench.peers.registry import UnknownPeer, installed
from derive.bench.plain import PlainError, array_text, load_text, plain_of, row_text
from derive.bench.subjects import OPERATIONS, OTHERS
from derive.bench.task import Task
from derive.formulas.timed import silu
from derive.language import Formula, Sum, exp
from tests.bench.subjects import SUBJECTS, derived, i, j, task_of, x
from tests.interpret import run


def data_of(task: Task) -> Data:
    data = make_data(task.inputs, task.cell.rows, task.cell.classes, task.cell.dtype, 1)
    if task.subject.saved:
        data.saved = station._saved(task, data)
    return data


def right(task: Task, data: Data) -> tuple[Any, ...]:
    """By the program itself, row by row."""
    program, _ = derived(task.subject.name)
    rows = [run(program, {n: _row(v, r) for n, v in data.arrays.items()}) for r in range(task.cell.rows)]
    return tuple(np.array([row[output.name] for row in rows], task.cell.dtype) for output in program.outputs)


def _row(given: Any, row: int) -> Any:
    return given[row].tolist() if np.ndim(given) else given


# --- plain forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_plain_form_is_the_formula(name: str, tmp_path: Path) -> None:
    task = task_of(name, tmp_path)
    data = data_of(task)
    assert task.plain is not None
    made = load_text(array_text(task.plain), tmp_path).kernel(*data.arrays.values())
    assert disagreement(made if isinstance(made, tuple) else (made,), right(task, data), "float64") == ""


def in_python(text: str, folder: Path) -> Callable[..., None]:
    """The loops without Numba: what they compute does not depend on who runs them."""
    fake = ModuleType("numba")
    vars(fake).update(njit=lambda **options: lambda function: function, prange=range)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numba", fake)
        found: Callable[..., None] = load_text(text, folder).kernel
    return found


@pytest.mark.parametrize("name", SUBJECTS)
def test_plain_loops_are_the_formula(name: str, tmp_path: Path) -> None:
    task = task_of(name, tmp_path)
    data = data_of(task)
    assert task.plain is not None
    outputs = [data.like_input() if axes else data.like_rows() for axes, _ in task.plain.results]
    in_python(row_text(task.plain, "float64", False), tmp_path)(*data.arrays.values(), *outputs)
    assert disagreement(tuple(outputs), right(task, data), "float64") == ""


def test_what_has_no_plain_form_is_refused() -> None:
    double = Formula("double", Sum(Sum(exp(x[i] * x[j]), i) ** 2, j), wrt=x)
    with pytest.raises(PlainError, match="double: a sum within a sum"):
        array_text(plain_of(double, "double", double.inputs))
    with pytest.raises(PlainError, match="a matrix for each row"):
        plain_of(silu, "silu_jacobian", silu.inputs)


# --- peers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("peer", [one for one in PEERS if one.name not in ("two-pass", "torch compile")],
                         ids=lambda one: one.name)  # fmt: skip
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_peer_does_the_same(peer: Any, dtype: str, tmp_path: Path) -> None:
    if peer.missing:
        pytest.skip(f"{', '.join(peer.missing)} is not installed")
    tried = 0
    for subject in (*OPERATIONS, OTHERS[0]):
        task = task_of(subject.name, tmp_path, dtype)
        data = data_of(task)
        module = __import__(f"derive.bench.peers.{peer.module}", fromlist=["contestants"])
        for contestant in module.contestants(task, data).values():
            made = contestant.results(contestant.run())
            assert disagreement(made, right(task, data), dtype) == "", (peer.name, subject.name)
            tried += 1
    assert tried >= 3


class Fakes(ModuleType):
    @staticmethod
    def contestants(task: Task, data: Data) -> dict[str, Contestant]:
        right_one = np.exp(data["x"]) / np.exp(data["x"]).sum(-1, keepdims=True)
        return {
            "good": Contestant(lambda: right_one, lambda made: (made,), note="well done"),
            "bad": Contestant(lambda: right_one * 1.001, lambda made: (made,)),
            "short": Contestant(lambda: right_one[:, 0], lambda made: (made,)),
            "broken": Contestant(lambda: 1 / 0, lambda made: (made,)),
            "lost": Contestant(lambda: right_one * np.nan, lambda made: (made,)),
        }


def test_who_is_wrong_is_shown_and_not_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "derive.bench.peers.fakes", Fakes("fakes"))
    monkeypatch.setattr(station, "_be_quiet", lambda: None)
    task = task_of("softmax", tmp_path)
    ready = station.prepare(("fakes", replace(task, reference=right(task, data_of(task)))))
    assert set(ready.seconds) == {"good"} and station.measure(("good", 1e5)) > 0
    assert ready.notes["good"] == "well done" and ready.notes["bad"].startswith("wrong by ")
    assert ready.notes["short"] == "shape (5,) in place of (5, 7)"
    assert ready.notes["broken"] == "failed: division by zero" and ready.notes["lost"] == "wrong by nan"


def test_a_peer_that_is_not_here_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownPeer, match="no peer is called 'nobody': there are: numpy, scipy"):
        installed(["nobody"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnknownPeer, match="jax is not installed: python -m pip install jax"):
        installed(["jax"])
    assert [peer.name for peer in installed()] == ["two-pass"]
