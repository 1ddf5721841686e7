"""The mathematics in a sentence: found among its words, and set as TeX sets it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from derive.notation import UNICODE
from derive.notation.marks import GREEK

SIGNS = {
    "∂": r"\partial", "Σ": r"\Sigma", "∑": r"\sum", "∞": r"\infty", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "·": r"\cdot", "×": r"\times", "−": "-", "→": r"\to", "∈": r"\in", "∇": r"\nabla", "√": r"\surd",
    "±": r"\pm", "‖": r"\Vert",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "λ": r"\lambda",
    "μ": r"\mu", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "ω": r"\omega",
    "θ": r"\theta", "η": r"\eta", "κ": r"\kappa", "ν": r"\nu", "ξ": r"\xi", "χ": r"\chi", "ψ": r"\psi", "ζ": r"\zeta",
    "Θ": r"\Theta", "Λ": r"\Lambda", "Π": r"\Pi", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
    "Γ": r"\Gamma", "Δ": r"\Delta",
}  # fmt: skip
_SHAPES = {"epsilon": "varepsilon", "eps": "varepsilon", "phi": "varphi"}
_TYPED = {"!=": "≠", "<=": "≤", ">=": "≥", "->": "→"}
_GREEK = "".join(sign for sign in SIGNS if sign.isalpha() and sign.islower())

_NEVER_WORDS = ("exp", "log", "tanh", "erf", "erfc")
_FUNCTIONS = (*_NEVER_WORDS, "max", "min", "lim", "sum", "diag")
_TOKEN = re.compile(
    r"(?P<scientific>\d+(?:\.\d+)?e[-+]\d{1,9}(?!\w))"
    r"|(?P<word>[A-Za-z][A-Za-z0-9]*(?:['’][A-Za-z]+)+|\d+[A-Za-z]\w*|[A-Za-z0-9]+(?:-[A-Za-z]{2,})+)"
    rf"|(?P<math>(?:{'|'.join(_FUNCTIONS)})(?![A-Za-z0-9_])|(?:{'|'.join(GREEK)})(?=\^| ?[=<>≠≤≥])"
    rf"|(?<=[-=<>+*/≠≤≥·×−] )(?:{'|'.join(GREEK)})(?![A-Za-z0-9_])"
    rf"|[A-Za-z{_GREEK}](?:_[A-Za-z0-9]+)?'*!?(?![A-Za-z0-9_])|\d+(?:\.\d+)?)"
    r"|(?P<operator>[-=<>+*/^≠≤≥→·×−∈])|(?P<bracket>[()])|(?P<space> )|(?P<other>\w+|.)",
    re.ASCII,
)
_ODD_POWER = re.compile(
    rf"\^ *(?![-−0-9A-Za-z{_GREEK}( ])|\^ *(?:{'|'.join(_FUNCTIONS)})|\^ *(?:[^\W_]+|\([^()]*\)) *['^]"
)
_WORDS = frozenset("aAI")
"""Letters that are words of English where they stand alone."""


def greek(name: str) -> str:
    """The letter that a name in :data:`GREEK` stands for, as a sentence has it."""
    return rf"\{_SHAPES.get(name, name)}"


def lettered(text: str, names: Iterable[str]) -> str:
    """A sentence in which these names, where they spell a letter, are that letter: gamma rays stay elsewhere."""
    spelled = [name for name in names if name in UNICODE.names]
    return re.sub(rf"\b({'|'.join(spelled)})\b", lambda m: UNICODE.names[m[0]], text) if spelled else text


def tidy(text: str, strip: bool = True) -> str:
    """In one line, with typed signs as they are printed."""
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))
    for typed, sign in _TYPED.items():
        text = text.replace(typed, sign)
    return text.strip() if strip else text


def each_run(text: str, math: Callable[[str], str], rest: Callable[[str], str]) -> str:
    """The text with every formula in it put through ``math``, and what lies between through ``rest``."""
    pieces: list[str] = []
    run: list[re.Match[str]] = []
    word = False  # whether the run is written together with a word before it: its minus is a hyphen
    for token in [*_TOKEN.finditer(text), None]:
        if token is not None and token.lastgroup in ("math", "operator", "bracket", "space"):
            run.append(token)
            continue
        before, formula, after = _trimmed(run, word)
        pieces += [rest(before), math(formula) if formula else "", rest(after)]
        if token is not None:
            pieces.append(math(token[0]) if token.lastgroup == "scientific" else rest(token[0]))
        run, word = [], token is not None and token[0][-1].isascii() and token[0][-1].isalnum()
    return "".join(pieces)


def _trimmed(run: list[re.Match[str]], word: bool) -> tuple[str, str, str]:
    """What comes before the formula in a run of tokens, the formula, what comes after; no formula: all before."""
    hyphen = int(word and bool(run) and run[0][0] == "-")
    start, end = _without_loose_ends(run, hyphen, len(run))
    start, end = _without_loose_ends(run, *_balanced(run, start, end))
    inside = run[start:end]
    text = ["".join(t[0] for t in part) for part in (run[:start], inside, run[end:])]
    return (text[0], text[1], text[2]) if _is_formula(inside) else ("".join(text), "", "")


def _without_loose_ends(run: list[re.Match[str]], start: int, end: int) -> tuple[int, int]:
    """The run without spaces, operators and words at its ends."""
    while start < end and (_is_loose(run[start]) or _is_word_beside(run[start : start + 3])):
        if _is_sign(run[start : start + 2], run[:start]):
            break
        start += 1
    while start < end and (_is_loose(run[end - 1]) or _is_word_beside(run[max(start, end - 3) : end][::-1])):
        end -= 1
    return start, end


def _is_sign(tokens: list[re.Match[str]], before: list[re.Match[str]]) -> bool:
    """Whether the first token is a minus that belongs to the number or letter after it."""
    apart = not before or before[-1].lastgroup == "space"
    return tokens[0][0] in ("-", "−") and apart and len(tokens) == 2 and tokens[1].lastgroup == "math"


def _is_loose(token: re.Match[str]) -> bool:
    return token.lastgroup in ("space", "operator")


def _is_word_beside(tokens: list[re.Match[str]]) -> bool:
    """Whether the first token is a word: a letter that may be one, with no operator next to it."""
    first, *others = (t for t in tokens if t.lastgroup != "space")
    return first[0] in _WORDS and not (others and (others[0].lastgroup == "operator" or others[0][0] == "("))


def _balanced(run: list[re.Match[str]], start: int, end: int) -> tuple[int, int]:
    """The run up to the bracket that is not closed in it, or from the one that is not opened."""
    depth, opened = 0, start
    for place in range(start, end):
        depth += (run[place][0] == "(") - (run[place][0] == ")")
        opened = place if run[place][0] == "(" and depth == 1 else opened
        if depth < 0 and place >= (start + end) / 2:
            return start, place
        if depth < 0:
            start, depth, opened = place + 1, 0, place + 1
    return (start, end) if depth == 0 else (start, opened)


def _is_formula(tokens: list[re.Match[str]]) -> bool:
    """Whether there is an operator in it, a function with what it is of, or nothing but a number or a letter.

    A power that TeX would take for something else (``^^`` spells a character) is no formula.
    """
    if _ODD_POWER.search("".join(t[0] for t in tokens)):
        return False
    if len(tokens) == 1:
        return tokens[0].lastgroup == "math" and not _is_word(tokens[0][0])
    named = any(t[0] in _NEVER_WORDS for t in tokens) and sum(t.lastgroup == "math" for t in tokens) > 1
    return named or any(t.lastgroup == "operator" for t in tokens)


def _is_word(text: str) -> bool:
    return text in _WORDS or text in _FUNCTIONS


def mathematics(run: str) -> str:
    """A formula as it is typed, in math mode."""
    text = ""
    for token in _TOKEN.finditer(run):
        piece = token[0]
        if token.lastgroup == "scientific":
            mantissa, _, exponent = piece.partition("e")
            text += ("" if mantissa == "1" else rf"{mantissa} \times ") + f"10^{{{int(exponent)}}}"
        elif piece in _FUNCTIONS:
            text += rf"\operatorname{{{piece}}} " if piece == "diag" else rf"\{piece} "
        elif piece in GREEK:
            text += f"{greek(piece)} "
        elif piece in SIGNS:
            text += f"{SIGNS[piece]} "
        elif "_" in piece:
            name, _, below = piece.partition("_")
            text += f"{name}_{{{below}}}"
        else:
            text += {"*": r"\cdot ", " ": ""}.get(piece, piece)
    return re.sub(r"\^\(([^()]*)\)|\^(\d+|[A-Za-z])", lambda found: f"^{{{found[1] or found[2]}}}", text).strip()
