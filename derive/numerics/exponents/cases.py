"""The two cases of a balance: an expression for ``u >= 0`` and ``u < 0``, and one way to write both."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import gcd
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Integer,
    Mul,
    Poly,
    PolynomialError,
    Rational,
    exp,
    log,
    sympify,
)
from sympy import factor_list as factors_of
from sympy import fraction as as_fraction

from derive.algebra import is_nonnegative, is_positive
from derive.algebra.lowest_terms import coefficients, lowest_terms
from derive.language.components import Component
from derive.numerics.exponents.families import exponentials, is_open
from derive.numerics.forms import Expm1, InOrder, Log1p, Ramp, Select, Steady, Weighted

W = Dummy("w", positive=True)
E = Dummy("E", positive=True)
SIZE = Dummy("size", nonnegative=True)
"""``|u|``, until it is known which of ``u`` and ``-u`` it is."""
U = Dummy("u", real=True)


class Unbalanced(Exception):
    """The expression is not of the form, or grows without bound."""


class SignCases:
    """An expression in the cases ``u >= 0`` and ``u < 0``, as polynomials with coefficients that are fractions in w.

    The generators of the polynomials are the logarithms ``log(1 + q)`` and what can grow without bound: the
    components in ``u``, or ``u`` itself where its components stand nowhere else.  ``inside`` balances what is taken
    as a whole: the arguments of functions, the bodies of sums.
    """

    def __init__(
        self, expression: Any, base: Any, exponent: Any, counts: dict[Any, int], inside: Callable[[Any], Any]
    ) -> None:
        self.inside = inside
        self.base, self.exponent, self.counts = base, exponent, counts
        self.unit = exponent  # what the generator U stands for, also where another power of w is computed
        self.atoms: dict[Any, Dummy] = {}
        self.logs: dict[Any, Dummy] = {}
        expression = self._symbols(expression)
        natural = exponent if base == exp(1) else exponent * log(base)
        self.growing = self._symbols(exponent), self._symbols(natural / exponent)
        self.components = sorted(self._components(self.growing[0]) & expression.free_symbols, key=str)
        signs = (1,) if is_nonnegative(exponent) else (1, -1)
        cases = [self._case(expression, sign) for sign in signs]
        self.generators = [*self.logs.values(), *(self.components or [U])]
        self.cases = [self._coefficients(case) for case in cases]
        if not all(_is_bounded(c) for case in self.cases for c in case.values()):
            raise Unbalanced
        self._take_common_power()

    # --- symbols for all that is not rational -------------------------------------------------------------------
    def _symbols(self, e: Any) -> Any:
        """The expression over plain symbols: only its sums, products, whole powers and logarithms are left."""
        if isinstance(e, Rational):
            return e
        if e in self.counts:
            return E ** self.counts[e]
        if not e.is_number and is_open(e) and (exponentials(e) or not isinstance(e, log)):
            return e.func(*[self._symbols(a) for a in e.args])
        return self._atom(self.inside(e))

    def _atom(self, part: Any) -> Dummy:
        if part not in self.atoms:
            self.atoms[part] = _symbol(len(self.atoms), is_positive(part))
        return self.atoms[part]

    def _components(self, e: Any) -> set[Any]:
        known = {symbol for part, symbol in self.atoms.items() if isinstance(part, Component)}
        return known & e.free_symbols

    def _parts(self, e: Any) -> Any:
        return e.xreplace({symbol: part for part, symbol in self.atoms.items()})

    # --- the two cases --------------------------------------------------------------------------------------------
    def _case(self, expression: Any, sign: int) -> Any:
        exponent, natural = self.growing
        large = (exponent if self.components else U) * natural * sign
        return self._without_logs(expression.xreplace({E: W**-sign})).xreplace({SIZE: large})

    def _without_logs(self, e: Any) -> Any:
        if not e.args:
            return e
        args = [self._without_logs(a) for a in e.args]
        return self._logarithm(*args) if isinstance(e, log) else e.func(*args)

    def _logarithm(self, argument: Any) -> Any:
        above, below = as_fraction(lowest_terms(argument))
        return self._log_of_polynomial(above) - self._log_of_polynomial(below)

    def _log_of_polynomial(self, polynomial: Any) -> Any:
        """``k log(w) + log(c) + log(1 + q)``.  Raises Unbalanced where c may not be positive or q be negative."""
        number, factors = factors_of(polynomial)
        total = Integer(0)
        for factor, times in factors:
            if _at_zero(factor).is_negative and times % 2:
                factor, number = -factor, -number
            total += times * self._log_of_factor(factor)
        return total + self._log_of_factor(number)

    def _log_of_factor(self, factor: Any) -> Any:
        if factor == W:
            return -SIZE
        if factor.free_symbols & {SIZE, *self.logs.values()}:
            raise Unbalanced
        first = _at_zero(factor)
        small = lowest_terms((factor - first) / first) if first != 0 else Integer(-1)
        coefficients = Poly(small, W).all_coeffs()
        if not (is_positive(self._parts(first)) and all(is_nonnegative(self._parts(c)) for c in coefficients)):
            raise Unbalanced
        constant = Integer(0) if first == 1 else self._atom(log(self._parts(first)))
        return constant if small == 0 else constant + self.logs.setdefault(small, _log(len(self.logs)))

    def _coefficients(self, case: Any) -> dict[tuple[int, ...], Any]:
        """Exponents of the generators -> a fraction in w."""
        try:
            return dict(coefficients(case, tuple(self.generators)))
        except PolynomialError as error:
            raise Unbalanced from error

    def _take_common_power(self) -> None:
        """Where only every m-th power of w occurs: that is the power to compute."""
        fractions = [*self.logs, *(c for case in self.cases for c in case.values())]
        powers = [k for f in fractions for part in as_fraction(f) for (k,) in Poly(part, W).monoms()]
        shared = gcd(*powers)
        if shared > 1:
            root = {W: W ** Rational(1, shared)}
            self.exponent *= shared
            self.logs = {small.xreplace(root): symbol for small, symbol in self.logs.items()}
            self.cases = [{powers: c.xreplace(root) for powers, c in case.items()} for case in self.cases]

    # --- the result -----------------------------------------------------------------------------------------------
    @property
    def small(self) -> Any:
        """``w`` itself."""
        size = Abs(self.exponent) if len(self.cases) == 2 else self.exponent
        return Steady(self.base**-size)

    def written(self) -> Any:
        """The sum of the terms: first what can be large, then the rest, the logarithms last."""
        monomials = sorted({powers for case in self.cases for powers in case}, key=self._late)
        return in_order([self._term(powers) for powers in monomials])

    def _late(self, powers: tuple[int, ...]) -> Any:
        count = len(self.logs)
        return sum(powers[:count]), -sum(powers[count:]), powers

    def _term(self, powers: tuple[int, ...]) -> Any:
        count = len(self.logs)
        logs = Mul(*[Log1p(self._polynomial(q)) ** k for q, k in zip(self.logs, powers[:count], strict=True)])
        large = Mul(*[self._large(g) ** k for g, k in zip(self.generators[count:], powers[count:], strict=True)])
        one, other = (case.get(powers, Integer(0)) for case in (self.cases * 2)[:2])
        if large == 1:
            return self._joined(one, other) * logs
        if one == other or (0 not in (one, other) and not (one.is_number and other.is_number)):
            return _weighted(self._joined(one, other) * logs, large)
        if large == self.unit and logs == 1 and (one, other) == (1, 0):
            return Ramp(large)
        return self._select(*[_weighted(self._fraction(*_factors(c)) * logs, large) for c in (one, other)])

    def _large(self, generator: Any) -> Any:
        return self.unit if generator == U else self._parts(generator)

    def _joined(self, one: Any, other: Any) -> Any:
        """One expression for both cases: what they share, times a choice of the rest."""
        if one == other:
            return self._fraction(*_factors(one))
        if one == -other:
            value = self._fraction(*_factors(one))
            return self._select(value, -value)
        if 0 in (one, other):
            return self._select(*[self._fraction(*_factors(c)) for c in (one, other)])
        (a, first), (b, second) = _factors(one), _factors(other)
        shared = {f: min(p, second.get(f, 0), key=abs) for f, p in first.items() if p * second.get(f, 0) > 0}
        rest = [{f: p - shared.get(f, 0) for f, p in have.items() if p != shared.get(f, 0)} for have in (first, second)]
        if rest[0] == rest[1]:  # only the numbers in front differ
            return self._fraction(Integer(1), first) * self._select(a, b)
        number = a if a == b and not any(any(_signs(f)) for have in rest for f in have) else Integer(1)
        a, b = a / number, b / number
        power = _same_power(rest) if a == b == 1 else 1
        if power % 2 == 0:  # a square has no sign: 1 - y rather than y - 1
            a, b = (-1 if any(map(_is_turned, have)) else 1 for have in rest)
        chosen = [
            self._fraction(sympify(front), {f: p // power for f, p in have.items()})
            for front, have in zip((a, b), rest, strict=True)
        ]
        return self._fraction(number, shared) * self._select(*chosen) ** power

    def _select(self, one: Any, other: Any) -> Any:
        """By the sign of ``u``, which is that of ``u`` without its positive factors."""
        return Select(Mul(*[f for f in Mul.make_args(self.exponent) if not is_positive(f)]), one, other)

    def _fraction(self, number: Any, factors: dict[Any, int]) -> Any:
        """A product of polynomials in w; a minus sign goes into a factor that has one already."""
        result: Any = Integer(1)
        for factor, times in sorted(factors.items(), key=lambda item: (item[0] != W, str(item[0]))):
            if times % 2 == 0 and _signs(factor)[0]:
                factor = -factor
            elif times % 2 and number.is_negative and any(_signs(factor)):
                factor, number = -factor, -number
            result *= self._polynomial(factor) ** times
        return number * result

    def _polynomial(self, polynomial: Any) -> Any:
        """In rising powers of w; ``1 - w`` without cancellation."""
        if polynomial in (W - 1, 1 - W):
            below_one = Expm1(log(self.small.of))
            return below_one if polynomial == W - 1 else -below_one
        terms = Poly(polynomial, W).all_coeffs()[::-1]
        written = [self._coefficient(c) * self.small**power for power, c in enumerate(terms) if c != 0]
        return in_order(written)

    def _coefficient(self, coefficient: Any) -> Any:
        part = self._parts(coefficient)
        return Steady(part) if isinstance(part, Add) else part


def in_order(terms: list[Any]) -> Any:
    """The sum of the terms in this order."""
    return InOrder(*terms) if len(terms) > 1 else terms[0] if terms else Integer(0)


@cache
def _symbol(place: int, positive: bool) -> Dummy:
    """The same in every balance, so that work on expressions of one form is not done twice."""
    return Dummy(f"a{place}", positive=positive or None, real=True)


@cache
def _log(place: int) -> Dummy:
    return Dummy("l", dummy_index=_LATE + place, nonnegative=True)


_LATE = 10**9
"""Beyond the numbers that SymPy gives to dummies."""


def _at_zero(polynomial: Any) -> Any:
    return polynomial.xreplace({W: Integer(0)})


def _is_bounded(fraction: Any) -> bool:
    """Whether a fraction in lowest terms stays finite as w falls to 0."""
    return bool(_at_zero(as_fraction(fraction)[1]) != 0)


def _factors(fraction: Any) -> tuple[Any, dict[Any, int]]:
    """The number in front, and polynomial -> power; negative below."""
    above, below = as_fraction(fraction)
    (a, up), (b, down) = factors_of(above), factors_of(below)
    found = dict(up)
    for factor, times in down:
        found[factor] = found.get(factor, 0) - times
    return a / b, found


def _same_power(rest: list[dict[Any, int]]) -> int:
    powers = {p for have in rest for p in have.values()}
    return powers.pop() if len(powers) == 1 and min(powers) > 1 else 1


def _is_turned(polynomial: Any) -> bool:
    """Whether a coefficient is a difference with its number behind the minus sign: ``y - 1``."""
    return any(c.as_coeff_Add()[0].is_negative for c in Poly(polynomial, W).all_coeffs() if isinstance(c, Add))


def _signs(polynomial: Any) -> list[bool]:
    """Which coefficients of the rising powers of w start with a minus sign, as ``y - 1`` does."""
    found = [c for c in Poly(polynomial, W).all_coeffs()[::-1] if c != 0]
    return [(c.as_coeff_Add()[0] or c.as_coeff_Mul()[0]).is_negative is True for c in found]


def _weighted(weight: Any, large: Any) -> Any:
    """``weight * large``, 0 where the weight is 0 even if the other is infinite."""
    if weight.is_number or is_positive(weight):
        return weight * large
    return -Weighted(-weight, large) if weight.could_extract_minus_sign() else Weighted(weight, large)
