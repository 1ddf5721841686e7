"""What a run shows, as a page of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from derive.bench.records import OURS_C, OURS_NUMPY, PLAIN, Report, Result

HEAD = ("kernel", "size", "C", "best peer", "", "ratio", "x floor", "NumPy", "best plain", "", "ratio")
LEFT = {0, 4, 9}
"""Columns that begin at the left."""


def page(report: Report) -> str:
    """Tables by threads and dtype, the notes, the machine."""
    lines: list[str] = []
    for (threads, dtype), group in groupby(report.results, key=lambda r: (r.cell.threads, r.cell.dtype)):
        lines += [f"{dtype}, {threads} thread{'s' * (threads > 1)}", *_table(list(group)), ""]
    lines += [*_notes(report.results), *_legend(report)]
    return "\n".join(lines)


def _table(results: Sequence[Result]) -> list[str]:
    rows = [HEAD, *map(_row, results)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    return [
        "  ".join(
            text.ljust(width) if place in LEFT else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(result: Result) -> tuple[str, ...]:
    best, plain = result.best(), result.best(PLAIN)
    return (
        result.cell.kernel,
        result.cell.shape,
        _time(result, OURS_C),
        _time(result, best),
        best or "",
        _number(result.ratio(OURS_C, best)),
        _number(result.of_floor(OURS_C)),
        _time(result, OURS_NUMPY),
        _time(result, plain),
        plain or "",
        _number(result.ratio(OURS_NUMPY, plain)),
    )


def _time(result: Result, name: str | None) -> str:
    timing = result.timings.get(name or "")
    return duration(timing.median) if timing else "-"


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{_digits(seconds / size)} {unit}"
    return f"{_digits(seconds / 1e-9)} ns"


def _digits(number: float) -> str:
    return f"{number:.0f}" if number >= 99.5 else f"{number:.1f}" if number >= 9.95 else f"{number:.2f}"


def _number(number: float | None) -> str:
    return "-" if number is None else _digits(number)


def _notes(results: Sequence[Result]) -> Iterator[str]:
    """Each thing that is to be said, once, with the cells of which it is true."""
    told: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for name, note in result.notes.items():
            told.setdefault((name, note), []).append(str(result.cell))
    for (name, note), cells in told.items():
        more = f" and {len(cells) - 1} more" if len(cells) > 1 else ""
        yield f"{name + ': ' if name else ''}{note} ({cells[0]}{more})"
    if told:
        yield ""


def _legend(report: Report) -> list[str]:
    about = report.machine
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items() if version)
    lines = [
        "ratio: the peer's time over ours, the median over the rounds: above 1 ours is faster",
        "x floor: our time over what its memory traffic, or its elementary functions, take on this machine",
        f"on {about['processor']}, {about['cores']} core(s), {about['system']}, Python {about['python']}, {packages}",
    ]
    lines += [_limits(one) for one in about["limits"]]
    return [*lines, *([] if report.complete else ["interrupted: these are the cells that were finished"])]


def _limits(one: Mapping[str, Any]) -> str:
    reads = ", ".join(
        f"{level} {move['read']:.0f}/{move['copy']:.0f}/{move['streaming copy']:.0f}"
        for level, move in one["gigabytes_per_second"].items()
    )
    each = one["nanoseconds_each"]["float32"]
    flops = 2 / each["multiply-add"]
    return (
        f"{one['threads']} thread(s): GB/s read/copied/copied past the cache: {reads}; float32: {flops:.0f} GFLOP/s, "
        f"exp {each['exp']:.2f} ns, log {each['log']:.2f} ns, division {each['divide']:.2f} ns"
    )
