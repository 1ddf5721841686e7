"""Rational functions brought to one form: the same as SymPy's own, found another way."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sympy import Add, Dummy, Expr, Integer, Mul, Poly, PolynomialError, Rational, cancel, expand, sqrt, together

from derive.algebra.lowest_terms import coefficients, expanded_fraction, lowest_terms, multiplied_out
from derive.algebra.rational import with_atoms

SYMBOLS = [Dummy(name, real=True) for name in ("a0", "a1", "w")]
a, b, w = SYMBOLS


def _some(dice: random.Random, depth: int) -> Any:
    if depth == 0:
        return dice.choice([*SYMBOLS, Integer(dice.randint(-3, 3)), Rational(dice.randint(1, 3), 2)])
    parts = [_some(dice, depth - 1) for _ in range(dice.randint(2, 3))]
    if dice.random() < 0.25 and parts[0] != 0:
        return parts[0] ** dice.choice([-2, -1, 2])
    return dice.choice([Add, Mul])(*parts)


DRAWN = [_some(random.Random(seed), 3) for seed in range(40)]
RATIONAL = [e for e in DRAWN if isinstance(e, Expr) and e.is_finite is not False]


@pytest.mark.parametrize("expression", [*RATIONAL, sqrt(2) * a / (a + a * b), a / b, Integer(3), (a + 1) ** 2 / (-b)])
def test_the_forms_are_those_of_sympy(expression: Any) -> None:
    lowest = cancel(together(expression))
    assert lowest_terms(expression) == lowest
    assert expanded_fraction(expression) == expand(lowest, power_exp=False, log=False)
    assert multiplied_out(expression) == expand(expression, power_exp=False, log=False)


def test_most_of_what_is_drawn_is_a_fraction_worth_trying() -> None:
    assert sum(len(e.free_symbols) > 1 and together(e).as_numer_denom()[1] != 1 for e in RATIONAL) > 10


@pytest.mark.parametrize("expression", [a * w + b / w - (a - 1) ** 2 * w**2 / (w + 1), a**2 - a * a, w / (1 + w), b])
def test_coefficients_are_those_of_the_polynomial(expression: Any) -> None:
    wanted = {powers: cancel(together(c)) for powers, c in Poly(expression, a, b).as_dict(native=False).items()}
    assert coefficients(expression, (a, b)) == wanted


def test_what_is_divided_by_a_generator_is_no_polynomial_in_it() -> None:
    with pytest.raises(PolynomialError):
        coefficients(w / (a + 1), (a,))


def test_a_part_may_be_the_symbol_of_another_part() -> None:
    symbols: list[Any] = []
    with_atoms(lambda e: symbols.extend(sorted(e.free_symbols, key=str)) or e, a + b)
    first, second = symbols
    assert with_atoms(lowest_terms, second / first + w) == (w * first + second) / first
