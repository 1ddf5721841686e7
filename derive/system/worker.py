"""A process that works for this one, and that ends when this one ends, however that ends.

Calls and answers go through two pipes.  While the other process works, a thread of it listens for the end of its
pipe, which comes when this process is gone, killed or not; on Linux the system kills it then as well, for a thread
is not heard while one long operation holds the interpreter.  There is nothing else to clean up after a kill: no
semaphore, no tracker of any, and no third process that keeps a pipe open.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import IO, Any, TypeVar

from derive.system.resources import collect_rarely

T = TypeVar("T")
R = TypeVar("R")

_START = "import sys; sys.path[:] = sys.argv[2:]; from derive.system.worker import serve; serve(sys.argv[1])"
_LENGTH = 8
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


class NotDoneError(Exception):
    """The process ended before it answered, or the call cannot be sent: the work is still to be done."""


class Worker:
    """The other process.  It has a group of its own: Ctrl-C in a terminal is for this process alone to answer.

    It lives no longer than the thread that started it.

    ready:       the module that it imports before it is asked for anything.
    environment: variables that it has beside those of this process.
    first:       folders in which it looks for modules before it does where this process looks.
    """

    def __init__(
        self, ready: str = __name__, environment: Mapping[str, str] | None = None, first: Sequence[str] = ()
    ) -> None:
        command = [sys.executable, "-P", "-c", _START, ready, *first, *map(str, sys.path)]
        apart: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {"creationflags": _NEW_GROUP}
        around = {**os.environ, **(environment or {})}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=around, **apart)

    def call(self, work: Callable[[T], R], subject: T) -> R:
        """``work(subject)``, done there; raises what it raises, and NotDoneError."""
        try:
            answer = pickle.loads(self._passed(pickle.dumps((work, subject))))  # noqa: S301 - from a process of our own
        except Exception as error:  # whatever pickling meets
            raise NotDoneError from error
        if isinstance(answer, NotDoneError):
            raise answer
        done, value = answer
        if not done:
            raise value
        return value  # type: ignore[no-any-return]

    def _passed(self, call: bytes) -> bytes:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            _send(self._process.stdin, call)
            return _receive(self._process.stdout)
        except (OSError, EOFError):
            self.end()
            raise

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Now, whatever it does."""
        self._process.kill()
        self._process.wait()


_NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


def serve(ready: str) -> None:
    """The other process: imports a module, then answers calls until nobody is there to make any."""
    _die_with_parent()
    collect_rarely()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is printed is no answer
    calls: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(calls,), daemon=True).start()
    with contextlib.suppress(Exception):  # whoever calls for what is in it is told
        importlib.import_module(ready)
    with contextlib.suppress(OSError):
        while True:
            _send(answers, _answer(calls.get()))
    os._exit(0)


def _listen(calls: SimpleQueue[bytes]) -> None:
    try:
        while True:
            calls.put(_receive(sys.stdin.buffer))
    finally:
        os._exit(0)  # nobody waits for what is being done


def _answer(call: bytes) -> bytes:
    """(whether it was done, its value or what it raised), or NotDoneError where one of them cannot travel."""
    try:
        work, subject = pickle.loads(call)  # noqa: S301 - from the process that started it
    except Exception:
        return pickle.dumps(NotDoneError())
    try:
        answer = True, work(subject)
    except Exception as error:
        answer = False, error
    try:
        return pickle.dumps(answer)
    except Exception:
        return pickle.dumps(NotDoneError())


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_LENGTH, "big") + content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """Raises EOFError where the other end is gone."""
    head = pipe.read(_LENGTH)
    content = pipe.read(int.from_bytes(head, "big"))
    if len(head) < _LENGTH or len(content) < int.from_bytes(head, "big"):
        raise EOFError
    return content


def _die_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
