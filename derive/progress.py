"""What is told of a job while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Event:
    """A stage begins on a subject; ``done`` of ``total`` such steps lie behind."""

    stage: str
    subject: str
    done: int
    total: int


Tell = Callable[[Event], None]


class Clock:
    """Counts the steps of a job and tells each as it begins.  Any thread may call it."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done, self._counting = tell, total, 0, Lock()

    def step(self, stage: str, subject: str, steps: int = 1) -> None:
        """steps: how many are over with this one."""
        with self._counting:
            self._done += steps - 1
            self._tell(Event(stage, subject, self._done, self._total))
            self._done += 1
