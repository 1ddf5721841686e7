"""The words of one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derive.language.text import translation


@dataclass(frozen=True)
class Words:
    """language: its code (ISO 639-1); name: what its speakers call it; strings: English prose -> prose."""

    language: str
    name: str
    strings: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """The text in this language; in English where nothing else is known."""
        return translation(text, self.language) or self.strings.get(text) or str(text)
