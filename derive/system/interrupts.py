"""Ctrl-C where Python cannot raise it."""

from __future__ import annotations

import _thread
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

SECONDS = 0.01
"""So long after one was lost the next comes: Python is no longer where it loses them."""


def repeat_lost_interrupts() -> None:
    """From now on an interrupt that Python drops is sent again.

    What interrupts a ``__del__`` or the callback of a weak reference is told and forgotten; each import has such a
    callback, so that now and then Ctrl-C would be without effect.
    """
    told = sys.unraisablehook

    def hook(lost: UnraisableHookArgs) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            again = threading.Timer(SECONDS, _thread.interrupt_main)
            again.daemon = True
            again.start()
        else:
            told(lost)

    sys.unraisablehook = hook
