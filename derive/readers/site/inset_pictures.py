"""Pictures on a page: the light one on a light page, the dark one on a dark page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from derive.readers.pictures import PICTURES, picture_called
from derive.targets.tex.prose import each_run, mathematics, tidy
from derive.targets.words import Words

FOLDER = "pictures"


def picture(name: str, words: Words, up: str = "../") -> str:
    """The picture with its title below it.  Raises UnknownName on a name that no picture has."""
    shown = picture_called(name)
    alt = escape(words.say(shown.alt))
    images = [
        f'<img class="derive-{theme}" src="{up}{FOLDER}/{shown.file_name(words.language, theme)}" alt="{alt}">'
        for theme in ("light", "dark")
    ]
    caption = f"<figcaption>{each_run(tidy(words.say(shown.title)), _typeset, escape)}</figcaption>"
    return f'<figure class="derive-picture">{"".join(images)}{caption}</figure>'


def _typeset(formula: str) -> str:
    if formula.replace(".", "").isdigit():  # by itself, as the text about it has it
        return formula
    return f'<span class="arithmatex">\\({escape(mathematics(formula))}\\)</span>'


def draw(folder: Path, language: str, names: set[str]) -> None:
    """Draw those of these names that exist.  Raises PictureError without matplotlib."""
    from derive.readers.pictures import draw_all

    draw_all(folder / FOLDER, (language,), [shown for name, shown in PICTURES.items() if name in names])
