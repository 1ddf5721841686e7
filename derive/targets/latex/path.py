"""The guided path in LaTeX: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.document import Recorded
from derive.document.page import TheoremShown, example_shown, theorem_shown
from derive.document.parts import StatementShown, definition_of
from derive.document.path import Shelf, StopAt, in_key_steps, shelf, stops
from derive.document.shown_chains import chain_shown
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.topics import Exercise, Fact, Law, Notation, Piece, Session, Steps
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
    """The stops of these formulas' topics; what a stop takes from a formula that is not among them is left out."""
    speller = _Speller(shelf(built), speech)
    return tuple(map(speller.stop, stops(built)))


@dataclass(frozen=True)
class _Speller:
    shelf: Shelf
    speech: Speech

    def stop(self, at: StopAt) -> StopShown:
        pieces = (self.piece(piece, at.home) for piece in at.stop.pieces)
        return StopShown(
            at.number,
            self.speech.heading(at.topic.title),
            self.speech.fill(WHOLE, number=rf"\ref{{topic:{at.topic.name}}}"),
            tuple(piece for piece in pieces if piece is not None),
            tuple(self.exercise(f"{at.number}.{k}", e, at.home) for k, e in enumerate(at.stop.exercises, start=1)),
        )

    def exercise(self, number: str, exercise: Exercise, home: Recorded) -> ExerciseShown:
        say = self.speech.typeset
        title = self.speech.fill("Exercise {number}", number=number)
        facts = tuple(self.fact(fact, home) for fact in exercise.facts)
        return ExerciseShown(number, title, say(exercise.question), facts, say(exercise.answer))

    def piece(self, piece: Piece, home: Recorded) -> PieceShown | None:
        match piece:
            case str():
                return PieceShown(prose=self.speech.typeset(piece))
            case Notation(tex):
                return PieceShown(displays=(tex,))
            case Session():
                return PieceShown(session=session_file(piece.name))
            case Fact():
                return self.fact(piece, home)
            case Law():
                return self.law(piece)
            case Steps(of):
                return self.taken(piece, of)
            case Claim() | Witness():
                return self.taken(piece, piece.about)
            case Formula():
                return self.taken(piece, piece)

    def fact(self, fact: Fact, home: Recorded) -> PieceShown:
        speller = Writer(home.formula.name, self.speech)
        lines = speller.statement(StatementShown(fact.left, fact.relation, fact.right), PLAIN)
        return PieceShown(opening=self.speech.listed("Take {conditions}:", numbers(fact.at)), statement=lines)

    def law(self, law: Law) -> PieceShown | None:
        rule = self.shelf.law(law)
        if rule is None or not rule.states:
            return None
        stated = " ".join(statements(rule, medium(rule.name, self.speech)))
        return PieceShown(title=self.speech.say(rule.name), opening=rf"\quad {stated}")

    def taken(self, piece: Formula | Claim | Witness | Steps, of: Formula) -> PieceShown | None:
        """What stands on the page of a formula, with its number there."""
        one = self.shelf.built.get(of.name)
        if one is None:
            return None
        spell = Writer(one.formula.name, self.speech)
        match piece:
            case Formula():
                title = self.speech.say(of.title or of.name)
                return PieceShown(
                    title=title, label=f"eq:{of.name}", displays=(spell.definition(definition_of(one.formula)),)
                )
            case Claim() if (theorem := self.shelf.theorem(piece)) is not None:
                return self.claim(spell, theorem_shown(in_key_steps(theorem), one.derived))
            case Witness():
                shown = spell.example(example_shown(piece, one.examples), PLAIN)
                return PieceShown(
                    title=shown.title, label=f"ex:{shown.label}", opening=shown.taken,
                    statement=shown.statement, provided=shown.values,
                )  # fmt: skip
            case Steps() if (chain := self.shelf.chain(piece)) is not None:
                label = f"{of.name}.{chain.name}"
                page = spell.chain(chain_shown(chain, one.derived), label, PLAIN)
                return PieceShown(title=page.title, label=f"der:{label}", chain=page)
        return None

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
