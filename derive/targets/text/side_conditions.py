"""Conditions in the words of a language."""

from __future__ import annotations

from derive.algebra.records import Condition
from derive.document.stating import FOR_EVERY, condition_pattern, running_indices
from derive.targets.words import Words


def spelled(owed: Condition, shown: list[str], words: Words, whose: str) -> str:
    """The condition with its subject as ``shown``, signs as typed.  Raises DocumentError on a kind without words."""
    text = words.say(condition_pattern(owed, whose)).format(*shown)
    running = running_indices(owed)
    return words.fill(FOR_EVERY, condition=text, names=", ".join(running)) if running else text
