"""The guided path as a page: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.document import Recorded, anchor
from derive.document.page import example_shown, theorem_shown
from derive.document.parts import StatementShown, definition_of
from derive.document.path import OPEN, Shelf, StopAt, in_key_steps, shelf, stops
from derive.document.shown_chains import chain_shown
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.topics import Exercise, Fact, Law, Notation, Piece, Session, Steps
from derive.targets.markdown.escape import prose, typeset
from derive.targets.markdown.page import ChainPage, Link, StepRow, Writer, definition
from derive.targets.markdown.shared import medium
from derive.targets.rulebook import statements
from derive.targets.tex.quantities import numbers
from derive.targets.words import Words


@dataclass(frozen=True)
class PieceShown:
    """prose; or a display, where it comes from (``link``), what is said around it, and its key steps; or a session."""

    prose: str = ""
    link: Link | None = None
    opening: str = ""
    displays: tuple[str, ...] = ()
    provided: str = ""
    chain: ChainPage | None = None
    open: bool = False
    session: str = ""


@dataclass(frozen=True)
class ExerciseShown:
    number: str
    question: str
    facts: tuple[PieceShown, ...]
    answer: str


@dataclass(frozen=True)
class StopShown:
    number: int
    title: str
    topic: str
    pieces: tuple[PieceShown, ...]
    exercises: tuple[ExerciseShown, ...]


def path(built: Sequence[Recorded], words: Words) -> tuple[StopShown, ...]:
    """The stops of these formulas' topics; what a stop takes from a formula that is not among them is left out."""
    speller = _Speller(shelf(built), words)
    return tuple(map(speller.stop, stops(built)))


@dataclass(frozen=True)
class _Speller:
    shelf: Shelf
    words: Words

    def stop(self, at: StopAt) -> StopShown:
        pieces = (self.piece(piece, at.home) for piece in at.stop.pieces)
        return StopShown(
            at.number,
            prose(self.words.say(at.topic.title)),
            at.topic.name,
            tuple(piece for piece in pieces if piece is not None),
            tuple(self.exercise(f"{at.number}.{k}", e, at.home) for k, e in enumerate(at.stop.exercises, start=1)),
        )

    def exercise(self, number: str, exercise: Exercise, home: Recorded) -> ExerciseShown:
        say = self.words.say
        facts = tuple(self.fact(fact, home) for fact in exercise.facts)
        return ExerciseShown(number, typeset(say(exercise.question)), facts, typeset(say(exercise.answer)))

    def piece(self, piece: Piece, home: Recorded) -> PieceShown | None:
        match piece:
            case str():
                return PieceShown(prose=typeset(self.words.say(piece)))
            case Notation(tex):
                return PieceShown(displays=(tex,))
            case Session():
                return PieceShown(session=piece.name)
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
        writer = _writer(home, self.words)
        taken = writer.listed("Take {conditions}:", numbers(fact.at))
        return PieceShown(
            opening=taken, displays=(writer.statement(StatementShown(fact.left, fact.relation, fact.right)),)
        )

    def law(self, law: Law) -> PieceShown | None:
        rule = self.shelf.law(law)
        if rule is None or not rule.states:
            return None
        link = Link(prose(self.words.say(rule.name)), f"rules.md#{anchor(rule.name)}")
        return PieceShown(link=link, displays=statements(rule, medium(rule.name, self.words)))

    def taken(self, piece: Formula | Claim | Witness | Steps, of: Formula) -> PieceShown | None:
        """What stands on the page of a formula, with a link to its place there."""
        one = self.shelf.built.get(of.name)
        if one is None:
            return None
        writer, page = _writer(one, self.words), f"formulas/{of.name}.md"
        match piece:
            case Formula():
                link = Link(writer.say(of.title or of.name), page)
                return PieceShown(link=link, displays=(definition(definition_of(one.formula)),))
            case Claim() if (found := self.shelf.theorem(piece)) is not None:
                theorem = in_key_steps(found)
                shown = writer.theorem(theorem_shown(theorem, one.derived))
                return PieceShown(
                    link=Link(shown.title, f"{page}#{shown.label}"),
                    opening=shown.opening,
                    displays=(shown.statement,),
                    provided=shown.provided,
                    chain=_from_here(shown.proof, page),
                    open=len(theorem.proof.steps) <= OPEN,
                )
            case Witness():
                example = writer.example(example_shown(piece, one.examples))
                displays = tuple(filter(None, (example.statement, example.values)))
                link = Link(example.title, f"{page}#{example.label}")
                return PieceShown(link=link, opening=example.taken, displays=displays)
            case Steps() if (chain := self.shelf.chain(piece)) is not None:
                spelled = writer.chain(chain_shown(chain, one.derived))
                link = Link(spelled.title, f"{page}#{spelled.label}")
                here = _from_here(spelled, page)
                return PieceShown(link=link, displays=(spelled.result,), chain=here, open=len(chain.steps) <= OPEN)
        return None


def _writer(one: Recorded, words: Words) -> Writer:
    return Writer(one.formula.name, words, beside=True)


def _from_here(chain: ChainPage, page: str) -> ChainPage:
    """The chain with its links seen from the folder above that of the pages."""

    def seen(link: Link) -> Link:
        place = f"{page}{link.place}" if link.place.startswith("#") else link.place and f"formulas/{link.place}"
        return replace(link, place=place)

    def row(step: StepRow) -> StepRow:
        return replace(step, known=tuple(map(seen, step.known)))

    return replace(chain, rows=tuple(map(row, chain.rows)))
