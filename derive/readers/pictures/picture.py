"""A picture: what it is called, what it shows in words, and the function that draws it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from derive.language.errors import DeriveError
from derive.readers.pictures.look import LIGHT, MEASURED, SLANTED, THEMES, Look, upright
from derive.system.extras import bring
from derive.targets.words import LANGUAGES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


MISSING = f"pictures need matplotlib: {bring('docs')}"


class PictureError(DeriveError):
    """A picture cannot be drawn here."""


@dataclass(frozen=True)
class Picture:
    """One picture of the theory, computed with generated kernels.

    title: what it shows, in a few words.
    alt:   what there is to see, in sentences, for a reader who cannot see it.
    draw:  puts it on an empty figure.
    size:  width and height in inches of 72 points.
    """

    name: str
    title: str
    alt: str
    draw: Callable[[Figure, Look], None]
    size: tuple[float, float] = (6.6, 3.9)

    def file_name(self, language: str, theme: str) -> str:
        return f"{self.name}.{language}.{theme}.svg"

    def svg(self, language: str = "en", theme: str = "light") -> str:
        """The picture as SVG: the same bytes each time.  Raises PictureError without matplotlib."""
        look = Look(THEMES[theme], LANGUAGES[language])
        drawn = _drawn(self, look, look.settings, "svg", {"Creator": None, "Date": None, "Format": None, "Type": None})
        return _readable(drawn.decode("utf-8"), look, look.words.say(self.title), look.words.say(self.alt))

    def pdf(self, language: str = "en", fonts: Iterable[Path] = ()) -> bytes:
        """The picture for paper: the same bytes each time.  Raises PictureError without matplotlib.

        fonts: files of fonts with the letters that matplotlib's own lacks.
        """
        look = Look(LIGHT, LANGUAGES[language])
        settings = {**look.settings, "font.family": [MEASURED, SLANTED, *_added(fonts)]}
        return _drawn(self, look, settings, "pdf", {"Creator": None, "Producer": None, "CreationDate": None})


def _added(fonts: Iterable[Path]) -> list[str]:
    """Make the fonts known to matplotlib: their names."""
    try:
        from matplotlib import font_manager
    except ImportError as error:
        raise PictureError(MISSING) from error
    for file in fonts:
        font_manager.fontManager.addfont(file)
    return [font_manager.FontProperties(fname=file).get_name() for file in fonts]


def _drawn(
    picture: Picture, look: Look, settings: Mapping[str, Any], kind: str, metadata: Mapping[str, str | None]
) -> bytes:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureError(MISSING) from error
    file = io.BytesIO()
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        parameters: Any = settings
        matplotlib.rcParams.update(parameters)
        # The letters that the measuring font lacks are the reader's business.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        figure = Figure(figsize=picture.size, layout="constrained")
        picture.draw(figure, look)
        figure.savefig(file, format=kind, metadata=metadata, transparent=True)
    return file.getvalue()


def _readable(svg: str, look: Look, title: str, alt: str) -> str:
    """With title and description for readers of screens, fonts that the reader has, and a halo around words."""
    head, body = svg[svg.index("<svg ") :].split(">", 1)
    head = " ".join(head.split())
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(rf"font-family: '{MEASURED}'[^;]*; ", "", body)
    body = re.sub("[\u210e\U0001d434-\U0001d467]+", lambda m: f'<tspan class="slanted">{upright(m[0])}</tspan>', body)
    body = body.replace("</style>", f"\n{look.style}</style>", 1)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{head} role="img" xml:lang="{look.words.language}">\n'
        f" <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>{body}"
    )
