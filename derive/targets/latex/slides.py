"""A derivation as slides: what is defined and what it comes to, then key steps, a few on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.document import in_brief
from derive.targets.base import Built
from derive.targets.latex.page import ChainPage, ExamplePage, Page, TheoremPage, page
from derive.targets.latex.speech import Speech

LINES = 5
"""So many lines of mathematics stand on one slide."""


@dataclass(frozen=True)
class Slide:
    """``lines`` is the inside of an alignment; ``before`` and ``after`` are sentences."""

    title: str
    before: str
    lines: tuple[str, ...]
    after: str


@dataclass(frozen=True)
class Deck:
    """The slides of one formula."""

    title: str
    doc: str
    definition: str
    results: tuple[str, ...]
    slides: tuple[Slide, ...]


def deck(built: Built, speech: Speech) -> Deck:
    """Raises PrintError as :func:`derive.targets.latex.page.page` does."""
    shown = page(replace(built, derived=in_brief(built.derived)), speech)
    results = tuple(result.math for result in shown.results)
    return Deck(shown.heading, shown.doc, shown.definition, results, tuple(_slides(shown, speech)))


def _slides(shown: Page, speech: Speech) -> Iterator[Slide]:
    for block in shown.lesson:
        match block:
            case ChainPage():
                yield from _parts(block.title, block.throughout, block.lines, block.owed)
            case TheoremPage():
                yield from _theorem(block, speech)
            case ExamplePage():
                pass  # a slide shows what holds


def _theorem(theorem: TheoremPage, speech: Speech) -> Iterator[Slide]:
    title = f"{speech.say('Theorem')}{speech.say(': ')}{theorem.title}"
    stated = " ".join(filter(None, (theorem.doc, theorem.opening)))
    yield from _parts(title, stated, theorem.statement, theorem.provided)
    title, proof = f"{speech.say('Proof')}{speech.say(': ')}{theorem.title}", theorem.proof
    yield from _parts(title, proof.throughout, proof.lines, proof.owed)


def _parts(title: str, before: str, lines: tuple[str, ...], after: str) -> Iterator[Slide]:
    """The lines on as many slides as they need: what comes before on the first, what comes after on the last."""
    pieces = [lines[place : place + LINES] for place in range(0, len(lines), LINES)]
    for number, piece in enumerate(pieces):
        ended = (*piece[:-1], piece[-1].removesuffix("*").removesuffix(r" \\"))
        yield Slide(title, before if number == 0 else "", ended, after if number == len(pieces) - 1 else "")
