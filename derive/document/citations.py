"""Where a formula comes from: entries of a bibliography, and citations of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from derive.language.text import Text

_PLACE = re.compile(r", (section|chapter) ([\w.]+)$")
_INITIALS = re.compile(r"^((\w\.|et|al\.)[ -]*)+")


@dataclass(frozen=True)
class Citation:
    """key: a word for the work; work: the entry itself; kind and number: of the place in it, if one is named."""

    key: str
    work: str
    kind: str = ""
    number: str = ""


def citation(source: str) -> Citation:
    """``A. Author (2020), A Book, section 2.1`` is section 2.1 of ``A. Author (2020), A Book``."""
    text = " ".join(source.split()).rstrip(".")
    found = _PLACE.search(text)
    work, kind, number = (text[: found.start()], found[1], found[2]) if found else (text, "", "")
    return Citation(_key(work), work, kind, number)


def told(source: str) -> str:
    """A source as prose: the work as it is, the place in it in the words of any language."""
    found = citation(source)
    if not found.kind:
        return source
    place = Text(f"{found.kind} {{number}}").filled(number=found.number)
    return Text("{work}, {place}").filled(work=found.work, place=place)


def by_author(source: str) -> tuple[str, str]:
    """What lists of sources are sorted by: the surname of the first author, then the source."""
    return _INITIALS.sub("", source).lower(), source


def bibliography(sources: Iterable[str]) -> tuple[Citation, ...]:
    """Each work once, by the surname of its first author."""
    found = {c.key: c for c in map(citation, filter(None, sources))}
    return tuple(sorted(found.values(), key=lambda c: by_author(c.work)))


def _key(work: str) -> str:
    """The work itself, in letters that may stand in a key; its punctuation is left out."""
    words = re.sub(r"[^\w\s]", "", work).split()
    return "-".join("".join(c if c.isascii() else f"{ord(c):x}" for c in word) for word in words)
