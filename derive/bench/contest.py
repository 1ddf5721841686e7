"""The run: every cell in turn, and within a cell all contestants in turn, round after round.

Each library has a process of its own, held to the number of threads; none runs while another is timed.  What the
machine does to one round (a slower clock, a neighbour) it does to all in it: ratios are taken round by round.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from derive.bench.ask import Ask
from derive.bench.data import bytes_needed
from derive.bench.floor import work_of
from derive.bench.hardware import machine
from derive.bench.native import Native, compiled
from derive.bench.peers import Peer
from derive.bench.plain import Plain, PlainError, plain_of
from derive.bench.records import Cell, Report, Result, Subject, Timing
from derive.bench.station import Ready, measure, prepare
from derive.bench.task import Task
from derive.language.formula import Formula
from derive.loading import CompilerError
from derive.loops.ir import Program
from derive.pipeline import build_formula
from derive.progress import Clock, Tell
from derive.system.temporary import work_folder
from derive.system.worker import NotDoneError, Worker

S = TypeVar("S")
R = TypeVar("R")

OURS = (Peer("ours", "ours"), Peer("limits", "limits"))
PART = 0.7
"""The part of the free memory that a cell may take."""
SLOW = 0.25
"""Seconds of one call from which on two rounds are enough to see what is to be seen."""


def run_bench(
    ask: Ask, tell: Tell = lambda event: None, done: Callable[[Result], None] = lambda result: None
) -> Report:
    """Time what was asked for.  Ctrl-C ends it early: the report then holds the cells that were finished.

    done: told of each result as it comes.  Raises DeriveError where a formula does not derive.
    """
    results: list[Result] = []
    complete = False
    with work_folder("derive-bench-") as folder:
        native, why = _native(folder)
        notes = {"compiler": why} if why else {}
        try:
            for result in _results(ask, native, folder, Clock(tell, len(ask.cells))):
                results.append(replace(result, notes={**notes, **result.notes}))
                done(results[-1])
            complete = True
        except KeyboardInterrupt:
            pass
        about = machine(native, ask)
    return Report(about, _settings(ask), tuple(results), complete)


def _settings(ask: Ask) -> Mapping[str, object]:
    return {"rounds": ask.rounds, "milliseconds": ask.milliseconds, "quick": ask.quick}


def _native(folder: Path) -> tuple[Native | None, str]:
    try:
        return compiled(folder), ""
    except CompilerError as error:
        return None, f"no C kernels and no limits: {error}"


def _results(ask: Ask, native: Native | None, folder: Path, clock: Clock) -> Iterator[Result]:
    for threads in dict.fromkeys(cell.threads for cell in ask.cells):
        with _stations(ask, threads) as stations:
            for cell in (one for one in ask.cells if one.threads == threads):
                clock.step(f"{cell.threads} thread{'s' * (threads > 1)}", f"{cell.kernel} {cell.shape}")
                yield _timed(cell, ask, stations, _task(ask.subjects[cell.kernel], cell, native, folder))


def _task(subject: Subject, cell: Cell, native: Native | None, folder: Path) -> Task:
    formula, name = subject.formula, subject.name
    program = _programs(formula)[name]
    try:
        plain = _plain(formula, name)
    except PlainError:
        plain = None
    return Task(cell, subject, program.inputs, plain, work_of(program), native, folder)


@cache
def _programs(formula: Formula) -> dict[str, Program]:
    return {program.name: program for program in build_formula(formula).programs}


@cache
def _plain(formula: Formula, name: str) -> Plain:
    return plain_of(formula, name, _programs(formula)[name].inputs)


# --- processes -------------------------------------------------------------------------------------------------------


class Station:
    """The process of one library, started when it is first needed and again where it died."""

    def __init__(self, peer: Peer, threads: int) -> None:
        self.peer, self._threads = peer, threads
        self._worker: Worker | None = None

    def prepare(self, task: Task) -> Ready:
        return self._call(prepare, (self.peer.module, task))

    def measure(self, name: str, milliseconds: float) -> float:
        return self._call(measure, (name, 1e6 * milliseconds))

    def end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _call(self, work: Callable[[S], R], subject: S) -> R:
        if self._worker is None or not self._worker.is_alive:
            self._worker = Worker(environment=_environment(self._threads))
        return self._worker.call(work, subject)


def _environment(threads: int) -> dict[str, str]:
    """Every library that starts threads of its own starts so many."""
    names = ("OMP", "MKL", "OPENBLAS", "NUMBA", "VECLIB_MAXIMUM", "NUMEXPR")
    found = {f"{name}_NUM_THREADS": str(threads) for name in names}
    if threads == 1:
        found["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return {**found, "NPROC": str(threads), "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}


@contextmanager
def _stations(ask: Ask, threads: int) -> Iterator[tuple[Station, ...]]:
    stations = tuple(Station(peer, threads) for peer in (*OURS, *ask.peers))
    try:
        yield stations
    finally:
        for station in stations:
            station.end()


# --- one cell --------------------------------------------------------------------------------------------------------


def _timed(cell: Cell, ask: Ask, stations: tuple[Station, ...], task: Task) -> Result:
    work = task.work
    arrays = (work.reads, work.writes) if work else (len(task.inputs), 1)
    needed, free = bytes_needed(*arrays, cell.rows, cell.classes, cell.dtype, len(stations)), _free_memory()
    if needed > PART * free:
        return Result(cell, {}, {"": f"left out: takes {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free"})
    ready: dict[Station, Ready] = {}
    notes: dict[str, str] = {}
    for station in stations:
        made = _prepared(station, task)
        task = replace(task, reference=task.reference or made.reference)
        notes |= {name or station.peer.name: note for name, note in made.notes.items()}
        ready[station] = made
    rounds = _rounds(ready, ask)
    timings = {name: Timing(tuple(times)) for name, times in rounds.items() if len(times) > 0}
    return Result(cell, timings, notes)


def _prepared(station: Station, task: Task) -> Ready:
    try:
        return station.prepare(task)
    except NotDoneError:
        station.end()
        return Ready({}, {"": "failed: its process ended"})


def _rounds(ready: Mapping[Station, Ready], ask: Ask) -> dict[str, list[float]]:
    """Of each contestant its time in each round; the order changes from round to round."""
    field = [(station, name) for station, made in ready.items() for name in made.seconds]
    slowest = max((s for made in ready.values() for s in made.seconds.values()), default=0.0)
    found: dict[str, list[float]] = {name: [] for _, name in field}
    order = random.Random(1)
    for _ in range(min(ask.rounds, 3) if slowest > SLOW else ask.rounds):
        order.shuffle(field)
        for station, name in tuple(field):
            try:
                found[name].append(station.measure(name, ask.milliseconds))
            except NotDoneError:
                station.end()
                field.remove((station, name))
                found.pop(name)
            time.sleep(1e-3)  # threads that wait for more work in a loop give up
    return found


def _free_memory() -> float:
    """Bytes; where the system does not tell, as if there were plenty."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return float("inf")
    return next((1024.0 * int(line.split()[1]) for line in text.splitlines() if "MemAvailable" in line), float("inf"))
