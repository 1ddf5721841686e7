"""A run of before, read from the file that it wrote: to be shown and drawn once more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from derive.bench.ask import BenchError, listed
from derive.bench.files import VERSION
from derive.bench.records import Cell, Report, Result, Timing


def read_json(path: Path) -> Report:
    """The report that ``derive bench --json`` wrote; times are exact to a hundredth of a nanosecond.

    Raises OSError where the file cannot be read, BenchError where it is none of these.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["version"] != VERSION:
            raise BenchError(f"{path} was written by another version of derive bench: time anew with --json")
        return Report(found["machine"], found["settings"], tuple(map(_result, found["cells"])), found["complete"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BenchError(f"{path} is not what derive bench --json writes") from None


def _result(cell: Mapping[str, Any]) -> Result:
    timings = {name: Timing(tuple(one * 1e-9 for one in told["rounds"])) for name, told in cell["nanoseconds"].items()}
    place = Cell(cell["kernel"], cell["rows"], cell["classes"], cell["dtype"], cell["threads"])
    return Result(place, timings, cell["notes"])


def selected(
    report: Report,
    only: Sequence[str] = (),
    shapes: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    threads: Sequence[str] = (),
) -> Report:
    """The cells that were named; nothing said of one thing: all.  Raises BenchError where none is left."""
    wanted = [(listed(words), name) for words, name in zip((only, shapes, dtypes, threads), _NAMES, strict=True)]
    results = tuple(
        result for result in report.results if all(not words or name(result.cell) in words for words, name in wanted)
    )
    if not results:
        raise BenchError("the file holds no such cell: leave out some of --only, --shapes, --dtypes, --threads")
    return replace(report, results=results)


_NAMES = (
    lambda cell: cell.kernel,
    lambda cell: cell.shape,
    lambda cell: cell.dtype,
    lambda cell: str(cell.threads),
)
"""How a cell is named by each of the four options."""
