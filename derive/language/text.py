"""Prose that carries its own translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any


class Text(str):
    """English prose with translations: ``Text("Proof", zh="证明")``.  As a string it is the English one.

    The keyword of a translation is the code of its language (ISO 639-1).  What a text lacks, the file of strings
    of the language may give (``derive/targets/words``), with the English prose as the key.
    """

    __slots__ = ("pattern", "translations", "values")
    translations: Mapping[str, str]
    pattern: Text | None
    """What :meth:`filled` made it from, so that a language that comes later can fill its own; and with what."""
    values: Mapping[str, Any]

    def __new__(cls, english: str, **translations: str) -> Text:
        made = super().__new__(cls, english)
        made.translations, made.pattern, made.values = dict(translations), None, {}
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        return (str(self),), dict(self.translations)

    def filled(self, **values: Any) -> Text:
        """``{name}`` replaced by a value, in every language (a value that is a Text: in that language)."""

        def put(language: str, pattern: str) -> str:
            return pattern.format(**{k: translation(v, language) or v for k, v in values.items()})

        done = {language: put(language, pattern) for language, pattern in self.translations.items()}
        made = Text(put("en", self), **done)
        made.pattern, made.values = self, dict(values)
        return made


def translation(text: Any, language: str) -> str | None:
    """The prose in a language, if the text carries it itself."""
    return text.translations.get(language) if isinstance(text, Text) else None


_UNPRINTABLE = re.compile(
    r"(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])|(?P<half>[\ud800-\udfff])"
    r"|(?P<order>[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])|(?P<line>[\u2028\u2029])"
    r"|(?P<none>[\ufdd0-\ufdef]|[\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff])"
)
_WHAT = {
    "control": "a control character",
    "half": "half of a pair of surrogates",
    "order": "a character that turns the order of what is read",
    "line": "a separator of lines",
    "none": "no character",
}


def check_prose(whose: str, refuse: Callable[[str], None], **prose: Any) -> None:
    """Call ``refuse`` with a sentence on the first text, or translation of one, that not every medium can hold.

    Prose goes into C, Python, TeX, HTML and a terminal.  Each shows any letter; none may be made to obey one.
    """
    for name, text in prose.items():
        for piece in (text, *(text.translations.values() if isinstance(text, Text) else ())):
            if not isinstance(piece, str):
                refuse(f"{whose} {name} is {type(piece).__name__}, not text: write it in quotes")
            elif found := _UNPRINTABLE.search(piece):
                code = f"U+{ord(found[0]):04X}"
                refuse(f"{whose} {name} holds {code}, {_WHAT[found.lastgroup or 'none']}: take it out")
            elif piece and not piece.strip():
                refuse(f"{whose} {name} is blank: leave it out, or write something")
