"""The printer of notebooks, and the language in which it speaks."""

from __future__ import annotations

from derive.language.errors import DeriveError
from derive.targets.notebook.html import html
from derive.targets.notebook.latex import latex
from derive.targets.words import LANGUAGES, Words

LONGEST = 10_000
"""The most letters of TeX in one formula."""


class NotebookPrinter:
    """Prints in one language at a time: that of ``words``."""

    def __init__(self) -> None:
        self.words: Words = LANGUAGES["en"]

    def latex(self, record: object) -> str | None:
        """``None`` for a chain so long that KaTeX would give it up: the page shows it, step by step."""
        text = latex(record, self.words)
        return rf"$\displaystyle {text}$" if len(text) <= LONGEST else None

    def html(self, record: object) -> str:
        return html(record, self.words)


PRINTER = NotebookPrinter()


def speak(language: str) -> None:
    """Notebooks speak this language from now on: ``speak("zh")``.  Raises DeriveError for one without words."""
    if language not in LANGUAGES:
        raise DeriveError(f"no words in the language {language!r}: there are {', '.join(LANGUAGES)}")
    PRINTER.words = LANGUAGES[language]
