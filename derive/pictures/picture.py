"""A picture: what it is called, what it shows in words, and the function that draws it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from derive.language.errors import DeriveError
from derive.pictures.look import MEASURED, THEMES, Look
from derive.targets.words import LANGUAGES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
        return _readable(_drawn(self, look), look, look.say(self.title), look.say(self.alt))


def _drawn(picture: Picture, look: Look) -> str:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PictureError("pictures need matplotlib: pip install 'derive-kernels[docs]'") from error
    file = io.StringIO()
    silent = {"Creator": None, "Date": None, "Format": None, "Type": None}
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        settings: Any = look.settings
        matplotlib.rcParams.update(settings)
        # The letters that the measuring font lacks are the browser's business.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        figure = Figure(figsize=picture.size, layout="constrained")
        picture.draw(figure, look)
        figure.savefig(file, format="svg", metadata=silent, transparent=True)
    return file.getvalue()


def _readable(svg: str, look: Look, title: str, alt: str) -> str:
    """With title and description for readers of screens, fonts that the reader has, and a halo around words."""
    head, body = svg[svg.index("<svg ") :].split(">", 1)
    head = " ".join(head.split())
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    body = body.replace(f"font-family: '{MEASURED}'; ", "")
    body = body.replace("</style>", f"\n{look.style}</style>", 1)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{head} role="img" xml:lang="{look.words.language}">\n'
        f" <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>{body}"
    )
