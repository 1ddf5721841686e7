"""Conditions in the words of a language."""

from __future__ import annotations

from derive.algebra.records import Condition
from derive.targets.document import FOR_EVERY, condition_pattern, running_indices
from derive.targets.words import Words


def spelled(owed: Condition, shown: list[str], words: Words) -> str | None:
    """The condition with its subject as ``shown``, signs as typed; ``None`` where its kind has no pattern."""
    pattern = condition_pattern(owed)
    if pattern is None:
        return None
    text = words.say(pattern).format(*shown)
    running = running_indices(owed)
    return words.fill(FOR_EVERY, condition=text, names=", ".join(running)) if running else text
