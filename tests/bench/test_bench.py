"""The bench tells the truth: who is timed was right, and what is printed is what was measured.  No time is tested."""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.bench import Ask, BenchError, Report, run_bench, station
from derive.bench.data import Data, disagreement, make_data
from derive.bench.files import as_json, refuse_unwritable, write_chart
from derive.bench.floor import work_of
from derive.bench.native import Native, compiled
from derive.bench.peers import PEERS, Contestant
from derive.bench.peers.registry import UnknownPeer, installed
from derive.bench.plain import Plain, PlainError, array_text, load_text, plain_of, row_text
from derive.bench.records import ARITHMETIC, MEMORY, OURS_C, OURS_NUMPY, STREAMING, Cell, Result, Subject, Timing
from derive.bench.subjects import OPERATIONS, OTHERS
from derive.bench.table import duration, page
from derive.bench.task import Task
from derive.catalogue import CatalogueError
from derive.cli import run as run_inside
from derive.formulas.timed import layer_norm, silu
from derive.language import Formula, Sum, exp, indices, log, vector, where
from derive.loading import CompilerError
from derive.loops.ir import Program
from derive.pipeline import build_formula
from tests.interpret import run

i, j, k = indices("i j k")
x = vector("x")
a = vector("a")
chosen = Formula("chosen", Sum(where(a[i] < 1, exp(a[i]), a[i] - 2) * (i + 1) * x[i], i), wrt=x)
taken = vector("exp_1")
named_as_writers_name = Formula("named_as_writers_name", log(Sum(exp(taken[i]), i)) * 3, wrt=taken)

SLOW = ("jensen_shannon", "label_smoothing")
"""To derive: what they are made of stands in the others."""
SUBJECTS = {subject.name: subject for subject in (*OPERATIONS, *OTHERS) if subject.name not in SLOW} | {
    name: Subject(name, formula)
    for name, formula in (
        ("focal_value_and_grad", OTHERS[0].formula),
        ("silu_vjp", silu),
        ("layer_norm_vjp", layer_norm),
        ("chosen", chosen),
        ("named_as_writers_name", named_as_writers_name),
    )
}


def task_of(name: str, folder: Path, dtype: str = "float64", rows: int = 5, classes: int = 7) -> Task:
    program, plain = derived(name)
    return Task(Cell(SUBJECTS[name], rows, classes, dtype, 1), program.inputs, plain, work_of(program), None, folder)


@cache
def derived(name: str) -> tuple[Program, Plain]:
    formula = SUBJECTS[name].formula
    program = next(program for program in build_formula(formula).programs if program.name == name)
    return program, plain_of(formula, name, program.inputs)


def data_of(task: Task) -> Data:
    data = make_data(task.inputs, task.cell.rows, task.cell.classes, task.cell.dtype, 1)
    if task.cell.subject.saved:
        data.saved = station._saved(task, data)
    return data


def right(task: Task, data: Data) -> tuple[Any, ...]:
    """By the program itself, row by row."""
    program, _ = derived(task.cell.subject.name)
    rows = [run(program, {n: _row(v, r) for n, v in data.arrays.items()}) for r in range(task.cell.rows)]
    return tuple(np.array([row[output.name] for row in rows], task.cell.dtype) for output in program.outputs)


def _row(given: Any, row: int) -> Any:
    return given[row].tolist() if np.ndim(given) else given


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Native:
    try:
        return compiled(tmp_path_factory.mktemp("native"))
    except CompilerError as error:
        pytest.skip(str(error))


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


# --- the floor -------------------------------------------------------------------------------------------------------


def test_the_floor_counts_what_a_program_cannot_do_without(tmp_path: Path) -> None:
    counted = {name: task_of(name, tmp_path).work for name in ("softmax", "kl_divergence", "silu", "softmax_vjp")}
    softmax, kl, silu, vjp = counted.values()
    assert softmax and kl and silu and vjp
    assert (softmax.reads, softmax.writes, dict(softmax.each)) == (1, 1, {"exp": 1})
    assert (kl.reads, kl.writes) == (2, 0) and dict(kl.each)["log"] == 1
    assert dict(silu.each) == {"exp": 1, "divide": 1}
    assert (vjp.reads, vjp.writes) == (2, 1)
    assert softmax.operations(3, 100) == {"exp": 300, "log": 0, "divide": 3}  # one reciprocal for each row


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_functions_of_the_limit_are_functions(native: Native, dtype: str) -> None:
    tag, u = {"float32": "f32", "float64": "f64"}[dtype], np.finfo(dtype).eps
    points = np.linspace(0.01, 30, 4099).astype(dtype)
    e, l = np.empty_like(points), np.empty_like(points)
    pointers = [array.ctypes.data for array in (points, e, l)]
    native.function(f"limits_values_{tag}")(len(points), *pointers)
    exact = points.astype(np.float64)
    assert np.max(np.abs(e / np.exp(exact) - 1)) < 8 * u
    assert np.max(np.abs(l - np.log(exact)) / (1 + np.abs(np.log(exact)))) < 4 * u


