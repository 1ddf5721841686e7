"""The guided path through the topics of a document, before any medium spells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.algebra.records import Derivation, Theorem
from derive.document.brief import brief
from derive.document.page import Block, example_shown, theorem_shown
from derive.document.parts import Definition, StatementShown, definition_of
from derive.document.recorded import Recorded
from derive.document.rules import RuleShown, rules_by_name
from derive.document.shown_chains import chain_shown
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.text import Text
from derive.language.topics import Exercise, Fact, Law, Notation, Piece, Session, Steps, Stop, Topic

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
class FactTold:
    """A statement at these numbers, of the topic of this formula."""

    of: Formula
    at: Mapping[Any, Any]
    statement: StatementShown


@dataclass(frozen=True)
class Taken:
    """What stands on the page of a formula, in full there, and here in key steps."""

    of: Formula
    block: Definition | Block


PieceTold = str | Notation | Session | FactTold | RuleShown | Taken


@dataclass(frozen=True)
class ExerciseTold:
    """number: of its stop, and within it."""

    number: str
    question: str
    facts: tuple[FactTold, ...]
    answer: str


@dataclass(frozen=True)
class StopTold:
    """A stop of a document by its number, from 1."""

    number: int
    topic: Topic
    pieces: tuple[PieceTold, ...]
    exercises: tuple[ExerciseTold, ...]


def guided(built: Sequence[Recorded]) -> tuple[StopTold, ...]:
    """The stops of the topics of these formulas, in their order.

    What a stop takes from a formula that is not among them is left out.
    """
    homes = {one.topic.name: one for one in reversed(built) if one.topic is not None}
    order = dict.fromkeys(one.topic.name for one in built if one.topic is not None)
    found = [(homes[name].topic, homes[name].formula) for name in order]
    with_stop = [(topic, topic.stop, home) for topic, home in found if topic is not None and topic.stop is not None]
    here = shelf(built)
    return tuple(_stop(number, *one, here) for number, one in enumerate(with_stop, start=1))


def _stop(number: int, topic: Topic, stop: Stop, home: Formula, here: Shelf) -> StopTold:
    pieces = (_told(piece, home, here) for piece in stop.pieces)
    exercises = (_exercise(f"{number}.{k}", exercise, home) for k, exercise in enumerate(stop.exercises, start=1))
    return StopTold(number, topic, tuple(piece for piece in pieces if piece is not None), tuple(exercises))


def _exercise(number: str, exercise: Exercise, home: Formula) -> ExerciseTold:
    facts = tuple(_fact(fact, home) for fact in exercise.facts)
    return ExerciseTold(number, exercise.question, facts, exercise.answer)


def _fact(fact: Fact, home: Formula) -> FactTold:
    return FactTold(home, fact.at, StatementShown(fact.left, fact.relation, fact.right))


def _told(piece: Piece, home: Formula, here: Shelf) -> PieceTold | None:
    match piece:
        case str() | Notation() | Session():
            return piece
        case Fact():
            return _fact(piece, home)
        case Law():
            return here.law(piece)
        case Steps(of):
            return here.taken(piece, of)
        case Claim() | Witness():
            return here.taken(piece, piece.about)
        case Formula():
            return here.taken(piece, piece)


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
        """Its proof in key steps.  The claim is the last of its name: the engine proves theorems before those."""
        one = self.built.get(claim.about.name)
        found = reversed(one.derived.theorems) if one else iter(())
        shown = next((theorem for theorem in found if theorem.name == claim.name), None)
        return replace(shown, proof=brief(shown.proof)) if shown else None

    def law(self, law: Law) -> RuleShown | None:
        """A procedure states nothing that could be shown."""
        found = self.rules.get(law.name)
        return found if found and found.states else None

    def taken(self, piece: Formula | Claim | Witness | Steps, of: Formula) -> Taken | None:
        one = self.built.get(of.name)
        if one is None:
            return None
        match piece:
            case Formula():
                return Taken(of, definition_of(one.formula))
            case Witness():
                return Taken(of, example_shown(piece, one.examples))
            case Claim() if (theorem := self.theorem(piece)) is not None:
                return Taken(of, theorem_shown(theorem, one.derived))
            case Steps() if (chain := self.chain(piece)) is not None:
                return Taken(of, chain_shown(chain, one.derived))
        return None


def shelf(built: Sequence[Recorded]) -> Shelf:
    return Shelf({one.formula.name: one for one in built}, rules_by_name(one.derived for one in built))
