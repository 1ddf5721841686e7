"""Powers taken factor by factor, and what is left of 1 beside one."""

from __future__ import annotations

import numpy as np
import pytest

from derive.language import Formula, KroneckerDelta, Rational, Sum, exp, indices, label, log, parameter, vector
from derive.loading import load
from derive.loading.emitted import targets
from derive.numerics.forms import Expm1, Steady, SumExcept
from derive.numerics.one_hot import labels_apart
from derive.numerics.powers import powers_apart, powers_as_exponentials, quotients_inside
from derive.numerics.saturation import saturated

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
w = vector("w", domain="positive")
t = label("t")
q = parameter("q", domain="positive", default=0.5)
TOTAL = Sum(exp(x[j]), j)

WEIGHED = Formula("weighed", log(Sum(w[k] ** (1 - q) * exp(x[k]), k)), wrt=x)
ALPHA = Formula("alpha", Sum((exp(x[k]) / TOTAL) ** q * (exp(y[k]) / Sum(exp(y[j]), j)) ** (1 - q), k), wrt=x)


def test_a_power_of_a_share_is_one_exponential_beside_a_power_of_the_sum() -> None:
    assert powers_apart((exp(x[i]) / TOTAL) ** q) == exp(q * x[i]) * TOTAL**-q


def test_its_exponentials_meet_those_around_it() -> None:
    assert powers_apart((exp(x[t]) / TOTAL) ** (q - 1) * exp(x[t]) / TOTAL) == exp(q * x[t]) * TOTAL**-q


def test_the_logarithm_of_a_sum_of_powers_of_shares_gives_the_common_factor_away() -> None:
    assert powers_apart(log(Sum((exp(x[k]) / TOTAL) ** q, k))) == log(Sum(exp(q * x[k]), k)) - q * log(TOTAL)


def test_what_may_be_negative_keeps_its_power() -> None:
    for kept in ((x[i] * exp(x[i])) ** q, (exp(x[i]) / TOTAL) ** 2, (exp(x[i]) / TOTAL) ** Rational(1, 3)):
        assert powers_apart(kept) == kept


def test_one_less_a_power_goes_by_its_logarithm() -> None:
    assert saturated(1 - (exp(x[t]) / TOTAL) ** q) == -Expm1(q * (x[t] - log(TOTAL)))
    assert saturated(1 / q - (exp(x[t]) / TOTAL) ** q / q) == -Expm1(q * (x[t] - log(TOTAL))) / q
    assert not saturated(2 - (exp(x[t]) / TOTAL) ** q).has(Expm1)


def test_a_one_hot_target_beside_shares_takes_the_label_out_of_the_sum() -> None:
    share = exp(x[k]) / TOTAL
    parted = SumExcept(share**2, k, t) + (exp(x[t]) / TOTAL - 1) ** 2
    assert labels_apart(Sum((share - KroneckerDelta(k, t)) ** 2, k)) == parted
    other = Sum(exp(x[k] - KroneckerDelta(k, t)), k)
    assert labels_apart(other) == other


def test_a_power_that_weighs_exponentials_is_one_of_them() -> None:
    total = Sum(w[k] ** (1 - q) * exp(x[k]), k)
    joint = Sum(exp(Steady((1 - q) * log(w[k]))) * exp(x[k]), k)
    assert powers_as_exponentials(log(total)) == log(joint)
    assert powers_as_exponentials(total) == total, "an ordinary sum keeps its digits"
    alone = log(Sum(w[k] ** (1 - q), k))
    assert powers_as_exponentials(alone) == alone


@pytest.mark.parametrize("target", targets())
def test_weights_and_exponentials_outgrow_each_other(target: str) -> None:
    """Where the weights are largest the exponentials are smallest: neither of the two has the scale of the sum."""
    scores, weights = np.array([[9000.0, -3000]], np.float32), np.array([[3000.0, 5]], np.float32)
    found = load("weighed", formulas=__file__, target=target)(scores, weights, q=100.0)
    np.testing.assert_allclose(found, [9000 - 99 * np.log(3000)], rtol=1e-6)
    slope = load("weighed_grad", formulas=__file__, target=target)(scores, weights, q=100.0)
    np.testing.assert_allclose(slope, [[1, 0]], atol=1e-30)


def test_a_quotient_of_powers_is_a_power_of_the_quotient() -> None:
    other = Sum(exp(2 * x[k]), k)
    assert quotients_inside(TOTAL**q / other**q) == Steady(TOTAL / other) ** q
    assert quotients_inside(2 * TOTAL ** (q - 1) * other ** (1 - q)) == 2 * Steady(TOTAL / other) ** (q - 1)
    assert quotients_inside(TOTAL**q / other) == TOTAL**q / other


@pytest.mark.parametrize("target", targets())
def test_powers_of_two_sums_leave_the_format_together(target: str) -> None:
    row = np.array([[1.0, 1, 1]], np.float32)
    found = load("alpha", formulas=__file__, target=target)(row, row, q=100.0)
    np.testing.assert_allclose(found, [1], rtol=1e-4)
