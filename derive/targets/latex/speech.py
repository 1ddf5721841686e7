"""What is said in one language, as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from derive.language.text import Text
from derive.targets.latex.escape import literal, outline, prose
from derive.targets.latex.languages import Typography, typography
from derive.targets.tex.prose import lettered
from derive.targets.words import Words

_UPRIGHT = re.compile(r"\s*\\text\{([^{}]*)\}\s*")
_DOLLARS = re.compile(r"\$([^$]+)\$")


@dataclass(frozen=True)
class Speech:
    """words: of a language; the rest follows from them."""

    words: Words

    @property
    def type(self) -> Typography:
        return typography(self.words.language)

    def say(self, text: str, letters: Iterable[str] = ()) -> str:
        """letters: names that stand for a letter where they spell one."""
        return prose(lettered(self.words.say(text), letters), self.type.wide)

    def literally(self, text: str) -> str:
        """Where letters are letters, never mathematics: names of people and of papers."""
        return literal(text.strip(), self.type.wide)

    def reference(self, work: str) -> str:
        """An entry of a bibliography, with a dash between the numbers of pages."""
        return re.sub(r"(\d)-(\d)", r"\1\\textendash{}\2", self.literally(self.words.say(work)))

    def mixed(self, text: str) -> str:
        """Prose with mathematics between dollars."""
        pieces = _DOLLARS.split(" ".join(self.words.say(text).split()))
        return "".join(f"${p}$" if place % 2 else literal(p, self.type.wide) for place, p in enumerate(pieces))

    def typeset(self, text: str) -> str:
        """Sentences, with mathematics between dollars where it is not found without them."""
        pieces = _DOLLARS.split(" ".join(self.words.say(text).split()))
        return "".join(
            f"${p}$" if place % 2 else prose(p, self.type.wide, strip=False) for place, p in enumerate(pieces)
        )

    def fill(self, pattern: str | Text, **values: str) -> str:
        """A pattern of prose around LaTeX."""
        return self.words.say(pattern).format(**values)

    def heading(self, text: str) -> str:
        """The title of a section, which stands in the outline of the PDF file too."""
        shown, plain = self.say(text), outline(self.words.say(text))
        return shown if shown == plain else rf"\texorpdfstring{{{shown}}}{{{plain}}}"

    def listed(self, pattern: str, conditions: Iterable[str]) -> str:
        """A pattern of prose around mathematics; nothing, where there is none."""
        found = self.words.say(", ").join(map(_in_prose, conditions))
        return self.fill(pattern, conditions=found) if found else ""


def _in_prose(math: str) -> str:
    """Mathematics with words in it, for a paragraph: the words stand outside, where lines may break."""
    pieces = _UPRIGHT.split(math)
    shown = [
        f"${piece.strip()}$" if number % 2 == 0 and piece.strip() else piece for number, piece in enumerate(pieces)
    ]
    return "".join(shown).strip()
