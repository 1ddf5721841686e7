"""No power is multiplied out where no page could hold it: what would not end stays as it is."""

from __future__ import annotations

import pytest
from sympy import Expr, Mul, Rational

from derive.algebra.rational import LARGEST_POWER, MOST_TERMS, multiply_out, normal
from derive.derivations.second import hessian
from derive.language import Formula, Sum, exp, indices, log, n, parameter, vector
from derive.proofs import derive_formula
from derive.verify import check_derived

i = indices("i")
x, y = vector("x"), vector("y")
HIGH = {
    "of a component": Sum(x[i] ** 1_000_000, i),
    "of a sum of two": Sum((x[i] - 1) ** 1_000_000, i),
    "below a line": log(1 + Sum((1 + x[i] ** 2) ** (-30_000), i)),
}


@pytest.mark.parametrize("expression", HIGH.values(), ids=HIGH.keys())
def test_a_high_power_is_derived_and_checked(expression: Expr) -> None:
    check_derived(derive_formula(Formula("high_power", expression, wrt=x)))


def test_a_power_within_the_budget_is_multiplied_out() -> None:
    assert len(multiply_out((x[i] + y[i]) ** LARGEST_POWER).args) == LARGEST_POWER + 1
    for long in ((x[i] + y[i]) ** (LARGEST_POWER + 1), (x[i] + y[i] + x[i] ** 2 + y[i] ** 2 + 1) ** LARGEST_POWER):
        assert multiply_out(long) == long


def test_what_stays_as_it_is_still_cancels() -> None:
    high = (x[i] + y[i]) ** 1_000_000
    assert normal((2 * high - high * y[i]) / high - 2 + y[i]) == 0


def test_a_product_of_sums_within_the_budget_is_multiplied_out() -> None:
    terms = [x[i] ** p + y[i] ** p + 1 for p in range(1, 7)]
    few, many = Mul(*terms), Mul(*terms, x[i] ** 7 + y[i] ** 7 + 1)
    assert 3**6 <= MOST_TERMS < 3**7
    assert len(multiply_out(few).args) > 100
    assert multiply_out(many) == many


def sigmoid(of: Expr) -> Expr:
    return 1 / (1 + exp(-of))


def skewness() -> Expr:
    mean = Sum(x[i], i) / n
    return Sum((x[i] - mean) ** 3, i) / n / (Sum((x[i] - mean) ** 2, i) / n + 1) ** Rational(3, 2)


def tversky_index() -> Expr:
    a = parameter("a", default=0.5, domain="positive")
    hit, missed = Sum(y[i] * sigmoid(x[i]), i), Sum(y[i] * (1 - sigmoid(x[i])), i)
    return 1 - (hit + 1) / (hit + a * Sum((1 - y[i]) * sigmoid(x[i]), i) + (1 - a) * missed + 1)


def two_weights() -> Expr:
    a, b = parameter("a", default=0.7), parameter("b", default=2.0, domain="positive")
    hits = Sum(y[i] * sigmoid(x[i]), i) + 1
    missed = a * Sum((1 - y[i]) * sigmoid(x[i]), i) + b * Sum(y[i] * (1 - sigmoid(x[i])), i)
    return 1 - hits / (hits + missed)


LONG = {"skewness": skewness(), "tversky index": tversky_index(), "two weights": two_weights()}


@pytest.mark.parametrize("expression", LONG.values(), ids=LONG.keys())
def test_a_second_derivative_that_no_page_could_hold_is_kept_as_it_is(expression: Expr) -> None:
    """Each took minutes: one has 7000 nodes, one 1500 terms when it is multiplied out, one 864 over 525 each."""
    formula = Formula("long_one", expression, wrt=x)
    assert hessian(formula).steps
    check_derived(derive_formula(formula))


def test_what_stands_below_a_line_counts() -> None:
    """Every term takes the denominators along: 36 terms, and 28 of a sixth power below."""
    above = Mul(*[sum(one[i] ** p for p in range(1, 7)) for one in (x, y)])
    below = (1 + x[i] + y[i]) ** 6
    assert multiply_out(above / below) == above / below
    assert multiply_out(above / (1 + x[i] + y[i])) != above / (1 + x[i] + y[i])
