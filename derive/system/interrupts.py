"""Ctrl-C where Python, or a library, would drop it."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sys import UnraisableHookArgs
    from types import FrameType

SECONDS = 0.01
"""So long after one was lost the next comes: Python is no longer where it loses them."""

PATIENCE = 3.0
"""Seconds for which an interrupt waits until what is being imported is there."""

_outstanding = threading.Event()
"""An interrupt was sent again and has not come yet."""


def repeat_lost_interrupts() -> None:
    """From now on an interrupt that Python drops is sent again, and none comes while a module is imported.

    What interrupts a ``__del__`` or the callback of a weak reference is told and forgotten; each import has such a
    callback.  And a library that can do without another catches whatever its import raises (as mpmath does for gmpy).
    """
    told = sys.unraisablehook

    def hook(lost: UnraisableHookArgs) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            _again()
        else:
            told(lost)

    sys.unraisablehook = hook
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Postponed())


@contextlib.contextmanager
def none_outlived() -> Iterator[None]:
    """Work that an interrupt sent again does not come too late for: however the work ends, it was interrupted.

    Raises KeyboardInterrupt: in place of the result, or of the error, that was there before the interrupt came.
    """
    try:
        yield
    finally:
        if _outstanding.is_set():
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is told now, and comes no more
            raise KeyboardInterrupt


class _Postponed:
    """What answers the signal: it waits for an import to end, though not for ever."""

    def __init__(self) -> None:
        self._since: float | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if now - self._since < PATIENCE and _imports(frame):
            _again()
            return
        self._since = None
        _outstanding.clear()
        signal.default_int_handler(number, frame)


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "_find_and_load" and frame.f_code.co_filename.startswith("<frozen importlib."):
            return True
        frame = frame.f_back
    return False


def _again() -> None:
    _outstanding.set()
    again = threading.Timer(SECONDS, _thread.interrupt_main)
    again.daemon = True
    again.start()
