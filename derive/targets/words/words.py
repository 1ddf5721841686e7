"""The words of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from derive.language.text import Text, translation


@dataclass(frozen=True)
class Words:
    """language: its code (ISO 639-1); name: what its speakers call it; strings: English prose -> prose.

    between: what stands between two sentences; order: a key by which a list of words is sorted; spaced: a pattern that
    was filled, with the spaces that the script wants between what met there.
    """

    language: str
    name: str
    strings: Mapping[str, str] = field(default_factory=dict)
    between: str = " "
    order: Callable[[str], Any] = str.casefold
    spaced: Callable[[str], str] = str

    def say(self, text: str) -> str:
        """The text in this language; in English where nothing else is known."""
        if isinstance(text, Text) and text.pattern is not None:
            return self.fill(text.pattern, **text.values)
        return translation(text, self.language) or self.strings.get(text) or str(text)

    def fill(self, pattern: str, **values: Any) -> str:
        """The pattern in this language, with a value for each ``{name}`` (prose: in this language too)."""
        said = {k: self.say(v) if isinstance(v, Text) else v for k, v in values.items()}
        return self.spaced(self.say(pattern).format(**said))
