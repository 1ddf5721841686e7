"""Work shared among processes: all of it is done, the first failure is told, and a process that dies loses nothing."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from derive.job import Job
from derive.language.errors import DeriveError
from derive.pipeline import build
from derive.system import cores
from derive.system.processes import crew
from derive.system.worker import Worker

READY = "derive.system"


def double(number: int) -> int:
    return 2 * number


def fail(number: int) -> None:
    if number > 1:
        raise DeriveError(f"number {number}")


def die_elsewhere(home: int) -> int:
    if os.getpid() != home:
        os._exit(1)
    return home


@pytest.mark.parametrize("others", [0, 1, 3])
def test_all_is_done_and_told_in_order(others: int) -> None:
    with crew(others, READY) as made:
        assert made.share(double, range(9), here=double) == [2 * number for number in range(9)]


def test_others_work_while_this_process_does(tmp_path: Path) -> None:
    """Each waits for the other: neither could do both."""

    def here(place: Path) -> int:
        return meet(tmp_path / "two")

    with crew(1, READY) as made:
        found = made.share(meet, [tmp_path / "one", tmp_path / "two"], here=here)
    assert found[0] != found[1] == os.getpid()


def meet(place: Path) -> int:
    place.touch()
    until = time.monotonic() + 60
    while len(list(place.parent.iterdir())) < 2:
        assert time.monotonic() < until
        time.sleep(0.01)
    return os.getpid()


@pytest.mark.parametrize("others", [0, 1, 3])
def test_the_first_that_fails_is_told(others: int) -> None:
    with pytest.raises(DeriveError, match="^number 2$"), crew(others, READY) as made:
        made.share(fail, range(6), here=fail)


def test_what_comes_after_a_failure_is_not_begun() -> None:
    """This process waits for the other to fail before it goes on."""
    begun, told = list[int](), threading.Event()

    def here(number: int) -> None:
        begun.append(number)
        assert told.wait(60)
        time.sleep(1)

    with pytest.raises(DeriveError, match="^number 2$"), crew(1, READY) as made:
        made.share(fail, [0, 2, 3, 4, 5, 6], here, lambda number: told.set())
    assert begun == [6]


def test_what_a_process_was_killed_over_is_done_here() -> None:
    home = os.getpid()
    with crew(1, READY) as made:
        assert made.share(die_elsewhere, [home] * 4, here=die_elsewhere) == [home] * 4


def test_what_cannot_be_sent_is_done_here() -> None:
    with crew(1, READY) as made:
        assert made.share(lambda number: -number, [1, 2], here=double) == [2, 4]


def test_where_no_process_can_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Worker, ready: str) -> None:
        raise OSError("no room")

    monkeypatch.setattr(Worker, "__init__", refuse)
    with crew(2, READY) as made:
        assert made.share(double, [1, 2, 3], here=double) == [2, 4, 6]


def test_other_work_that_fails_is_not_held_up() -> None:
    start = time.monotonic()
    with pytest.raises(ZeroDivisionError), crew(1, READY) as made:
        threading.Thread(target=made.share, args=(time.sleep, [60.0], time.sleep), daemon=True).start()
        time.sleep(0.5)
        raise ZeroDivisionError
    assert time.monotonic() - start < 10


def test_each_that_arrives_is_told() -> None:
    told: list[int] = []

    def here(number: int) -> int:
        told.append(number)
        return double(number)

    with crew(1, READY) as made:
        made.share(double, range(50), here, told.append)
    assert sorted(told) == list(range(50))


def test_there_is_a_core() -> None:
    assert cores() >= 1


TWO_WRONG = """\
from derive.language import Claim, Formula, Sum, equal, exp, indices, vector

j = indices("j")
x = vector("x")
{0} = Formula("{0}", Sum(exp(x[j]), j), wrt=x)
{1} = Formula("{1}", Sum(x[j], j), wrt=x)
one, other = (
    Claim(f"twice_{{f.name}}", f, f.expression, "=", 2 * f.expression, (equal(2 * f.expression, "algebra"),), "Twice")
    for f in ({0}, {1})
)
"""


@pytest.mark.parametrize("others", [0, 1])
def test_of_two_formulas_that_fail_the_first_is_told(others: int, tmp_path: Path) -> None:
    """However many processes there are; with two, each fails in one of them."""
    (tmp_path / "mine.py").write_text(TWO_WRONG.format("mine_a", "mine_b"))
    job = Job(tmp_path / "out", formulas=(tmp_path / "mine.py",), only=("mine_a", "mine_b"))
    with pytest.raises(DeriveError, match="twice_mine_a") as caught, crew(others, "derive.pipeline") as made:
        build(job, others=made)
    assert "mine_b" not in str(caught.value)
    assert not job.out.exists()


def test_a_build_is_the_same_bytes_with_and_without_other_processes(tmp_path: Path) -> None:
    only = ("logsumexp", "softplus", "cross_entropy_label")
    folders = []
    for others in (0, 1):
        folders.append(tmp_path / str(others))
        with crew(others, "derive.pipeline") as made:
            build(Job(folders[-1], only=only), others=made)
    one, other = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)
    assert one == other
