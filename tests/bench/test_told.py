"""What is told of a run is what was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from derive.bench import Report
from derive.bench.files import as_json, write_chart
from derive.bench.records import ARITHMETIC, MEMORY, OURS_C, OURS_NUMPY, STREAMING, Cell, Result, Timing
from derive.bench.table import duration, page

TIMINGS = {
    OURS_C: Timing((1e-6, 2e-6, 1e-6)),
    OURS_NUMPY: Timing((4e-6, 4e-6, 4e-6)),
    "numpy": Timing((8e-6, 16e-6, 8e-6)),
    "jax": Timing((3e-6, 3e-6, 3e-6)),
    MEMORY: Timing((6e-7,) * 3),
    STREAMING: Timing((8e-7,) * 3),
    ARITHMETIC: Timing((5e-7,) * 3),
}
RESULT = Result(Cell("softmax", 128, 1000, "float32", 1), TIMINGS, {"scipy": "wrong by 1e-01"})
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
