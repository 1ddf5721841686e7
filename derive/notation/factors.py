"""A product as a fraction with one sign before it, its factors in the order in which people write them."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.notation.marks import (
    Apply,
    Approach,
    Curvature,
    Delta,
    Directional,
    Indexed,
    Mark,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Reduction,
    Root,
    Slope,
    Terms,
    contains_a,
)


@dataclass
class Collected:
    negative: bool = False
    top: list[Mark] = field(default_factory=list)
    bottom: list[Mark] = field(default_factory=list)

    def join_roots(self) -> None:
        """sqrt(2 pi) for sqrt(2) sqrt(pi), and 1 / sqrt(2) for sqrt(2) / 2."""
        for root in [mark for mark in self.top if isinstance(mark, Root) and mark.body in self.bottom]:
            self.top.remove(root)
            self.bottom[self.bottom.index(root.body)] = root
        for side in (self.top, self.bottom):
            roots = sorted((mark.body for mark in side if isinstance(mark, Root)), key=factor_place)
            if len(roots) > 1:
                side[:] = [mark for mark in side if not isinstance(mark, Root)] + [Root(Product(tuple(roots)))]

    def draw_signs(self) -> None:
        """-(a + b) c for (-a - b) c: a factor of which every term has a minus gives it to the product."""
        for side in (self.top, self.bottom):
            for place, mark in enumerate(side):
                if isinstance(mark, Terms) and all(negative for negative, _ in mark.terms):
                    self.negative = not self.negative
                    positive = tuple((False, body) for _, body in mark.terms)
                    side[place] = positive[0][1] if len(positive) == 1 else Terms(positive)
            for place, mark in enumerate(side):
                smallest = _turned(mark) if self.negative else None
                if smallest is not None:
                    self.negative, side[place] = False, smallest


def _turned(mark: Mark) -> Mark | None:
    """min u for -max(-u): what stands for the mark when a minus before it is taken away."""
    if isinstance(mark, Reduction) and mark.word == "max" and isinstance(mark.body, Terms):
        (negative, body), *others = mark.body.terms
        return Reduction("min", mark.index, body, mark.size) if negative and not others else None
    return None


def as_fraction(top: list[Mark], bottom: list[Mark]) -> Mark:
    """A product over a product; what would make the fraction too tall stands after it."""
    if not bottom:
        return _times(top)
    after: list[Mark] = [f for f in top if isinstance(f, Slope | Reduction) and contains_a(f, Slope)]
    rest = [f for f in top if f not in after]
    if all(isinstance(f, Number) for f in bottom):
        heavy = [f for f in rest if isinstance(f, Terms | Reduction)]
    else:
        heavy = [f for f in rest if isinstance(f, Terms | Reduction) and contains_a(f, Quotient)]
        heavy = [] if len(heavy) == len(rest) else heavy
        if all(isinstance(f, Number | Name) for f in bottom):  # a mean is one over n times a sum
            heavy = [f for f in rest if f in heavy or isinstance(f, Reduction)]
    after = [f for f in top if f in after or f in heavy]
    rest = [f for f in top if f not in after]
    return _times([Quotient(_times(rest), _times(bottom)), *after])


def whole(number: int) -> Mark:
    """A whole number; a large power of ten as a power."""
    digits = str(number)
    is_power = len(digits) > 6 and digits == "1" + "0" * (len(digits) - 1)
    return Power(Number("10"), Number(str(len(digits) - 1))) if is_power else Number(digits)


def _times(factors: list[Mark]) -> Mark:
    if not factors:
        return Number("1")
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


_FACTOR_RANK: dict[type, int] = {
    Number: 0, Name: 1, Indexed: 2, Delta: 3, Root: 4, Quotient: 5, Terms: 7, Slope: 9, Curvature: 9, Directional: 9,
    Approach: 10, Reduction: 10,
}  # fmt: skip


def factor_place(mark: Mark) -> tuple[int, str]:
    """Numbers first, then names, then what is wider; what has an open end on its right stands last.

    What a loss is multiplied by stands before it: ``(1 - a) L``.
    """
    if isinstance(mark, Name) and mark.is_value:
        return 8, repr(mark)
    if isinstance(mark, Power):
        return (0 if isinstance(mark.base, Number) else factor_place(mark.base)[0]), "~" + repr(mark)
    if isinstance(mark, Apply):
        return (4 if mark.function in ("exp", "abs") else 8), repr(mark)
    return _FACTOR_RANK.get(type(mark), 6), repr(mark)


def term_rank(mark: Mark) -> int:
    """Atoms with an index first, then names, then composites; logarithms, sums and extremes last."""
    if isinstance(mark, Product):
        return max(2, term_rank(mark.factors[-1]))
    if isinstance(mark, Slope | Curvature | Directional | Approach):
        return 5
    if isinstance(mark, Reduction):
        return 4 if mark.word in ("sum", "prod") else 6
    if isinstance(mark, Apply) and mark.function == "log":
        return 3
    return {Indexed: 0, Delta: 0, Name: 1, Number: 1}.get(type(mark), 2)


def is_number(mark: Mark) -> bool:
    return isinstance(mark, Number) or (
        isinstance(mark, Quotient) and isinstance(mark.top, Number) and isinstance(mark.bottom, Number)
    )
