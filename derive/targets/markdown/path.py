"""The guided path as a page: strings only, for the template to lay out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.document import Recorded, anchor
from derive.document.page import ExampleShown, TheoremShown
from derive.document.parts import Definition
from derive.document.path import OPEN, ExerciseTold, FactTold, PieceTold, StopTold, Taken, guided
from derive.document.rules import RuleShown
from derive.document.shown_chains import ChainShown
from derive.language.topics import Notation, Session
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
    """The stops of these formulas' topics."""
    return tuple(map(_Speller(words).stop, guided(built)))


@dataclass(frozen=True)
class _Speller:
    words: Words

    def stop(self, told: StopTold) -> StopShown:
        return StopShown(
            told.number,
            prose(self.words.say(told.topic.title)),
            told.topic.name,
            tuple(map(self.piece, told.pieces)),
            tuple(map(self.exercise, told.exercises)),
        )

    def exercise(self, told: ExerciseTold) -> ExerciseShown:
        question, answer = (typeset(self.words.say(text)) for text in (told.question, told.answer))
        return ExerciseShown(told.number, question, tuple(map(self.fact, told.facts)), answer)

    def piece(self, told: PieceTold) -> PieceShown:
        match told:
            case str():
                return PieceShown(prose=typeset(self.words.say(told)))
            case Notation(tex):
                return PieceShown(displays=(tex,))
            case Session():
                return PieceShown(session=told.name)
            case FactTold():
                return self.fact(told)
            case RuleShown():
                return self.law(told)
            case Taken():
                return self.taken(told)

    def writer(self, of: str) -> Writer:
        return Writer(of, self.words, beside=True)

    def fact(self, told: FactTold) -> PieceShown:
        writer = self.writer(told.of.name)
        taken = writer.listed("Take {conditions}:", numbers(told.at))
        return PieceShown(opening=taken, displays=(writer.statement(told.statement),))

    def law(self, rule: RuleShown) -> PieceShown:
        link = Link(prose(self.words.say(rule.name)), f"rules.md#{anchor(rule.name)}")
        return PieceShown(link=link, displays=statements(rule, medium(rule.name, self.words)))

    def taken(self, told: Taken) -> PieceShown:
        """What stands on the page of a formula, with a link to its place there."""
        writer, page, block = self.writer(told.of.name), f"formulas/{told.of.name}.md", told.block
        match block:
            case Definition():
                link = Link(writer.say(told.of.title or told.of.name), page)
                return PieceShown(link=link, displays=(definition(block),))
            case TheoremShown():
                shown = writer.theorem(block)
                return PieceShown(
                    link=Link(shown.title, f"{page}#{shown.label}"),
                    opening=shown.opening,
                    displays=(shown.statement,),
                    provided=shown.provided,
                    chain=_from_here(shown.proof, page),
                    open=len(block.proof.steps) <= OPEN,
                )
            case ExampleShown():
                example = writer.example(block)
                displays = tuple(filter(None, (example.statement, example.values)))
                link = Link(example.title, f"{page}#{example.label}")
                return PieceShown(link=link, opening=example.taken, displays=displays)
            case ChainShown():
                spelled = writer.chain(block)
                link = Link(spelled.title, f"{page}#{spelled.label}")
                here = _from_here(spelled, page)
                return PieceShown(link=link, displays=(spelled.result,), chain=here, open=len(block.steps) <= OPEN)


def _from_here(chain: ChainPage, page: str) -> ChainPage:
    """The chain with its links seen from the folder above that of the pages."""

    def seen(link: Link) -> Link:
        place = f"{page}{link.place}" if link.place.startswith("#") else link.place and f"formulas/{link.place}"
        return replace(link, place=place)

    def row(step: StepRow) -> StepRow:
        return replace(step, known=tuple(map(seen, step.known)))

    return replace(chain, rows=tuple(map(row, chain.rows)))
