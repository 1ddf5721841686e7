"""Work that nothing waits for until the end: done in other processes, where there are cores for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from derive.system.worker import Worker

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def elsewhere(work: Callable[[T], R], processes: int) -> Iterator[Callable[[T], Callable[[], R]]]:
    """``work``, to be called with one subject after another; all of it is done when the context ends.

    A call gives back a function that waits for the value.  With one process the work is done at each call.  With
    more, this one goes on meanwhile, and what a call raised is raised where its value is asked for, at the latest at
    the end: that of the first call that failed.  What a process was killed over, what cannot be
    sent, and what none has begun when its value is asked for, is done here.
    """
    if processes < 2 or not sys.executable:
        yield lambda subject: _given(work(subject))
        return
    from derive.system.worker import NotDoneError  # here alone: to load a kernel takes no other process

    crew, answers = _Crew(processes - 1), list[Callable[[], R]]()

    def later(subject: T) -> Callable[[], R]:
        call = crew.pool.submit(crew.call, work, subject)

        @cache
        def answer() -> R:
            if call.cancel():  # no other process has begun it
                return work(subject)
            try:
                return call.result()  # type: ignore[no-any-return]
            except NotDoneError:
                return work(subject)

        answers.append(answer)
        return answer

    try:
        yield later
        for answer in answers:
            answer()
    finally:
        crew.end()


def _given(value: R) -> Callable[[], R]:
    return lambda: value


class _Crew:
    """So many threads, each with a process that it starts when there is work and waits for."""

    def __init__(self, size: int) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self.pool = ThreadPoolExecutor(size)
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._ended = False
        self._changing = threading.Lock()

    def call(self, work: Callable[[Any], Any], subject: Any) -> Any:
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None or not worker.is_alive:
            self._own.worker = worker = self._start()
        return worker.call(work, subject)

    def end(self) -> None:
        """Now: work that is still going on is given up."""
        with self._changing:
            self._ended = True
            for worker in self._workers:
                worker.end()
        self.pool.shutdown(cancel_futures=True)

    def _start(self) -> Worker:
        from derive.system.worker import NotDoneError, Worker

        with self._changing:
            if self._ended:
                raise NotDoneError
            try:
                self._workers.append(Worker())
            except OSError as error:  # no room for another process
                raise NotDoneError from error
            return self._workers[-1]
