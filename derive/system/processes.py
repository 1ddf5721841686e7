"""Work on many subjects, shared among processes, where there are cores for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar

from derive.system.worker import NotDoneError, Worker

T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def crew(others: int, ready: str) -> Iterator[Crew]:
    """So many processes beside this one, until the context ends; none where they cannot be started.

    ready: the module that they import while this process does something else.
    """
    made = Crew(others if sys.executable else 0, ready)
    try:
        yield made
    finally:
        made.end()


class Crew:
    """Other processes, and a thread for each that waits for it."""

    def __init__(self, others: int, ready: str) -> None:
        self._ready, self._ended, self._changing = ready, False, threading.Lock()
        self._workers: list[Worker] = []
        self._idle: SimpleQueue[Worker | None] = SimpleQueue()
        self._pool = ThreadPoolExecutor(others) if others else None
        for _ in range(others):
            self._idle.put(self._started())

    def share(
        self,
        work: Callable[[T], R],
        subjects: Sequence[T],
        here: Callable[[T], R],
        arrived: Callable[[T], None] = lambda subject: None,
    ) -> list[R]:
        """``work`` of each subject, in their order: the others begin with the first, this process with the last.

        here:    how this process does the work.  What another was killed over, and what cannot be sent, is done here.
        arrived: told in this process of what another has done.

        Raises what was raised for the first subject that failed, however many processes there are.
        """
        if self._pool is None:
            return [here(subject) for subject in subjects]
        calls = [self._pool.submit(self._call, work, subject, arrived) for subject in subjects]
        found, failed = list[R](), None
        for place, call in reversed(list(enumerate(calls))):
            if any(_has_failed(earlier) for earlier in calls[:place]):
                continue  # that is what will be told
            try:
                found.append(_given(call, here, subjects[place]))
            except Exception as error:
                failed = error
        if failed is not None:
            raise failed
        return found[::-1]

    def end(self) -> None:
        """Now: work that is still going on is given up."""
        with self._changing:
            self._ended = True
            for worker in self._workers:
                worker.end()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _call(self, work: Callable[[T], R], subject: T, arrived: Callable[[T], None]) -> R:
        worker = self._idle.get()
        try:
            if worker is None or not worker.is_alive:
                worker = self._started()
            if worker is None:
                raise NotDoneError
            value = worker.call(work, subject)
        finally:
            self._idle.put(worker)
        arrived(subject)
        return value

    def _started(self) -> Worker | None:
        with self._changing:
            if self._ended:
                return None
            try:
                self._workers.append(Worker(self._ready))
            except OSError:  # no room for another process
                return None
            return self._workers[-1]


def _has_failed(call: Future[Any]) -> bool:
    return call.done() and not call.cancelled() and not isinstance(call.exception(), NotDoneError | None)


def _given(call: Future[R], here: Callable[[T], R], subject: T) -> R:
    if call.cancel():  # no other process has begun it
        return here(subject)
    try:
        return call.result()
    except NotDoneError:
        return here(subject)
