"""A build that is killed leaves no process behind, and whoever reads its pipe goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from derive.system.worker import NotDoneError, Worker

ROOT = Path(__file__).resolve().parents[1]
MARK = "DERIVE_TEST_OF_PROCESSES"

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc on this system")

SECONDS = 10
"""In which everything has to be gone: a reader that hangs is found by it."""


def marked(mark: str) -> list[str]:
    """The command lines of the processes that carry the mark in their environment."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and f"{MARK}={mark}".encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def start(mark: str, *command: str) -> subprocess.Popen[str]:
    environment = {**os.environ, MARK: mark, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *command], env=environment, stdout=pipe, stderr=pipe, text=True)


def wait_until_there_are(number: int, mark: str) -> None:
    end = time.monotonic() + 10 * SECONDS
    while len(marked(mark)) < number and time.monotonic() < end:
        time.sleep(0.005)
    assert len(marked(mark)) >= number


def wait_until_all_are_gone(mark: str) -> None:
    end = time.monotonic() + SECONDS
    while marked(mark) and time.monotonic() < end:
        time.sleep(0.02)
    assert marked(mark) == []


@pytest.mark.parametrize(
    ("kill", "later"), [(signal.SIGKILL, 0.0), (signal.SIGKILL, 1.5), (signal.SIGTERM, 1.0), (signal.SIGHUP, 0.5)]
)
def test_no_process_outlives_a_killed_build(kill: signal.Signals, later: float, tmp_path: Path) -> None:
    """Neither one that works nor one whose interpreter is only starting; the whole catalogue takes several."""
    mark = tmp_path.name
    with start(mark, "-m", "derive", "build", "--out", str(tmp_path / "out")) as process:
        wait_until_there_are(2, mark)
        time.sleep(later)
        process.send_signal(kill)
        _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (-kill, "")
    wait_until_all_are_gone(mark)


def test_whoever_runs_a_build_with_a_time_limit_gets_an_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "derive", "build", "--out", str(tmp_path / "out")]
    begun = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(command, cwd=ROOT, capture_output=True, timeout=3)
    assert time.monotonic() - begun < 3 + SECONDS


HOLDS_THE_INTERPRETER = """\
import threading, time
from derive.system.worker import Worker
from tests.test_killed import hold
print("now", flush=True)
Worker().call(hold, 60)
"""


def hold(seconds: int) -> None:
    """One long operation in C, during which no other thread runs."""
    import ctypes

    ctypes.PyDLL(None).sleep(seconds)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a process whose parent died")
def test_a_process_that_hears_nothing_ends_too(tmp_path: Path) -> None:
    with start(tmp_path.name, "-c", HOLDS_THE_INTERPRETER) as process:
        assert process.stdout is not None
        process.stdout.readline()
        wait_until_there_are(2, tmp_path.name)
        time.sleep(0.5)
        process.kill()
        process.communicate(timeout=SECONDS)
    wait_until_all_are_gone(tmp_path.name)


# --- one process ---------------------------------------------------------------------------------------------------


def give_back(subject: object) -> object:
    return subject


def say(text: str) -> str:
    print(text, flush=True)
    return text


def end_at_once(status: int) -> None:
    os._exit(status)


def fail(text: str) -> None:
    raise ValueError(text)


class Shy(Exception):
    """Cannot be made again from its arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def fail_shyly(text: str) -> None:
    raise Shy(text, text)


def test_calls_and_answers() -> None:
    worker = Worker()
    try:
        assert worker.call(give_back, "x" * 10**6) == "x" * 10**6
        assert worker.call(say, "what is printed is no answer") == "what is printed is no answer"
        with pytest.raises(ValueError, match="^so$"):
            worker.call(fail, "so")
        for work, subject in ((give_back, say.__code__), (lambda x: x, 1), (fail_shyly, "a")):
            with pytest.raises(NotDoneError):
                worker.call(work, subject)
        assert worker.is_alive and worker.call(give_back, 1) == 1
        with pytest.raises(NotDoneError):
            worker.call(end_at_once, 1)
        assert not worker.is_alive
    finally:
        worker.end()
