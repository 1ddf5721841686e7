"""A run, from what is asked for to what is written.  No time is tested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from derive.bench import Ask, BenchError, run_bench
from derive.bench.files import refuse_unwritable
from derive.bench.records import OURS_NUMPY, Result
from derive.catalogue import CatalogueError
from derive.cli import run as run_inside


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
    assert [cell.kernel for cell in ask.cells] == ["energy", "energy_value_and_grad"]
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
