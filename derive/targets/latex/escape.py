"""Prose in LaTeX: what TeX would take for a command is escaped, the mathematics in a sentence is set as such."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from derive.language.components import CACHED
from derive.targets.tex.prose import SIGNS, each_run, mathematics, tidy

_COMMANDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}",
}  # fmt: skip
_PROSE = {
    "\u2018": "`",
    "\u2019": "'",
    "\u201c": "``",
    "\u201d": "''",
    "\u2013": r"\textendash{}",
    "\u2014": r"\textemdash{}",
    "\u2026": r"\dots{}",
    "\u00a0": "~",
}


@lru_cache(maxsize=CACHED)  # what is said of a rule is said at each of its steps
def prose(text: str, wide: bool = False, strip: bool = True) -> str:
    """``text`` as LaTeX that shows it letter by letter; a formula in it, such as ``u != 1``, in math mode.

    wide: the fonts of the document know every letter (:class:`derive.targets.latex.languages.Typography`).
    """
    return each_run(tidy(text, strip), lambda run: f"${mathematics(run)}$", lambda rest: literal(rest, wide))


def literal(text: str, wide: bool = False) -> str:
    """``text`` as LaTeX that shows it letter by letter, whatever it says."""
    return "".join(_letter(c, wide) for c in tidy(text, strip=False)).replace("--", "-{}-")


def outline(text: str) -> str:
    """``text`` for the outline of a PDF file, where there is no mathematics: an argument of ``\\texorpdfstring``."""
    return "".join(rf"\{c}" if c in "{}$&#%_" else " " if c in "\\^~" else c for c in tidy(text))


def comment(text: str) -> str:
    """``text`` for a line of comment: it must not end the line."""
    return " ".join(text.split())


def _letter(c: str, wide: bool) -> str:
    if c in _COMMANDS:
        return _COMMANDS[c]
    if wide and not c.isascii() and (c in _PROSE or c not in SIGNS):
        return c
    if c in SIGNS:
        return rf"\ensuremath{{{SIGNS[c]}}}"
    if c in _PROSE:
        return _PROSE[c]
    if c.isascii() or _is_latin(c):
        return c
    return rf"\derivechar{{{ord(c):04X}}}" if c.isprintable() else ""


def _is_latin(c: str) -> bool:
    """Letters with one accent, and those few without, that the T1 encoding of stock LaTeX holds."""
    parts = unicodedata.normalize("NFD", c)
    return c in "æÆøØßœŒłŁ" or (ord(c) <= 0x17F and len(parts) == 2 and parts[0].isascii() and parts[0].isalpha())
