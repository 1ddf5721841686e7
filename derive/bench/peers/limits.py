"""The machine itself, as if it took part: the memory that a cell moves, and the functions that it computes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from time import perf_counter_ns

from derive.bench.data import Data, aligned
from derive.bench.floor import KINDS, Work
from derive.bench.native import Native
from derive.bench.peers.contestant import Contestant
from derive.bench.records import ARITHMETIC, MEMORY, SIZES, STREAMING, TAGS, Cell
from derive.bench.task import Task

SAMPLE = 1_000_000
"""Nanoseconds that one sample takes at the least."""


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    native, work, cell = task.native, task.work, task.cell
    del data  # buffers of its own, so that nobody's are warm
    if native is None or work is None or (cell.threads > 1 and not native.has_threads):
        return {}
    found = {ARITHMETIC: _timed(_arithmetic(native, work, cell))}
    if _bytes(cell) >= 64 * cell.threads:
        found[MEMORY] = _timed(memory(native, cell.threads, _bytes(cell), work.reads, work.writes, streaming=False))
        if work.writes:
            found[STREAMING] = _timed(
                memory(native, cell.threads, _bytes(cell), work.reads, work.writes, streaming=True)
            )
    return found


def _bytes(cell: Cell) -> int:
    return cell.rows * cell.classes * SIZES[cell.dtype] // 64 * 64


def memory(
    native: Native, threads: int, size: int, reads: int, writes: int, *, streaming: bool
) -> Callable[[int], float]:
    """Nanoseconds, as the mean over so many repetitions, to read and to write so many arrays of this size in bytes."""
    arrays = [aligned((size,), "uint8") for _ in range(reads + writes)]
    pointers = [array.ctypes.data for array in arrays]
    inputs = (ctypes.c_void_p * max(reads, 1))(*pointers[:reads])
    outputs = (ctypes.c_void_p * max(writes, 1))(*pointers[reads:])
    function = native.function("limits_memory")

    def run(repeats: int) -> float:
        assert arrays
        nanoseconds: float = function(threads, size, reads, inputs, writes, outputs, streaming, repeats)
        return nanoseconds

    return run


def _arithmetic(native: Native, work: Work, cell: Cell) -> Callable[[int], float]:
    """The same for the functions that a cell cannot do without."""
    counts = work.operations(cell.rows, cell.classes)

    def run(repeats: int) -> float:
        rates = {kind: arithmetic(native, cell.threads, cell.dtype, kind, repeats) for kind in KINDS if counts[kind]}
        return sum(counts[kind] * rate for kind, rate in rates.items())

    return run


def arithmetic(native: Native, threads: int, dtype: str, kind: str, repeats: int) -> float:
    """Nanoseconds for one number of a dtype on all threads together, as the mean over a thousand times the repetitions.

    kind: one of ``KINDS``, or "multiply-add".
    """
    place = (*KINDS, "multiply-add").index(kind)
    nanoseconds: float = native.function(f"limits_arithmetic_{TAGS[dtype]}")(threads, place, repeats)
    return nanoseconds


def _timed(run: Callable[[int], float]) -> Contestant:
    """One that says by itself what it took."""

    def samples(nanoseconds: float) -> list[float]:
        repeats = repetitions(run)
        found, end = list[float](), perf_counter_ns() + nanoseconds
        while not found or perf_counter_ns() < end:
            found.append(run(repeats) * 1e-9)
        return found

    return Contestant(lambda: run(1), lambda _: (), timed=samples)


def repetitions(run: Callable[[int], float]) -> int:
    """So many that a sample is long enough for the clock, and for threads that wait for each other at its end."""
    repeats = 1
    while True:
        took = min(_once(run, repeats) for _ in range(3))  # the least: threads may wait for a core as well
        if took > SAMPLE / 2 or repeats > 10**8:
            return max(1, round(repeats * SAMPLE / took))
        repeats *= 4


def _once(run: Callable[[int], float], repeats: int) -> int:
    start = perf_counter_ns()
    run(repeats)
    return perf_counter_ns() - start
