"""Sums of products of deviations from means, which merge although each shard knows its own mean alone.

With deviations from any numbers a and b, and W the count of the classes, a sum about other numbers is

    sum (y - A)(z - B)  =  sum (y - a)(z - b) + (a - A) sum (z - b) + (b - B) sum (y - a) + W (a - A)(b - B)

so what is about the means of a shard becomes what is about the means of all (T. F. Chan, G. H. Golub, R. J. LeVeque
1979, Updating Formulae and a Pairwise Algorithm for Computing Sample Variances).  About its own means a shard has first
sums that are 0 but for rounding, and of squares all terms have one sign: nothing cancels.  That is why it is done for
means alone, and what is about another number waits for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from derive.loops.ir import Call, Name, Value
from derive.splits.equations import Equation, OfClass, OfRow, Total, mentioned

Equated = Mapping[str, Equation]
SignedTerms = Counter[tuple[int, Value]]
"""Each with its sign."""
COUNT = Name("n")


@dataclass(frozen=True)
class FromMean:
    """``y - c``: ``free`` is y, and c the sum of these totals over the count of the classes."""

    value: Value
    free: SignedTerms
    totals: tuple[str, ...]


def deviations(known: Equated, total: Total, late: frozenset[str]) -> tuple[FromMean, ...]:
    """The one or two factors of a sum that are deviations from means of this very round; none: it is no such sum.

    late: the sums of this round that its terms are made of.
    """
    factors = _factors(known, total.value)
    found = [_from_mean(known, factor, late) for factor in factors]
    made = tuple(one for one in found if one is not None)
    if total.skip is not None or len(made) < len(factors) or len(made) > 2:
        return ()
    return made if {name for one in made for name in one.totals} == late else ()


def _factors(known: Equated, value: Value) -> list[Value]:
    match value:
        case Call("mul", (left, right)):
            return [*_factors(known, left), *_factors(known, right)]
        case Name(name) if isinstance(inner := _inner(known, name), Call) and inner.op == "mul":
            return _factors(known, inner)
    return [value]


def _from_mean(known: Equated, factor: Value, late: frozenset[str]) -> FromMean | None:
    terms = _terms(known, factor)
    means = {term: total for term in terms if (total := _mean(term)) in late}
    free = terms - Counter(list(means))
    if not means or not free or any(_reads(known, value) & (late | {"n"}) for _, value in free):
        return None
    if not _are_its_means(known, free, means):
        return None
    return FromMean(factor, free, tuple(dict.fromkeys(means.values())))


def _are_its_means(known: Equated, free: SignedTerms, means: Mapping[tuple[int, Value], str]) -> bool:
    """Whether what is taken off is the mean of what is left, and means of what then is left, which round it."""
    leading = 0
    for total in means.values():
        equation = known[total]
        if not isinstance(equation, Total) or equation.skip is not None:
            return False
        terms = _terms(known, equation.value)
        if free - terms or terms - free - Counter(list(means)):
            return False
        leading += terms == free
    return leading == 1 and all(count == 1 for count in Counter(means.values()).values())


def _mean(term: tuple[int, Value]) -> str:
    """The sum that, over the count, is taken off."""
    sign, value = term
    match value:
        case Call("div", (Name(total), divisor)) if sign < 0 and divisor == COUNT:
            return total
    return ""


def _terms(known: Equated, value: Value, sign: int = 1) -> SignedTerms:
    match value:
        case Call("add", (left, right)):
            return _terms(known, left, sign) + _terms(known, right, sign)
        case Call("sub", (left, right)):
            return _terms(known, left, sign) + _terms(known, right, -sign)
        case Call("neg", (inner,)):
            return _terms(known, inner, -sign)
        case Name(name) if (told := _inner(known, name)) is not None:
            return _terms(known, told, sign)
    return Counter([(sign, value)])


def _inner(known: Equated, name: str) -> Value | None:
    equation = known.get(name)
    return equation.value if isinstance(equation, OfRow | OfClass) else None


def _reads(known: Equated, value: Value) -> frozenset[str]:
    """All that a value is made of in the end."""
    found: set[str] = set()
    waiting = list(mentioned(value))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inside = _inner(known, name)
            waiting += () if inside is None else mentioned(inside)
    return frozenset(found)
