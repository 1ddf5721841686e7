"""Rational functions of symbols, brought to one form: SymPy's own, found by arithmetic with polynomials throughout.

SymPy's ``cancel(together(e))`` and ``expand`` work on trees, and turn these into polynomials at the end, or never.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sympy import ZZ, Add, Integer, Mul, Poly, PolynomialError, Pow, Rational, Symbol, cancel, expand, together
from sympy.polys.rings import PolyElement, PolyRing

from derive.language.components import CACHED

Fraction = tuple[PolyElement, PolyElement]
"""Numerator and denominator, with whole numbers in front."""


class _IrrationalError(Exception):
    """Something else than a rational function of symbols."""


@lru_cache(maxsize=CACHED)
def lowest_terms(expression: Any) -> Any:
    """One fraction in lowest terms, above and below multiplied out: 0 for every expression that algebra makes 0."""
    found = _fraction(expression)
    return cancel(together(expression)) if found is None else _written(*found)


@lru_cache(maxsize=CACHED)
def expanded_fraction(expression: Any) -> Any:
    """The terms of the fraction in lowest terms, each over its denominator."""
    return multiplied_out(lowest_terms(expression))


@lru_cache(maxsize=CACHED)
def multiplied_out(expression: Any) -> Any:
    """The sum of its terms; a denominator stays as it is."""
    found = _fraction(expression)
    if found is None or len(found[1]) > 1:
        return expand(expression, power_exp=False, log=False)
    above, beneath = found[0], found[1].as_expr()
    return Add(*[term / beneath for term in Add.make_args(above.as_expr())])


@lru_cache(maxsize=CACHED)
def coefficients(expression: Any, generators: tuple[Symbol, ...]) -> Mapping[tuple[int, ...], Any]:
    """Exponents of the generators -> what they are multiplied by, as a fraction in lowest terms.

    Raises PolynomialError where the expression is no polynomial in these.
    """
    found = _lowest(expression)
    if found is None:
        parts = Poly(expression, *generators).as_dict(native=False)
        return {powers: lowest_terms(part) for powers, part in parts.items()}
    above, below = found
    places = [above.ring.symbols.index(g) if g in above.ring.symbols else None for g in generators]
    if any(powers[place] for powers in below for place in places if place is not None):
        raise PolynomialError(f"{expression} is divided by one of {generators}")
    parts = {}
    for powers, number in above.terms():
        own = tuple(0 if place is None else powers[place] for place in places)
        rest = tuple(0 if place in places else power for place, power in enumerate(powers))
        parts.setdefault(own, {})[rest] = number
    return {own: _written(above.ring.from_dict(part), below) for own, part in parts.items()}


def _written(above: PolyElement, below: PolyElement) -> Any:
    above, below = above.cancel(below)
    return above.as_expr() / below.as_expr()


def _lowest(expression: Any) -> Fraction | None:
    found = _fraction(expression)
    return None if found is None else found[0].cancel(found[1])


def _fraction(expression: Any) -> Fraction | None:
    """``None`` where the expression is no rational function of symbols, or divides by 0."""
    symbols = frozenset(expression.free_symbols)
    if not symbols:
        return None
    try:
        return _read(expression, _ring(symbols))
    except _IrrationalError:
        return None


@lru_cache(maxsize=CACHED)
def _ring(symbols: frozenset[Symbol]) -> PolyRing:
    """Polynomials in these, in the order that SymPy gives them: on it depends which sign stands below a line."""
    return PolyRing(Poly(Add(*symbols)).gens, ZZ)


def _read(e: Any, ring: PolyRing) -> Fraction:
    if isinstance(e, Symbol):
        return ring.gens[ring.symbols.index(e)], ring.one
    if isinstance(e, Rational):
        return ring.ground_new(int(e.p)), ring.ground_new(int(e.q))
    if isinstance(e, Add):
        return _sum([_read(part, ring) for part in e.args], ring)
    if isinstance(e, Mul):
        return _product([_read(part, ring) for part in e.args], ring)
    if isinstance(e, Pow) and isinstance(e.exp, Integer):
        return _power(*_read(e.base, ring), int(e.exp))
    raise _IrrationalError


def _power(above: PolyElement, below: PolyElement, times: int) -> Fraction:
    if times < 0:
        above, below, times = below, above, -times
    if not below:
        raise _IrrationalError
    return above**times, below**times


def _product(parts: list[Fraction], ring: PolyRing) -> Fraction:
    above, below = ring.one, ring.one
    for over, under in parts:
        above, below = above * over, below * under
    return above, below


def _sum(parts: list[Fraction], ring: PolyRing) -> Fraction:
    above, below = ring.zero, ring.one
    for over, under in parts:
        if under == below:
            above = above + over
        else:
            _, mine, other = below.cofactors(under)
            above, below = above * other + over * mine, below * other
    return above, below