@pytest.mark.parametrize("classes", [1, 2, 31, 32, 33, 100])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_passes_are_right_wherever_the_logits_lie(native: Native, dtype: str, classes: int) -> None:
    tag = {"float32": "f32", "float64": "f64"}[dtype]
    logits = np.random.default_rng(1).normal(size=(5, classes)) * 3 + np.array([[0], [80], [-80], [3e3], [-3e3]])
    given, out = logits.astype(dtype), np.empty(logits.shape, dtype)
    native.function(f"two_pass_{tag}")(5, classes, given.ctypes.data, out.ctypes.data, 1)
    e = np.exp(given.astype(np.float64) - given.max(-1, keepdims=True))
    np.testing.assert_allclose(out, e / e.sum(-1, keepdims=True), rtol=2e3 * float(np.finfo(dtype).eps), atol=1e-30)


def test_memory_is_moved_once(native: Native) -> None:
    one, two = np.full(2**10, 3, np.float32), np.full(2**10, 4, np.float32)
    out, spare = np.zeros(2**10, np.float32), np.zeros(2**10, np.float32)
    inputs = (ctypes.c_void_p * 2)(one.ctypes.data, two.ctypes.data)
    outputs = (ctypes.c_void_p * 2)(out.ctypes.data, spare.ctypes.data)
    move = native.function("limits_memory")
    assert move(1, out.nbytes, 2, inputs, 1, outputs, False, 2) > 0
    assert (out == 7).all() and not spare.any()
    assert move(1, out.nbytes, 2, inputs, 2, outputs, False, 1) > 0
    assert (out == 3).all() and (spare == 4).all()


# --- what is told ----------------------------------------------------------------------------------------------------

TIMINGS = {
    OURS_C: Timing((1e-6, 2e-6, 1e-6)),
    OURS_NUMPY: Timing((4e-6, 4e-6, 4e-6)),
    "numpy": Timing((8e-6, 16e-6, 8e-6)),
    "jax": Timing((3e-6, 3e-6, 3e-6)),
    MEMORY: Timing((6e-7,) * 3),
    STREAMING: Timing((8e-7,) * 3),
    ARITHMETIC: Timing((5e-7,) * 3),
}
RESULT = Result(Cell(SUBJECTS["softmax"], 128, 1000, "float32", 1), TIMINGS, {"scipy": "wrong by 1e-01"})
LIMITS = {
    "threads": 1,
    "gigabytes_per_second": {"16 KiB": {"read": 100.0, "copy": 90.0, "streaming copy": 40.0}},
    "nanoseconds_each": {"float32": {"exp": 0.4, "log": 0.5, "divide": 0.1, "multiply-add": 0.02}},
}
MACHINE = {
    "processor": "a processor", "cores": 2, "system": "Linux", "python": "3.13", "packages": {"numpy": "2.4"},
    "limits": [LIMITS],
}  # fmt: skip


def test_a_ratio_is_taken_round_by_round() -> None:
    assert RESULT.best() == "jax" and RESULT.ratio(OURS_C, "jax") == 3.0  # of 3, 1.5, 3
    assert RESULT.best(("numpy", "scipy")) == "numpy" and RESULT.ratio(OURS_NUMPY, "numpy") == 2.0
    assert RESULT.floor == 6e-7 and RESULT.of_floor(OURS_C) == pytest.approx(1 / 0.6)
    empty = Result(RESULT.cell, {})
    assert (empty.best(), empty.floor, empty.of_floor(OURS_C), empty.ratio(OURS_C, None)) == (None,) * 4


def test_the_table_shows_what_was_measured() -> None:
    lines = page(Report(MACHINE, {}, (RESULT, replace(RESULT, timings={})), complete=False)).splitlines()
    assert lines[0] == "float32, 1 thread"
    assert lines[2].split() == "softmax 128x1000 1.00 us 3.00 us jax 3.00 1.67 4.00 us 8.00 us numpy 2.00".split()
    assert lines[3].split() == ["softmax", "128x1000", *"-------"]
    assert "scipy: wrong by 1e-01 (softmax 128x1000 float32, 1 thread and 1 more)" in lines
    assert lines[-1].startswith("interrupted") and "100 GFLOP/s" in lines[-2] and "100/90/40" in lines[-2]


def test_a_duration_has_three_digits() -> None:
    assert [duration(s) for s in (2.0, 0.0123, 5e-7, 1e-10)] == ["2.00 s", "12.3 ms", "500 ns", "0.10 ns"]


