"""How TeX sets a language: the packages that it needs, and its habits with brackets and full stops.

A language that is not listed here is set by babel, from the code of the language alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Typography:
    """packages: lines of a preamble; ``opening`` and ``closing`` are brackets; ``stop`` ends the head of a theorem;
    ``after_proof`` follows the word "proof".

    wide: every letter, quotation mark and dash is left to the fonts, which know them.
    """

    packages: tuple[str, ...]
    opening: str = " ("
    closing: str = ")"
    stop: str = "."
    after_proof: str = "."
    wide: bool = False


_LISTED: Mapping[str, Typography] = {
    "en": Typography((r"\usepackage[english]{babel}",)),
    "zh": Typography(
        (r"\usepackage[fontset=fandol,heading=false]{ctex}",),
        opening="（",
        closing="）",
        stop="",
        after_proof="：",
        wide=True,
    ),
}


def typography(language: str) -> Typography:
    return _LISTED.get(language) or Typography(
        (r"\usepackage{babel}", rf"\babelprovide[import={language},main]{{{language}}}")
    )
