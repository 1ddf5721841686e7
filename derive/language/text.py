"""Prose that carries its own translations."""

from __future__ import annotations

from collections.abc import Mapping
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
