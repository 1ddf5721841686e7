"""Expressions in LaTeX, as a mathematician would write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import Basic

from derive.language.components import CACHED
from derive.language.functions import BY_NAME
from derive.notation import Mark, NotationError, arrange
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
    contains,
)
from derive.targets.base import PrintError
from derive.targets.tex.prose import greek

SUM, PRODUCT, POWER = 0, 1, 2
"""How tightly the surroundings bind: a mark that binds less tightly gets parentheses."""

FACTOR, TERM, NOTHING = 0, 1, 2
"""What follows: a factor, a sign with a term, or nothing."""

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne"}
"""How a relation is written in TeX."""

_LONG_EXPONENT = 14
"""An exponent of more glyphs than this is written as ``\\exp(...)``."""


def latex(expression: Basic, formula: str, taken: Iterable[str] = ()) -> str:
    """LaTeX (math mode) of an expression.

    ``taken`` are names that a bound index may not have.  Raises PrintError, which names ``formula``, on a node
    that has no notation.
    """
    return spell(marks(expression, formula, taken))


def marks(expression: Basic, formula: str, taken: Iterable[str] = ()) -> Mark:
    """:func:`derive.notation.marks.arrange`, with the formula named where it refuses."""
    try:
        return arrange(expression, taken)
    except NotationError as error:
        raise PrintError(f"latex: formula {formula!r}: {error}") from error


@lru_cache(maxsize=CACHED)
def spell(mark: Mark) -> str:
    """LaTeX (math mode) of marks.  Kept: the pages of every language hold the same ones."""
    return Spelling().show(mark)


@dataclass(frozen=True)
class Spelling:
    """``small``: inside an exponent, where fractions are written with a slash; ``inner``: inside a fraction, where
    another one keeps its size.

    ``after`` says what follows a mark on its right: a FACTOR, a TERM, or NOTHING that it could swallow.
    """

    small: bool = False
    inner: bool = False

    def show(self, mark: Mark, level: int = SUM, after: int = NOTHING) -> str:
        return _shown(self, mark, level, after)

    def spelled(self, mark: Mark, level: int, after: int) -> str:
        """What :meth:`show` keeps: a long line shows its parts again for every way to break it."""
        if _parenthesised(mark, level) or _swallows(mark, after):
            return self._wrap(mark, self._show(mark, SUM, NOTHING))
        return self._show(mark, level, after)

    def _show(self, mark: Mark, level: int, after: int) -> str:
        match mark:
            case Number(digits):
                return digits
            case Name(name):
                return name_of(name)
            case Indexed(name, index):
                return _indexed(name_of(name), self.show(index))
            case Several(indices):
                return _listed_indices([self.show(index) for index in indices])
            case Delta(left, right):
                return rf"\delta{_below(self._pair(left, right))}"
            case Terms(terms):
                return " ".join(self.signed(terms, after))
            case Product(factors):
                return self._product(factors, after)
            case Quotient(top, bottom):
                return self._quotient(top, bottom, level)
            case Power(base, exponent):
                return f"{self.show(base, POWER)}^{_braced(replace(self, small=True).show(exponent))}"
            case Root(body):
                return rf"\sqrt{{{self.show(body)}}}"
            case Apply(function, body):
                return self._apply(function, body, after)
            case Reduction(word, index, body, size):
                return f"{_operator(word, index, size)} {self.show(body, PRODUCT, after)}"
            case Slope(body, by):
                return self._slope(body, by, after)
            case Curvature(body, first, second):
                one, other = self.show(first), self.show(second)
                below = rf"\partial {one}^2" if one == other else rf"\partial {one}\,\partial {other}"
                return self._derived(r"\partial^2", below, body, after)
            case Directional(body, direction):
                return self._along(body, direction, after)
            case Approach(body, variable, to, above):
                side = "^+" if above else ""
                return rf"\lim_{{{self.show(variable)} \to {self.show(to)}{side}}} {self.show(body, PRODUCT, after)}"
            case Mapped(name, index):
                return f"{name_of(name)}({self.show(index)})"
            case Largest(values):
                return rf"\max({', '.join(map(self.show, values))})"
            case Cases(left, right, values):
                return self._cases(self.show(left), self.show(right), values)
            case Infinity():
                return r"\infty"

    def signed(self, terms: tuple[tuple[bool, Mark], ...], after: int = NOTHING) -> list[str]:
        """Each term with its sign before it: where a long line may break."""
        pieces = []
        for number, (negative, body) in enumerate(terms):
            sign = ("-" if negative else "") if number == 0 else ("- " if negative else "+ ")
            level = PRODUCT if isinstance(body, Terms) else SUM
            pieces.append(sign + self.show(body, level, after if number == len(terms) - 1 else TERM))
        return pieces

    def _product(self, factors: tuple[Mark, ...], after: int) -> str:
        text = ""
        end = len(factors) - 1
        for place, factor in enumerate(factors):
            piece = self.show(factor, PRODUCT, after if place == end else FACTOR)
            text += (_between(factors[place - 1], factor, piece) if place else "") + piece
        return text

    def _quotient(self, top: Mark, bottom: Mark, level: int) -> str:
        if self.small:
            below = PRODUCT if isinstance(bottom, Apply | Root | Power) else POWER
            text = f"{self.show(top, PRODUCT, FACTOR)} / {self.show(bottom, below, FACTOR)}"
            return f"({text})" if level == PRODUCT else text
        inside = replace(self, inner=True)
        return self._fraction(inside.show(top), inside.show(bottom))

    def _fraction(self, top: str, bottom: str) -> str:
        return rf"\{'dfrac' if self.inner and not self.small else 'frac'}{{{top}}}{{{bottom}}}"

    def _apply(self, function: str, body: Mark, after: int) -> str:
        if function == "abs":
            return rf"\left\lvert {self.show(body)} \right\rvert"
        if function == "exp":
            if not self.small and _fits_above(body):
                return f"e^{_braced(replace(self, small=True).show(body))}"
            return rf"\exp{self._wrap(body, self.show(body))}"
        closed = isinstance(body, ATOMS) or (isinstance(body, Quotient) and not self.small)
        if (closed and after > FACTOR) or (isinstance(body, Reduction) and after == NOTHING):
            return rf"{BY_NAME[function].tex} {self.show(body, PRODUCT)}"
        return rf"{BY_NAME[function].tex}{self._wrap(body, self.show(body))}"

    def _cases(self, one: str, other: str, values: tuple[tuple[str, Mark], ...]) -> str:
        lines = r" \\ ".join(rf"{self.show(v)} & {one} {RELATIONS.get(r, r)} {other}" for r, v in values)
        return rf"\begin{{cases}} {lines} \end{{cases}}"

    def _slope(self, body: Mark, by: Mark, after: int) -> str:
        return self._derived(r"\partial", rf"\partial {self.show(by)}", body, after)

    def _along(self, body: Mark, direction: str, after: int) -> str:
        bare = isinstance(body, (*ATOMS, Quotient, Reduction, Apply, Power, Root)) and not self.small
        inside = self.show(body, PRODUCT, after) if bare else self._wrap(body, self.show(body))
        return rf"\mathrm{{D}}_{{{bold(direction)}}} {inside}"

    def _derived(self, above: str, below: str, body: Mark, after: int) -> str:
        if _small_enough(body):
            return self._fraction(f"{above} {self.show(body)}", below)
        bare = isinstance(body, Quotient | Reduction | Apply | Power | Root) and not self.small
        inside = self.show(body, PRODUCT, after) if bare else self._wrap(body, self.show(body))
        return f"{self._fraction(above, below)} {inside}"

    def _pair(self, left: Mark, right: Mark) -> str:
        a, b = self.show(left), self.show(right)
        return a + b if len(a) == len(b) == 1 else f"{a},{b}"

    def _wrap(self, mark: Mark, text: str) -> str:
        tall = contains(mark, Reduction, Approach) or (
            contains(mark, Quotient, Slope, Curvature, Root, Cases) and not self.small
        )
        return rf"\left({text}\right)" if tall else f"({text})"


@lru_cache(maxsize=CACHED)
def _shown(spelling: Spelling, mark: Mark, level: int, after: int) -> str:
    return spelling.spelled(mark, level, after)


def _parenthesised(mark: Mark, level: int) -> bool:
    """Whether the surroundings bind more tightly than the mark."""
    if isinstance(mark, Terms):
        return level > SUM
    if isinstance(mark, Product):
        return level > PRODUCT
    return level == POWER and not isinstance(mark, ATOMS) and not (isinstance(mark, Apply) and mark.function == "abs")


def _swallows(mark: Mark, after: int) -> bool:
    """Whether a mark with an open right end would take in what follows it; a sum ends at a sign."""
    if isinstance(mark, Directional):
        return after == FACTOR and not isinstance(mark.body, ATOMS)
    if isinstance(mark, Slope | Curvature):
        return after == FACTOR and not _small_enough(mark.body)
    if isinstance(mark, Approach):
        return after == FACTOR
    return isinstance(mark, Reduction) and (after == FACTOR or (after == TERM and mark.word not in ("sum", "prod")))


def _fits_above(exponent: Mark) -> bool:
    """Whether it may stand above the line: a long exponent is hard to read there."""
    return glyphs(exponent) <= _LONG_EXPONENT and not contains(exponent, Reduction, Slope, Curvature, Approach)


def _small_enough(body: Mark) -> bool:
    """Whether it may stand above the line of its derivative."""
    return isinstance(body, ATOMS) or (isinstance(body, Apply) and body.function == "exp" and _fits_above(body.body))


def _operator(word: str, index: str, size: str) -> str:
    letter, last = name_of(index), name_of(size)
    if word in ("sum", "prod"):
        return rf"\{word}_{{{letter}=1}}^{_braced(last)}"
    if word == "argmax":
        return rf"\operatorname*{{argmax}}_{{{letter}}}"
    return rf"\{word}_{{1 \le {letter} \le {last}}}"


def _listed_indices(indices: Sequence[str]) -> str:
    """Side by side, with commas where one is more than a letter."""
    return "".join(indices) if all(len(index) == 1 for index in indices) else ",".join(indices)


def name_of(name: str) -> str:
    r"""``x`` as it is, Greek letters by name, several letters upright, ``a_b`` as a subscript, ``x1`` as ``x_1``."""
    stem, _, below = name.partition("_")
    if not below and stem[-1:].isdigit() and stem.rstrip("0123456789").isalpha():
        stem, below = stem.rstrip("0123456789"), stem[len(stem.rstrip("0123456789")) :]
    text = _letters(stem)
    return text + _below(_letters(below)) if below else text


def bold(name: str) -> str:
    """A whole vector: bold, where its components are not."""
    stem, _, below = name.partition("_")
    text = rf"\boldsymbol{{{greek(stem)}}}" if stem in GREEK else rf"\mathbf{{{stem}}}"
    return text + _below(_letters(below)) if below else text


def _letters(text: str) -> str:
    if text in GREEK and text != "omicron":
        return greek(text)
    if len(text) == 1 or text.isdigit():
        return text
    escaped = text.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _indexed(name: str, index: str) -> str:
    """A name that has a subscript of its own keeps it, before the index."""
    stem, has_own, own = name.partition("_")
    return stem + _below(f"{own.removeprefix('{').removesuffix('}')},{index}") if has_own else name + _below(index)


def _below(text: str) -> str:
    return f"_{_braced(text)}"


def _braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _between(left: Mark, right: Mark, text: str) -> str:
    """What stands between two factors: a dot between numbers, a thin space before parentheses and operators."""
    if isinstance(left, Number) and (text[:1].isdigit() or isinstance(right, Quotient)):
        return r" \cdot "
    return r" \, " if text.startswith("(") or isinstance(right, Directional) else " "


@lru_cache(maxsize=CACHED)
def glyphs(mark: Mark) -> int:
    """Roughly how many letters wide a mark is when it is set."""
    match mark:
        case Number(digits):
            return len(digits)
        case Name(name):
            return 1 if name in GREEK else len(name)
        case Indexed(name, index):
            return glyphs(Name(name)) + glyphs(index)
        case Several(indices):
            return sum(map(glyphs, indices))
        case Delta(left, right):
            return 1 + glyphs(left) + glyphs(right)
        case Terms(terms):
            return sum(glyphs(body) + 2 + 2 * isinstance(body, Terms) for _, body in terms)
        case Product(factors):
            return sum(glyphs(f) + 2 * isinstance(f, Terms) for f in factors)
        case Quotient(top, bottom):
            return max(glyphs(top), glyphs(bottom)) + 1
        case Power(base, exponent):
            return glyphs(base) + glyphs(exponent) + 2 * (not isinstance(base, ATOMS))
        case Root(body):
            return glyphs(body) + 2
        case Apply(function, body):
            return glyphs(body) + (1 if function == "exp" else len(function) + 2)
        case Reduction(word, _, body):
            return glyphs(body) + (3 if word in ("sum", "prod") else 6) + 2 * isinstance(body, Terms)
        case Slope(body, by):
            return glyphs(body) + glyphs(by) + 3
        case Curvature(body, first, second):
            return glyphs(body) + glyphs(first) + glyphs(second) + 4
        case Directional(body, direction):
            return glyphs(body) + len(direction) + 1
        case Approach(body, variable, to):
            return glyphs(body) + glyphs(variable) + glyphs(to) + 2
        case Mapped(_, index):
            return glyphs(index) + 3
        case Cases(left, right, values):
            return 4 + glyphs(left) + glyphs(right) + max(glyphs(value) for _, value in values)
        case Largest(values):
            return 5 + sum(glyphs(value) + 1 for value in values)
        case Infinity():
            return 1
