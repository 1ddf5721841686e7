"""Work in other processes: all of it is done, the first failure is told, and a process that dies loses nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from derive import pipeline
from derive.algebra.records import Derived
from derive.job import Job
from derive.language.errors import DeriveError
from derive.proofs import derive_formula
from derive.system import cores, elsewhere


def fail(number: int) -> None:
    if number > 1:
        raise DeriveError(f"number {number}")


def die_elsewhere(home: int) -> None:
    if os.getpid() != home:
        os._exit(1)


def touch(place: Path) -> None:
    time.sleep(0.05)
    place.touch()


def call(work: Callable[[int], None], subjects: Iterable[int], processes: int) -> None:
    with elsewhere(work, processes) as later:
        for subject in subjects:
            later(subject)


@pytest.mark.parametrize("processes", [1, 3])
def test_all_is_done_when_the_context_ends(processes: int, tmp_path: Path) -> None:
    places = [tmp_path / str(number) for number in range(5)]
    with elsewhere(touch, processes) as later:
        for place in places:
            later(place)
    assert all(place.exists() for place in places)


@pytest.mark.parametrize("processes", [1, 3])
def test_the_first_call_that_failed_is_told(processes: int) -> None:
    with pytest.raises(DeriveError, match="^number 2$"):
        call(fail, range(6), processes)


def test_with_one_process_it_is_told_at_once() -> None:
    with elsewhere(fail, 1) as later, pytest.raises(DeriveError):
        later(2)


def test_what_a_process_was_killed_over_is_done_here() -> None:
    with elsewhere(die_elsewhere, 2) as later:
        later(os.getpid())
        time.sleep(3)
        later(os.getpid())


def test_other_work_that_fails_is_not_held_up() -> None:
    start = time.monotonic()
    with pytest.raises(ZeroDivisionError), elsewhere(time.sleep, 2) as later:
        for _ in range(20):
            later(1.0)
        raise ZeroDivisionError
    assert time.monotonic() - start < 10


def test_there_is_a_core() -> None:
    assert cores() >= 1


def test_a_step_that_is_wrong_stops_a_build_of_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The derivation that is verified elsewhere is the one that was made here."""
    monkeypatch.setattr(pipeline, "MANY", 1)
    monkeypatch.setattr(pipeline, "derive_formula", lambda formula: spoilt(derive_formula(formula)))
    job = Job(tmp_path / "out", only=("logsumexp",), processes=2)
    with pytest.raises(DeriveError, match=r"logsumexp\.py:\d+: gradient, step \d+"):
        pipeline.build(job)
    assert not (tmp_path / "out").exists()


def spoilt(derived: Derived) -> Derived:
    first, *rest = derived.derivations
    *steps, last = first.steps
    wrong = replace(first, steps=(*steps, replace(last, after=last.after * 2)))
    return replace(derived, derivations=(wrong, *rest))
