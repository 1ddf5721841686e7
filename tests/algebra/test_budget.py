"""No power is multiplied out where no page could hold it: what would not end stays as it is."""

from __future__ import annotations

import pytest
from sympy import Expr

from derive.algebra.rational import LARGEST_POWER, multiply_out, normal
from derive.language import Formula, Sum, indices, log, vector
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
