"""Headings by the numbers that they have in the PDF.

There a topic is a section and a formula a part of it; what is derived, proved and shown is counted together within a
section, and what waits for the appendix through all of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from derive.targets.words import Words

_KINDS = {"derivation": "Derivation", "theorem": "Theorem", "example": "Example", "further": "Derivation"}
_HEADING = re.compile(
    r"^(?P<marks>#{1,3}) (?P<title>.*?)(?P<attributes> \{ #[^ }]+(?: \.derive-(?P<kind>\w+))? \})?$", re.MULTILINE
)
_FENCED = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def numbered(topics: Iterable[str], words: Words) -> Iterator[str]:
    """The pages of all topics, in their order, with numbers before their headings."""
    appendix = count(1)
    for section, text in enumerate(topics, start=1):
        pieces = _FENCED.split(text)
        counters = _Counters(section, appendix, words)
        yield "".join(p if place % 2 else _HEADING.sub(counters.head, p) for place, p in enumerate(pieces))


class _Counters:
    """Those of one section."""

    def __init__(self, section: int, appendix: Iterator[int], words: Words) -> None:
        self._section, self._appendix, self._words = section, appendix, words
        self._formulas, self._stated = count(1), count(1)

    def head(self, heading: re.Match[str]) -> str:
        title, attributes = heading["title"], heading["attributes"] or ""
        if heading["marks"] == "#":
            title = f"{self._section}. {title}"
        elif heading["kind"] in _KINDS:
            title = self._with_kind(heading["kind"], title)
        elif heading["kind"] == "formula":
            title = f"{self._section}.{next(self._formulas)} {title}"
        return f"{heading['marks']} {title}{attributes}"

    def _with_kind(self, kind: str, title: str) -> str:
        say, word = self._words.say, self._words.say(_KINDS[kind])
        number = f"A.{next(self._appendix)}" if kind == "further" else f"{self._section}.{next(self._stated)}"
        colon = say(": ")
        return f"{word} {number}{colon}{title.removeprefix(word).removeprefix(colon)}"
