"""Prose in LaTeX: what TeX would take for a command is escaped, signs of mathematics are set as such."""

from __future__ import annotations

import unicodedata

_COMMANDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}",
}  # fmt: skip
_SIGNS = {
    "∂": r"\partial", "Σ": r"\Sigma", "∑": r"\sum", "∞": r"\infty", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "·": r"\cdot", "×": r"\times", "−": "-", "→": r"\to", "∈": r"\in", "∇": r"\nabla", "√": r"\surd",
    "±": r"\pm",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "λ": r"\lambda",
    "μ": r"\mu", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "ω": r"\omega",
    "θ": r"\theta", "η": r"\eta", "κ": r"\kappa", "ν": r"\nu", "ξ": r"\xi", "χ": r"\chi", "ψ": r"\psi", "ζ": r"\zeta",
    "Θ": r"\Theta", "Λ": r"\Lambda", "Π": r"\Pi", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
    "Γ": r"\Gamma", "Δ": r"\Delta",
}  # fmt: skip
_BACKSLASH = "\\"
_TYPED = {"!=": "≠", "<=": "≤", ">=": "≥"}
_IN_OUTLINE = {sign: typed for typed, sign in _TYPED.items()}
"""What stands for a sign where there is no mathematics: in the outline of a PDF file."""
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


def prose(text: str) -> str:
    """``text`` as LaTeX that shows it letter by letter.  A letter beyond Latin is left to the fonts of the document."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    for typed, sign in _TYPED.items():
        text = text.replace(typed, sign)
    return "".join(map(_letter, text)).replace("--", "-{}-")


def _letter(c: str) -> str:
    if c in _SIGNS:
        command = _SIGNS[c]
        return rf"\derivesign{{{command}}}{{{_IN_OUTLINE.get(c) or command.lstrip(_BACKSLASH)}}}"
    if c in _COMMANDS or c in _PROSE:
        return _COMMANDS.get(c) or _PROSE[c]
    if c.isascii() or _is_latin(c):
        return c
    return rf"\derivechar{{{ord(c):04X}}}" if c.isprintable() else ""


def _is_latin(c: str) -> bool:
    """Letters with one accent, and those few without, that the T1 encoding of stock LaTeX holds."""
    parts = unicodedata.normalize("NFD", c)
    return c in "æÆøØßœŒłŁ" or (ord(c) <= 0x17F and len(parts) == 2 and parts[0].isascii() and parts[0].isalpha())


def comment(text: str) -> str:
    """``text`` for a line of comment: it must not end the line."""
    return " ".join(text.split())
