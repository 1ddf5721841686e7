"""What is told of a job while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock


@dataclass(frozen=True)
class Event:
    """A stage begins on a subject; ``done`` of ``total`` such steps lie behind."""

    stage: str
    subject: str
    done: int
    total: int


@dataclass(frozen=True)
class Outcome:
    """What a build did.

    new, changed, unchanged, removed: what became of each file; kept: files to remove that were edited by hand.
    warnings: what is right and yet not as good as it should be.
    made:     the stages that each formula went through; those of which an earlier build had the result are not there.
    seconds:  for each stage how long it took, in all processes together; ``total``: by the clock on the wall.
    """

    folder: Path
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    made: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


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
