"""How a terminal shows what is not a letter: in Unicode, or in ASCII."""

from __future__ import annotations

from dataclasses import dataclass

from derive.notation import ASCII, UNICODE, Style


@dataclass(frozen=True)
class Signs:
    """style: of mathematics; relations: of steps and theorems; prose: signs in prose -> as the terminal shows them."""

    style: Style
    relations: dict[str, str]
    belongs: str
    reals: str
    by: str
    brace: str
    rule: str
    heavy_rule: str
    prose: dict[str, str]

    def words(self, prose: str) -> str:
        """Prose with its signs as the terminal shows them."""
        for written, shown in self.prose.items():
            prose = prose.replace(written, shown)
        return prose


_QUOTES = dict(zip("“”‘’–…", ('"', '"', "'", "'", "-", "..."), strict=True))
_SIGN_OF = {"!=": "≠", "<=": "≤", ">=": "≥", "->": "→"}
_TYPED = {"=": "=", "<=": "<=", ">=": ">=", "<": "<", ">": ">", "!=": "!="}

UNICODE_SIGNS = Signs(
    UNICODE, {typed: _SIGN_OF.get(typed, typed) for typed in _TYPED}, belongs="∈", reals="ℝ", by="×", brace="⎰⎱",
    rule="─", heavy_rule="═", prose=_SIGN_OF,
)  # fmt: skip
ASCII_SIGNS = Signs(
    ASCII, _TYPED, belongs="in", reals="R", by=" x ", brace="{{", rule="-", heavy_rule="=",
    prose={sign: typed for typed, sign in _SIGN_OF.items()} | _QUOTES,
)  # fmt: skip
