"""What a page says, read from its text: what the readers of all media share."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from derive.algebra.records import Derived
from derive.targets.words import Words

Said = tuple[str, ...]
"""What is said, in one unit: its kind, then its parts, mathematics as :func:`bare` leaves it."""

PATTERNS = {
    "Throughout, {conditions}.": "throughout",
    "Side conditions: {conditions}.": "owed",
    "Provided that {conditions}.": "provided",
    "For every {conditions}:": "for every",
    "Take {conditions}:": "take",
}
_LAYOUT = re.compile(
    r"\\(?:(?:begin|end)\{(?:aligned|align\*|dcases|cases)\}|\[1ex\]|\[|\]|\\\*?(?:\[1ex\])?|left(?![a-z])|right(?![a-z])"
    r"|bigg?[lr]|quad|MoveEqLeft|derivefit|displaystyle|text(?![a-z])|[,;!])|[\s{}&$`]"
)
_RANGES = re.compile(r",\s*\\qquad.*", re.DOTALL)


def bare(tex: str) -> str:
    """Mathematics without what lays it out on lines and sets its size; prose without its spaces."""
    return _LAYOUT.sub("", _RANGES.sub("", tex)).replace(r"\vert", "|").replace(r"\Vert", r"\|")


def bare_html(text: str) -> str:
    return bare(html.unescape(re.sub(r"</?(?:span|strong)>", "", text)))


@dataclass(frozen=True)
class Names:
    """What stands in a text for a title or the name of a rule -> the title or the name, in English."""

    known: Mapping[str, str]
    words: Words

    def of(self, text: str) -> str:
        return self.known.get(bare_html(text), f"unknown: {text}")

    def reason(self, text: str) -> tuple[str, str]:
        """The name of a rule, and what is known and where, if there is a list after it."""
        read, colon = bare_html(text), bare(self.words.say(": "))
        for name in sorted(self.known, key=len, reverse=True):
            if read == name:
                return self.known[name], ""
            if read.startswith(name + colon):
                for found in self.listed(read[len(name + colon) :]):
                    return self.known[name], places(found)
        return f"unknown: {text}", ""

    def listed(self, text: str) -> Iterator[tuple[str, ...]]:
        """Every way to read a list; a name may hold a comma."""
        return pieces(text, self.known, bare(self.words.say(", ")))


def places(found: Iterable[str]) -> str:
    """Where a step leads, each place once."""
    return "; ".join(dict.fromkeys(found))


def pieces(text: str, known: Mapping[str, str], comma: str) -> Iterator[tuple[str, ...]]:
    """Every way to read a list of what is known."""
    for name, meant in known.items():
        if text == name:
            yield (meant,)
        elif text.startswith(name + comma):
            for rest in pieces(text[len(name + comma) :], known, comma):
                yield (meant, *rest)


def names(derived: Derived, titles: Iterable[str], words: Words, spell: Callable[[str], str]) -> Names:
    """spell: how the medium writes a title or the name of a rule; titles: those of other formulas."""
    rules = {step.rule.name for chain in derived.chains for step in chain.steps}
    headed = {
        "Theorem: {title}": [theorem.title for theorem in derived.theorems],
        "Example: {title}": [witness.title or witness.name for witness in derived.witnesses],
    }
    plain = [
        *titles,
        *(chain.title for chain in derived.chains),
        *(title for some in headed.values() for title in some),
    ]
    found = {bare_html(spell(words.say(text))): str(text) for text in (*plain, *rules)}
    for pattern, some in headed.items():
        said = {title: words.fill(pattern, title=words.say(title)) for title in some}
        found |= {bare_html(spell(text)): str(title) for title, text in said.items()}
    return Names(found, words)


def sentence(text: str, words: Words) -> Said | None:
    """What a paragraph says around mathematics; nothing, where it is other prose."""
    read = bare(html.unescape(text))
    for pattern, kind in PATTERNS.items():
        before, after = map(bare, words.say(pattern).split("{conditions}"))
        if read.startswith(before) and read.endswith(after) and len(read) > len(before + after):
            return kind, read[len(before) : len(read) - len(after)].replace("，", ",")
    return None
