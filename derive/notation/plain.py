"""Expressions as one line of text: in ASCII for source files, with the signs of mathematics for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sympy import Basic

from derive.notation.arranging import arrange
from derive.notation.marks import (
    ATOMS,
    GREEK,
    Apply,
    Approach,
    Cases,
    Curvature,
    Delta,
    Directional,
    Indexed,
    Infinity,
    Largest,
    Mapped,
    Mark,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Reduction,
    Root,
    Several,
    Slope,
    Terms,
)


@dataclass(frozen=True)
class Style:
    """How one line of text spells what has no letter.

    times stands between two factors; ``names`` replaces whole names (Greek letters, mostly).
    """

    times: str = " * "
    sum: str = "sum"
    delta: str = "delta"
    partial: str = "d"
    root: str = "sqrt"
    prod: str = "prod"
    infinity: str = "inf"
    arrow: str = "->"
    square: str = "^2"
    leibniz: bool = False
    names: dict[str, str] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)


ASCII = Style()

_GREEK = dict(zip(GREEK, "αβγδεζηθικλμνξπρστφχψωε", strict=True))
UNICODE = Style(
    times=" ", sum="Σ", delta="δ", partial="∂", root="√", prod="∏", infinity="∞", arrow="→", square="²",
    leibniz=True, names=_GREEK, relations={"<=": "≤", ">=": "≥", "!=": "≠"},
)  # fmt: skip

_SUM, _PRODUCT, _BOTTOM, _POWER = 0, 1, 2, 3
"""How tightly the surroundings bind: a mark that binds less tightly gets parentheses."""


def plain(expression: Basic, taken: Iterable[str] = (), style: Style = ASCII) -> str:
    """One line such as ``exp(x_i) / sum_k exp(x_k)``; pure ASCII in the default style.

    ``taken`` are names that a bound index may not have (see :func:`derive.notation.marks.arrange`).
    Raises NotationError on a node that has no notation.
    """
    return _Line(style).show(arrange(expression, taken))


@dataclass(frozen=True)
class _Line:
    """``last`` says that nothing follows on the same level: an open-ended sum needs no parentheses there."""

    style: Style

    def show(self, mark: Mark, level: int = _SUM, last: bool = True) -> str:
        match mark:
            case Number(digits):
                return digits
            case Name(name):
                return self._name(name)
            case Indexed(name, index):
                return self._indexed(self._name(name), index)
            case Several(indices):
                return ", ".join(map(self.show, indices))
            case Delta(left, right):
                return f"{self.style.delta}_{self._subscript(left, right)}"
            case Terms(terms):
                return _wrap(self._terms(terms, last or level > _SUM), level > _SUM)
            case Product(factors):
                return _wrap(self._product(factors, last or level > _PRODUCT), level > _PRODUCT)
            case Quotient(top, bottom):
                text = f"{self.show(top, _PRODUCT, False)} / {self.show(bottom, _BOTTOM, last or level > _SUM)}"
                return _wrap(text, level > _SUM)
            case Power(base, exponent):
                return _wrap(f"{self.show(base, _POWER, False)}^{self.show(exponent, _POWER, False)}", level > _BOTTOM)
            case Root(body):
                return f"{self.style.root}({self.show(body)})"
            case Apply(function, body):
                return f"{function}({self.show(body)})"
            case Reduction(word, index, body, _):
                text = f"{self._word(word)}_{index} {self.show(body, _PRODUCT)}"
                return _wrap(text, level > _BOTTOM or not last)
            case Slope(body, by):
                return self._slope(body, by, level, last)
            case Curvature(body, first, second):
                return self._curvature(body, first, second, level, last)
            case Directional(body, direction):
                inside = self.show(body) if isinstance(body, (*ATOMS, Apply, Root)) else f"({self.show(body)})"
                text = f"D_{self._name(direction)} {inside}"
                return _wrap(text, level > _PRODUCT or (level == _PRODUCT and not last))
            case Approach(body, variable, to, above):
                text = f"{self._limit(variable, to, above)} {self.show(body, _PRODUCT)}"
                return _wrap(text, level > _BOTTOM or not last)
            case Mapped(name, index):
                return f"{self._name(name)}({self.show(index)})"
            case Largest(values):
                return f"max({', '.join(map(self.show, values))})"
            case Cases(left, right, values):
                one, other = self.show(left), self.show(right)
                listed = [f"{self.show(v)} if {one} {self.style.relations.get(r, r)} {other}" for r, v in values]
                return f"{{{'; '.join(listed)}}}"
            case Infinity():
                return self.style.infinity

    def _terms(self, terms: tuple[tuple[bool, Mark], ...], last: bool) -> str:
        text = ""
        for number, (negative, body) in enumerate(terms):
            text += ("-" if negative else "") if number == 0 else (" - " if negative else " + ")
            at_end = last and number == len(terms) - 1
            text += self.show(body, _PRODUCT if isinstance(body, Terms) else _SUM, at_end)
        return text

    def _product(self, factors: tuple[Mark, ...], last: bool) -> str:
        end = len(factors) - 1
        return self.style.times.join(self.show(f, _PRODUCT, last and k == end) for k, f in enumerate(factors))

    def _slope(self, body: Mark, by: Mark, level: int, last: bool) -> str:
        d = self.style.partial
        if self.style.leibniz and isinstance(body, ATOMS):
            return _wrap(f"{d}{self.show(body)}/{d}{self.show(by)}", level > _PRODUCT)
        inside = self.show(body) if isinstance(body, (*ATOMS, Apply, Root)) else f"({self.show(body)})"
        return _wrap(f"{d}/{d}{self.show(by)} {inside}", level > _PRODUCT or (level == _PRODUCT and not last))

    def _curvature(self, body: Mark, first: Mark, second: Mark, level: int, last: bool) -> str:
        d = self.style.partial
        inside = self.show(body) if isinstance(body, (*ATOMS, Apply, Root)) else f"({self.show(body)})"
        one, other = self.show(first), self.show(second)
        below = f"{d}{one}{self.style.square}" if one == other else f"({d}{one} {d}{other})"
        text = f"{d}{self.style.square}/{below} {inside}"
        return _wrap(text, level > _PRODUCT or (level == _PRODUCT and not last))

    def _limit(self, variable: Mark, to: Mark, above: bool) -> str:
        side = "+" if above else ""
        return f"lim[{self.show(variable)} {self.style.arrow} {self.show(to)}{side}]"

    def _indexed(self, name: str, index: Mark) -> str:
        if "_" in name or not isinstance(index, Name | Number):
            return f"{name}[{self.show(index)}]"
        return f"{name}_{self.show(index)}"

    def _subscript(self, left: Mark, right: Mark) -> str:
        a, b = self.show(left), self.show(right)
        if len(a) == len(b) == 1:
            return a + b
        return f"({a}, {b})"

    def _word(self, word: str) -> str:
        return {"sum": self.style.sum, "prod": self.style.prod}.get(word, word)

    def _name(self, name: str) -> str:
        return self.style.names.get(name, name)


def _wrap(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
