"""A run that was written is shown once more as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from derive.bench import BenchError, Report
from derive.bench.again import read_json, selected
from derive.bench.files import write_json
from derive.bench.table import page
from derive.cli import run
from tests.bench.test_told import MACHINE, RESULT

WIDE = replace(RESULT, cell=replace(RESULT.cell, kernel="entropy", dtype="float64", threads=2))
REPORT = Report(MACHINE, {"rounds": 3}, (RESULT, WIDE))


def written(folder: Path) -> Path:
    write_json(REPORT, folder / "run.json")
    return folder / "run.json"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    read = read_json(written(tmp_path))
    assert page(read) == page(REPORT)
    assert [one.cell for one in read.results] == [one.cell for one in REPORT.results]
    assert (read.machine, read.settings, read.complete) == (MACHINE, {"rounds": 3}, True)


@pytest.mark.parametrize(
    "named",
    [{"only": ["entropy"]}, {"dtypes": ["float64"]}, {"threads": ["2"], "shapes": ["1x10,128x1000"]}],
    ids=lambda named: next(iter(named)),
)
def test_cells_are_named_as_for_a_run(named: dict[str, list[str]]) -> None:
    assert selected(REPORT, **named).results == (WIDE,)


def test_no_cell_is_left() -> None:
    with pytest.raises(BenchError, match="holds no such cell: leave out some of --only"):
        selected(REPORT, ["softmax"], dtypes=["float64"])


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "no JSON", '{"version": 1, "cells": [1]}', '{"version": 1, "machine": 1}']
)
def test_another_file_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.json").write_text(text, encoding="utf-8")
    assert run(["bench", "--again", str(tmp_path / "mine.json")]) != 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "mine.json is not what derive bench --json writes" in told


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "version": 0}), encoding="utf-8")
    with pytest.raises(BenchError, match="another version"):
        read_json(path)


def test_a_file_that_is_not_there_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--again", str(tmp_path / "none.json")]) != 0
    assert capsys.readouterr().err.count("\n") == 1


def test_the_page_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--again", str(written(tmp_path)), "--only", "entropy"]) == 0
    assert capsys.readouterr().out.startswith("float64, 2 threads\nkernel")


def test_nothing_is_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--again", str(written(tmp_path)), "--quick"]) != 0
    assert "--again times nothing" in capsys.readouterr().err


def test_the_chart_of_a_file(tmp_path: Path) -> None:
    """The same bytes each time: letters stay letters."""
    pytest.importorskip("matplotlib")
    path, charts = written(tmp_path), [tmp_path / "one.svg", tmp_path / "other.svg"]
    for chart in charts:
        assert run(["bench", "--again", str(path), "--chart", str(chart)]) == 0
    assert charts[0].read_bytes() == charts[1].read_bytes() and ">entropy 128x1000<" in charts[0].read_text("utf-8")