def test_the_record_holds_everything(tmp_path: Path) -> None:
    made = json.loads(json.dumps(as_json(Report(MACHINE, {"rounds": 3}, (RESULT,)))))
    assert made["version"] == 1 and made["complete"] is True and made["settings"] == {"rounds": 3}
    (cell,) = made["cells"]
    assert {name: cell[name] for name in ("kernel", "dtype", "rows", "classes", "threads")} == {
        "kernel": "softmax", "dtype": "float32", "rows": 128, "classes": 1000, "threads": 1,
    }  # fmt: skip
    assert cell["nanoseconds"]["numpy"] == {
        "median": 8000.0, "low": 8000.0, "high": 16000.0, "rounds": [8000.0, 16000.0, 8000.0],
    }  # fmt: skip
    assert cell["c"]["best"] == "jax" and cell["c"]["ratio"] == 3.0 and cell["floor"] == 600.0
    assert cell["numpy"]["best"] == "numpy" and cell["numpy"]["ratio"] == 2.0


def test_the_chart_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    write_chart(Report(MACHINE, {}, (RESULT, replace(RESULT, timings={}))), tmp_path / "chart.svg")
    assert "<svg" in (tmp_path / "chart.svg").read_text(encoding="utf-8")


# --- the run ---------------------------------------------------------------------------------------------------------


def test_a_run_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "bench.json"
    asked = ["--quick", "--only", "softmax", "--shapes", "3x4,2x5", "--peers", "numpy", "--json", str(record)]
    assert run_inside(["bench", *asked]) == 0
    printed = capsys.readouterr().out
    made = json.loads(record.read_text(encoding="utf-8"))
    assert [(cell["rows"], cell["classes"]) for cell in made["cells"]] == [(3, 4), (2, 5)]
    for cell in made["cells"]:
        assert {OURS_NUMPY, "numpy"} <= set(cell["nanoseconds"]) and cell["numpy"]["best"] == "numpy"
        assert cell["numpy"]["ratio"] > 0 and not cell["notes"].get(OURS_NUMPY)
        assert all(len(timing["rounds"]) == 3 for timing in cell["nanoseconds"].values())
    assert printed.startswith("float32, 1 thread\nkernel") and "softmax" in printed and made["machine"]["processor"]


def test_a_formula_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(
        "from derive.language import *\ni = indices('i')\nx = vector('x')\n"
        "energy = Formula('energy', Sum(x[i]**2 * exp(-x[i]), i), wrt=x)\n",
        encoding="utf-8",
    )
    ask = Ask.of(shapes=["2x3"], dtypes=["float64"], threads=["1"], peers=["numpy"], formulas=[mine], quick=True)
    assert [cell.subject.name for cell in ask.cells] == ["energy", "energy_value_and_grad"]
    report = run_bench(ask)
    assert all({OURS_NUMPY, "numpy"} <= set(result.timings) for result in report.results), report.results


def test_ctrl_c_leaves_what_is_there() -> None:
    def stop(result: Result) -> None:
        raise KeyboardInterrupt

    ask = Ask.of(["softmax"], ["2x3,3x4"], ["float32"], ["1"], ["numpy"], quick=True)
    report = run_bench(ask, done=stop)
    assert not report.complete and len(report.results) == 1 and report.results[0].timings


def test_a_cell_that_needs_more_memory_than_there_is_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.bench.contest._free_memory", lambda: 1e9)
    report = run_bench(Ask.of(["softmax"], ["99999x9999"], ["float64"], ["1"], ["numpy"], quick=True))
    assert "left out: takes" in report.results[0].notes[""] and not report.results[0].timings


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"shapes": ["10"]}, "'10' is no shape: write rows and classes, as in 128x1000"),
        ({"shapes": ["0x3"]}, "'0x3' is no shape"),
        ({"dtypes": ["int8"]}, "'int8' is not a dtype of the kernels: there are: float32, float64"),
        ({"threads": ["two"]}, "'two' is no number of threads"),
        ({"threads": ["4096"]}, "4096 threads are asked for, but this process may use"),
        ({"only": ["sofmax"]}, "no kernel is called 'sofmax': did you mean softmax"),
        ({"only": ["softmax_jacobian"]}, "no kernel is called 'softmax_jacobian'"),
        ({"formulas": [Path("nowhere.py")]}, "nowhere.py"),
    ],
)
def test_what_cannot_be_timed_is_one_line(said: dict[str, Any], problem: str) -> None:
    with pytest.raises((BenchError, CatalogueError)) as caught:
        Ask.of(**said)
    assert problem in str(caught.value) and "\n" not in str(caught.value)


def test_what_cannot_be_written_is_refused_before_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(["bench", "--quick", "--json", str(tmp_path / "no" / "x.json")]) == 1
    assert "cannot be written: name a file in a folder that exists" in capsys.readouterr().err
    with pytest.raises(BenchError, match="cannot be written"):
        refuse_unwritable(tmp_path, None)


def test_a_chart_takes_its_package_and_a_known_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: True)
    with pytest.raises(BenchError, match=r"chart\.gif names no kind of picture: end it with \.svg"):
        refuse_unwritable(None, tmp_path / "chart.gif")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BenchError, match="a chart takes matplotlib"):
        refuse_unwritable(None, tmp_path / "chart.svg")
