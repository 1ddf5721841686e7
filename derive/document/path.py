"""The guided path through the topics of a document, before any medium spells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derive.algebra.records import Derivation, Theorem
from derive.document.brief import brief
from derive.document.recorded import Recorded
from derive.document.rules import RuleShown, rules_by_name
from derive.language.claims import Claim
from derive.language.text import Text
from derive.language.topics import Law, Steps, Stop, Topic

TITLE = Text("A guided path", zh="导读：由浅入深")
OPENING = Text(
    "The theory in the order in which it is read first, in key steps, each formula from the one before. The exercises "
    "are short, and every answer was checked with numbers before it was written here.",
    zh="按初次阅读的顺序，把理论走一遍：只取关键步骤，每个公式都由前面的推出。习题都很短，每个答案在写到这里之前都用"
    "数值核对过。",
)
ANSWERS = Text("Answers to the exercises", zh="习题答案")
OPEN = 6
"""No more key steps are shown unasked."""


@dataclass(frozen=True)
class StopAt:
    """A stop of a document by its number, from 1; exercises are numbered within it.  home: a formula of its topic."""

    number: int
    topic: Topic
    stop: Stop
    home: Recorded


def stops(built: Sequence[Recorded]) -> tuple[StopAt, ...]:
    """Of the topics of a document, in its order."""
    homes = {one.topic.name: one for one in reversed(built) if one.topic is not None}
    order = dict.fromkeys(one.topic.name for one in built if one.topic is not None)
    found = ((homes[name].topic, homes[name]) for name in order)
    with_stop = [(t, t.stop, home) for t, home in found if t is not None and t.stop is not None]
    return tuple(StopAt(number, *one) for number, one in enumerate(with_stop, start=1))


@dataclass(frozen=True)
class Shelf:
    """What a document holds of each formula, for a stop to take from; ``None``: it is not there."""

    built: Mapping[str, Recorded]
    rules: Mapping[str, RuleShown]

    def chain(self, steps: Steps) -> Derivation | None:
        """In its key steps."""
        one = self.built.get(steps.of.name)
        return next((brief(d) for d in one.derived.derivations if d.name == steps.name), None) if one else None

    def theorem(self, claim: Claim) -> Theorem | None:
        """The claim is the last of its name: the engine proves theorems of its own before those."""
        one = self.built.get(claim.about.name)
        found = reversed(one.derived.theorems) if one else iter(())
        return next((theorem for theorem in found if theorem.name == claim.name), None)

    def law(self, law: Law) -> RuleShown | None:
        return self.rules.get(law.name)


def shelf(built: Sequence[Recorded]) -> Shelf:
    return Shelf({one.formula.name: one for one in built}, rules_by_name(one.derived for one in built))


def in_key_steps(theorem: Theorem) -> Theorem:
    return replace(theorem, proof=brief(theorem.proof))
