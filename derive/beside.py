"""Work that nothing waits for until the end: done in other processes, where there are cores for it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def beside(work: Callable[[T], None], processes: int) -> Iterator[Callable[[T], None]]:
    """``work``, to be called with one subject after another; all of it is done when the context ends.

    With one process it is done at each call.  With more, this one goes on meanwhile, and what a call raised is raised
    at the end: that of the first call that failed.  What a process was killed over is done here.
    """
    if processes < 2:
        yield work
        return
    # A fresh interpreter knows nothing of the threads of this one.
    pool = ProcessPoolExecutor(processes - 1, multiprocessing.get_context("spawn"), _end_at_an_interrupt)
    pending: list[tuple[T, Future[None]]] = []
    try:

        def later(subject: T) -> None:
            try:
                with _interrupts_held_back():  # an interpreter that is just starting would answer with a traceback
                    pending.append((subject, pool.submit(work, subject)))
            except BrokenProcessPool:
                work(subject)

        yield later
        for subject, one in pending:
            try:
                one.result()
            except BrokenProcessPool:
                work(subject)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _end_at_an_interrupt() -> None:
    """Ctrl-C reaches every process of a terminal: these end without a word, what is to be said the first one says."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """For this thread, and for the processes that it starts."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
