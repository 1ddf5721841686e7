"""Powers taken factor by factor, and what is left of 1 beside one."""

from __future__ import annotations

from derive.language import KroneckerDelta, Rational, Sum, exp, indices, label, log, parameter, vector
from derive.numerics.forms import Expm1, SumExcept
from derive.numerics.one_hot import labels_apart
from derive.numerics.powers import powers_apart
from derive.numerics.saturation import saturated

i, j, k = indices("i j k")
x = vector("x")
t = label("t")
q = parameter("q", domain="positive", default=0.5)
TOTAL = Sum(exp(x[j]), j)


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
