"""What a run leaves behind: JSON, and a picture."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from derive.bench.ask import BenchError
from derive.bench.records import OURS_C, OURS_NUMPY, PLAIN, Report, Result
from derive.system.extras import bring

VERSION = 1
PICTURES = (".svg", ".png", ".pdf")


def write_json(report: Report, path: Path) -> None:
    """Everything, a cell in a line, in nanoseconds for one call.  Raises OSError where the path cannot be written."""
    *head, last = as_json(report).items()
    above = "".join(f" {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head)
    cells = ",\n".join(f"  {json.dumps(cell)}" for cell in last[1])
    path.write_text(f'{{\n{above} "{last[0]}": [\n{cells}\n ]\n}}\n', encoding="utf-8")


def as_json(report: Report) -> Mapping[str, Any]:
    """The report in plain dictionaries, lists, numbers and strings."""
    return {
        "version": VERSION,
        "complete": report.complete,
        "machine": dict(report.machine),
        "settings": dict(report.settings),
        "cells": [_cell(result) for result in report.results],
    }


def _cell(result: Result) -> Mapping[str, Any]:
    cell, best, plain = result.cell, result.best(), result.best(PLAIN)
    return {
        "kernel": cell.kernel,
        "dtype": cell.dtype,
        "rows": cell.rows,
        "classes": cell.classes,
        "threads": cell.threads,
        "nanoseconds": {
            name: {
                "median": _ns(timing.median),
                "low": _ns(timing.spread[0]),
                "high": _ns(timing.spread[1]),
                "rounds": [_ns(one) for one in timing.rounds],
            }
            for name, timing in result.timings.items()
        },
        "notes": dict(result.notes),
        "floor": None if result.floor is None else _ns(result.floor),
        "c": {"best": best, "ratio": result.ratio(OURS_C, best), "of_floor": result.of_floor(OURS_C)},
        "numpy": {"best": plain, "ratio": result.ratio(OURS_NUMPY, plain), "of_floor": result.of_floor(OURS_NUMPY)},
    }


def _ns(seconds: float) -> float:
    return round(seconds * 1e9, 2)


def refuse_unwritable(json_path: Path | None, chart_path: Path | None) -> None:
    """Before minutes are spent: raises BenchError where what is to be written in the end cannot be."""
    for path in filter(None, (json_path, chart_path)):
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise BenchError(f"{path} cannot be written: name a file in a folder that exists")
    if chart_path is None:
        return
    if importlib.util.find_spec("matplotlib") is None:
        raise BenchError(f"a chart takes matplotlib: {bring('bench')}")
    if chart_path.suffix not in PICTURES:
        raise BenchError(f"{chart_path} names no kind of picture: end it with {', '.join(PICTURES)}")


def write_chart(report: Report, path: Path) -> None:
    """A bar for each cell: how many times faster ours is than the best peer, in C and in NumPy, in doublings.

    Raises OSError where the path cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    groups: dict[tuple[int, str], list[Result]] = {}
    for result in report.results:
        groups.setdefault((result.cell.threads, result.cell.dtype), []).append(result)
    longest = max(map(len, groups.values()), default=1)
    figure = Figure(figsize=(5.5 * max(len(groups), 1), 1.2 + 0.19 * longest), layout="constrained")
    axes = figure.subplots(1, max(len(groups), 1), squeeze=False)[0]
    for panel, ((threads, dtype), results) in zip(axes, groups.items(), strict=False):
        _panel(panel, results, f"{dtype}, {threads} thread{'s' * (threads > 1)}")
    figure.suptitle(f"How many times faster than the best peer\n{report.machine['processor']}", fontsize=10)
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "derive"}):  # letters stay letters, and files small
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix == ".svg" else None)


def _panel(panel: Any, results: Sequence[Result], title: str) -> None:
    places = range(len(results))
    for shift, ours, among, colour in ((-0.2, OURS_C, None, "#1f5fa8"), (0.2, OURS_NUMPY, PLAIN, "#e08a1e")):
        ratios = [result.ratio(ours, result.best(among)) for result in results]
        shown = [(place + shift, ratio) for place, ratio in zip(places, ratios, strict=True) if ratio]
        label = "C, against all" if ours == OURS_C else "NumPy, against NumPy and SciPy"
        panel.barh(
            [place for place, _ in shown],
            [ratio - 1 for _, ratio in shown],
            height=0.38,
            left=1,
            color=colour,
            label=label,
        )
    panel.set_xscale("log", base=2)
    panel.axvline(1, color="black", linewidth=0.8)
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}" if value >= 1 else f"1/{1 / value:g}")
    panel.set_yticks(list(places), [f"{r.cell.kernel} {r.cell.shape}" for r in results], fontsize=6)
    panel.margins(y=0.01)
    panel.invert_yaxis()
    panel.set_title(title, fontsize=9)
    panel.legend(fontsize=6, loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=2)
