"""The guided path in LaTeX: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.document import Recorded
from derive.document.page import ExampleShown, TheoremShown
from derive.document.parts import Definition
from derive.document.path import ExerciseTold, FactTold, PieceTold, StopTold, Taken, guided
from derive.document.rules import RuleShown
from derive.document.shown_chains import ChainShown
from derive.language.topics import Notation, Session
from derive.targets.latex.chain import PLAIN
from derive.targets.latex.page import ChainPage, Writer
from derive.targets.latex.shared import medium, session_file
from derive.targets.latex.speech import Speech
from derive.targets.rulebook import statements
from derive.targets.tex.quantities import numbers

WHOLE = "The whole topic: section {number}"


@dataclass(frozen=True)
class PieceShown:
    """prose; or what stands elsewhere under ``label``: its title, what is said around it, aligned lines; or a session.

    displays: lines of mathematics without alignment.
    """

    prose: str = ""
    title: str = ""
    label: str = ""
    opening: str = ""
    displays: tuple[str, ...] = ()
    statement: tuple[str, ...] = ()
    provided: str = ""
    chain: ChainPage | None = None
    session: str = ""


@dataclass(frozen=True)
class ExerciseShown:
    number: str
    title: str
    question: str
    facts: tuple[PieceShown, ...]
    answer: str


@dataclass(frozen=True)
class StopShown:
    """whole: where the topic stands."""

    number: int
    heading: str
    whole: str
    pieces: tuple[PieceShown, ...]
    exercises: tuple[ExerciseShown, ...]


def path(built: Sequence[Recorded], speech: Speech) -> tuple[StopShown, ...]:
    """The stops of these formulas' topics."""
    return tuple(map(_Speller(speech).stop, guided(built)))


@dataclass(frozen=True)
class _Speller:
    speech: Speech

    def stop(self, told: StopTold) -> StopShown:
        return StopShown(
            told.number,
            self.speech.heading(told.topic.title),
            self.speech.fill(WHOLE, number=rf"\ref{{topic:{told.topic.name}}}"),
            tuple(map(self.piece, told.pieces)),
            tuple(map(self.exercise, told.exercises)),
        )

    def exercise(self, told: ExerciseTold) -> ExerciseShown:
        question, answer = (self.speech.typeset(text) for text in (told.question, told.answer))
        title = self.speech.fill("Exercise {number}", number=told.number)
        return ExerciseShown(told.number, title, question, tuple(map(self.fact, told.facts)), answer)

    def piece(self, told: PieceTold) -> PieceShown:
        match told:
            case str():
                return PieceShown(prose=self.speech.typeset(told))
            case Notation(tex):
                return PieceShown(displays=(tex,))
            case Session():
                return PieceShown(session=session_file(told.name))
            case FactTold():
                return self.fact(told)
            case RuleShown():
                return self.law(told)
            case Taken():
                return self.taken(told)

    def fact(self, told: FactTold) -> PieceShown:
        lines = Writer(told.of.name, self.speech).statement(told.statement, PLAIN)
        return PieceShown(opening=self.speech.listed("Take {conditions}:", numbers(told.at)), statement=lines)

    def law(self, rule: RuleShown) -> PieceShown:
        stated = " ".join(statements(rule, medium(rule.name, self.speech)))
        return PieceShown(title=self.speech.say(rule.name), opening=rf"\quad {stated}")

    def taken(self, told: Taken) -> PieceShown:
        """What stands on the page of a formula, with its number there."""
        of, block = told.of, told.block
        spell = Writer(of.name, self.speech)
        match block:
            case Definition():
                title = self.speech.say(of.title or of.name)
                return PieceShown(title=title, label=f"eq:{of.name}", displays=(spell.definition(block),))
            case TheoremShown():
                return self.claim(spell, block)
            case ExampleShown():
                shown = spell.example(block, PLAIN)
                return PieceShown(
                    title=shown.title, label=f"ex:{shown.label}", opening=shown.taken,
                    statement=shown.statement, provided=shown.values,
                )  # fmt: skip
            case ChainShown():
                page = spell.chain(block, f"{of.name}.{block.name}", PLAIN)
                return PieceShown(title=page.title, label=f"der:{page.label}", chain=page)

    def claim(self, spell: Writer, theorem: TheoremShown) -> PieceShown:
        """Its proof, which begins on one side of the statement and ends on the other."""
        whole = spell.theorem(theorem, PLAIN)
        return PieceShown(
            title=whole.title,
            label=f"thm:{whole.label}",
            opening=whole.opening,
            provided=whole.provided,
            chain=whole.proof,
        )
