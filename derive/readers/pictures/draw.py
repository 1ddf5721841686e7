"""Pictures as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from derive.output.files import replace
from derive.readers.pictures.look import THEMES
from derive.readers.pictures.picture import Picture
from derive.targets.words import LANGUAGES

Tell = Callable[[str, int, int], None]
"""Called with a file's name before it is drawn, with how many are done and how many there are."""


def draw_all(
    folder: Path,
    languages: Iterable[str] = tuple(LANGUAGES),
    pictures: Iterable[Picture] | None = None,
    tell: Tell = lambda name, done, total: None,
) -> tuple[Path, ...]:
    """Write ``<name>.<language>.<light|dark>.svg`` into the folder for each picture (default: all): their paths.

    Raises PictureError without matplotlib.
    """
    from derive.readers.pictures import PICTURES

    chosen = tuple(PICTURES.values() if pictures is None else pictures)
    jobs = [(picture, language, theme) for picture in chosen for language in languages for theme in THEMES]
    written = []
    for done, (picture, language, theme) in enumerate(jobs):
        place = folder / picture.file_name(language, theme)
        tell(place.name, done, len(jobs))
        replace(place, picture.svg(language, theme).encode("utf-8"))
        written.append(place)
    return tuple(written)
