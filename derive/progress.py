"""What is told of a job while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """A stage begins on a subject; ``done`` of ``total`` such steps lie behind."""

    stage: str
    subject: str
    done: int
    total: int


Tell = Callable[[Event], None]


class Clock:
    """Counts the steps of a job and tells each as it begins."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def step(self, stage: str, subject: str) -> None:
        self._tell(Event(stage, subject, self._done, self._total))
        self._done += 1
