"""How pictures look: two themes, few colours, thin lines, text that stays text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.targets.words import Words


@dataclass(frozen=True)
class Theme:
    """Colours on a page of one brightness.  The four of ``colours`` are told apart by colour-blind readers too, and
    each stands out from the page well enough to be read as text.

    ink:     axes and text.
    quiet:   remarks, limits.
    grid:    thin lines.
    wash:    an area that is pointed at.
    page:    what the page is taken to be: the halo of a label over lines.
    surface: the colour map of a surface; shades: how much of it is used, from low to high ground.
    """

    name: str
    ink: str
    quiet: str
    grid: str
    wash: str
    page: str
    surface: str
    shades: tuple[float, float]
    colours: tuple[str, str, str, str]


LIGHT = Theme(
    "light", "#1f2328", "#59636e", "#d8dee4", "#eef1f4", "#ffffff", "Blues", (0.04, 0.82),
    ("#14509e", "#b34700", "#00785a", "#7a1f6b"),
)  # fmt: skip
DARK = Theme(
    "dark", "#e6e9ee", "#a3adb8", "#3b424b", "#2a3038", "#1b1f27", "Blues_r", (0.0, 0.72),
    ("#6aaeff", "#ffab57", "#63e6be", "#d77fc9"),
)  # fmt: skip
THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK)}

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', 'PingFang SC', 'Hiragino Sans GB', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Zen Hei', sans-serif"
)
"""Text is left to the reader's browser, which has the letters of every language; a picture carries no font."""

MEASURED = "DejaVu Sans"
"""The font that comes with matplotlib.  Everything is placed by it, so that no other font changes a byte."""

SLANTED = "STIXGeneral"
"""That for the letters of mathematics, which comes with matplotlib too."""
SLANT = "font: italic 1.12em 'Latin Modern Math', 'STIX Two Text', Cambria, 'Times New Roman', Times, serif"
_LETTER = re.compile(r"(?<![A-Za-z0-9])(?![aAI])[A-Za-z](?![A-Za-z0-9])")
"""One by itself that is no word of English."""


def _slanted(letter: re.Match[str]) -> str:
    """The letter of mathematics that Unicode has for it; its h is that of Planck's constant."""
    if letter[0] == "h":
        return "\u210e"
    first, slanted = ("a", 0x1D44E) if letter[0].islower() else ("A", 0x1D434)
    return chr(ord(letter[0]) - ord(first) + slanted)


def upright(text: str) -> str:
    """With ordinary letters for slanted ones."""
    return unicodedata.normalize("NFKC", text)


@dataclass(frozen=True)
class Look:
    """A theme and a language: what a picture needs to know of its reader."""

    theme: Theme
    words: Words

    def say(self, text: str) -> str:
        """The text in the reader's language, the letters of its mathematics slanted as on the page."""
        return _LETTER.sub(_slanted, self.words.say(text))

    def colour(self, number: int) -> str:
        return self.theme.colours[number]

    def label(self, axes: Any, x: float, y: float, text: str, colour: str = "", **how: Any) -> None:
        """A word beside what it names, in its colour."""
        axes.text(x, y, self.say(text), color=colour or self.theme.ink, **how)

    def point_out(self, axes: Any, at: tuple[float, float], place: tuple[float, float], text: str, **how: Any) -> None:
        """A remark at ``place`` with a thin line to what it is about."""
        line = {"arrowstyle": "-", "color": self.theme.quiet, "linewidth": 0.8, "shrinkA": 2, "shrinkB": 5}
        how = {"color": self.theme.ink, "ha": "center", "fontsize": 9, **how}
        axes.annotate(self.say(text), at, place, arrowprops=line, **how)

    def title(self, axes: Any, text: str) -> None:
        """What one of several panels shows."""
        axes.set_title(self.say(text), loc="left", fontsize=10.5, pad=8)

    @property
    def style(self) -> str:
        """CSS for all text: the reader's fonts, and a halo in the colour of the page that keeps it apart from lines."""
        halo = f"paint-order: stroke; stroke: {self.theme.page}; stroke-width: 3px; stroke-linejoin: round"
        return f"text {{font-family: {FONTS}; {halo}}} .slanted {{{SLANT}}}"

    @property
    def settings(self) -> dict[str, Any]:
        """matplotlib's, for this look."""
        theme = self.theme
        return {
            "svg.fonttype": "none",
            "svg.hashsalt": "derive",
            "font.family": [MEASURED, SLANTED],
            "font.size": 10.0,
            "text.color": theme.ink,
            "text.usetex": False,
            "axes.unicode_minus": True,
            "axes.edgecolor": theme.quiet,
            "axes.labelcolor": theme.ink,
            "axes.facecolor": "none",
            "axes.linewidth": 0.8,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": theme.grid,
            "grid.linewidth": 0.6,
            "xtick.color": theme.quiet,
            "ytick.color": theme.quiet,
            "xtick.labelcolor": theme.ink,
            "ytick.labelcolor": theme.ink,
            "xtick.labelsize": 9.0,
            "ytick.labelsize": 9.0,
            "lines.linewidth": 1.8,
            "lines.solid_capstyle": "round",
            "figure.facecolor": "none",
            "path.simplify": True,
        }
