"""The passes over expressions, each alone, with its conditions broken on purpose."""

from __future__ import annotations

import pytest
from sympy import Abs, KroneckerDelta, Pow

from derive.language import Sum, exp, indices, label, log, n, parameter, tanh, vector
from derive.language.components import Along
from derive.language.nodes import Max, TopIndex, rename
from derive.numerics.centring import centre, rate
from derive.numerics.exponents.exposed import exposed
from derive.numerics.exponents.pairs import is_bounded
from derive.numerics.exponents.scales import scale
from derive.numerics.forms import Centred, Expm1, FiniteOrZero, Larger, Log1p, Shifted, SumExcept
from derive.numerics.saturation import saturated
from derive.numerics.set_apart import complement_at_labels
from derive.numerics.structural import derivative, flat, joined

i, j, k = indices("i j k")
x, y, b, g, v = (vector(name) for name in "xybgv")
t = label("t")
T = parameter("T", default=1.0, domain="positive")
total = Sum(exp(x[j]), j)


# --- scales ------------------------------------------------------------------------------------------------------
def test_a_quotient_of_sums_on_one_scale_has_none_left() -> None:
    shift = FiniteOrZero(Max(x[j], j))
    assert scale(exp(x[i]) / total) == exp(Shifted(x[i], shift)) / Sum(exp(Shifted(x[j], shift)), j)


def test_the_largest_exponent_is_that_of_all_that_stands_in_it() -> None:
    (shift,) = scale(log(Sum(exp(x[j] + b[j]), j))).atoms(FiniteOrZero)
    assert shift == FiniteOrZero(Max(x[j] + b[j], j))


def test_a_constant_beside_exponentials_is_one_of_those_compared() -> None:
    assert any(0 in one.args for one in scale(1 / (1 + total)).atoms(Larger))
    assert scale(log(1 + total)).has(Log1p, Expm1)


@pytest.mark.parametrize("wrong", [
    exp(x[i]), 1 / Sum(exp(-(x[j] ** 2)), j), exp(b[i] + Shifted(x[i], FiniteOrZero(Max(x[j], j)))),
    log(Sum(exp(-(x[j] ** 2)), j)), exp(T + Shifted(x[i], FiniteOrZero(Max(x[j], j)))),
])  # fmt: skip
def test_what_may_leave_the_range_is_exposed(wrong: object) -> None:
    assert exposed(wrong)


@pytest.mark.parametrize("right", [
    exp(-(x[i] ** 2)), exp(Shifted(x[i], FiniteOrZero(Max(x[j], j))) / T), 1 / (1 + exp(-(x[i] ** 2))), x[i],
])  # fmt: skip
def test_what_stays_in_range_is_not(right: object) -> None:
    assert not exposed(right)


def test_an_exponent_that_is_not_among_those_compared_is_not_below_their_largest() -> None:
    shift = FiniteOrZero(Max(x[j], j))
    assert is_bounded(x[i] - shift) and not is_bounded(y[i] - shift) and not is_bounded(2 * x[i] - shift)


def test_the_whole_part_of_a_power_meets_the_factors_beside_it() -> None:
    rest = SumExcept(exp(x[k]), k, t)
    powers = [p for p in scale((rest / total) ** (T - 1) * rest / total).atoms(Pow) if p.exp.has(T)]
    assert {p.exp for p in powers} == {T}


# --- centring ----------------------------------------------------------------------------------------------------
def test_what_is_less_its_own_weighted_mean_is_centred_on_the_class_of_the_largest_weight() -> None:
    centred = centre(g[i] - Sum(g[k] * exp(x[k]), k) / total)
    assert centred.has(Centred(g[i], g[TopIndex(Max(x[k], k))])) and centred.has(Sum)


def test_at_a_label_what_is_less_its_mean_is_the_sum_over_the_others() -> None:
    mean = Sum(g[k] * exp(x[k]), k) / total
    others = SumExcept(exp(x[k]) * Centred(g[k], g[t]), k, t) / total
    assert centre(g[t] - mean) == -others
    assert centre(b[i] ** T * (g[t] - mean)) == -(b[i] ** T) * others
    assert centre(2 * mean - g[t] - g[i]).has(others) and centre(2 * mean - g[t] - g[i]).has(TopIndex)
    for loose in (g[t] + mean, 2 * g[t] - mean, g[t] - Sum(g[k], k) / n):
        assert not centre(loose).has(SumExcept)


@pytest.mark.parametrize("loose", [
    g[i] - Sum(g[k] * exp(x[k]), k),
    g[i] - 2 * Sum(g[k] * exp(x[k]), k) / total,
    g[i] + Sum(g[k] * exp(x[k]), k) / total,
    g[i] ** 2 - Sum(g[k] * exp(x[k]), k) / total,
])  # fmt: skip
def test_what_a_constant_would_change_is_left_alone(loose: object) -> None:
    assert centre(loose) == loose


def test_a_function_of_the_class_is_centred_too_and_its_constants_go() -> None:
    function = log(1 + x[i] ** 2) + T
    weighted = Sum(exp(x[k]) * (log(1 + x[k] ** 2) + T), k) / total
    centred = centre(exp(x[i]) * function / total - exp(x[i]) * weighted / total)
    assert centred.has(Centred) and T not in centred.free_symbols


def test_a_constant_goes_out_of_an_average_where_it_meets_itself() -> None:
    function = T - x[i]
    weighted = Sum(exp(x[k]) * (T - x[k]), k) / total
    assert T not in centre(weighted - function).free_symbols and centre(weighted - function).has(Centred)
    assert centre(weighted + T) == weighted + T


def test_a_rate_is_known_for_what_is_linear() -> None:
    assert rate(2 * Sum(g[k] * y[k], k), g) == 2 * Sum(y[k], k)
    assert rate(g[i] * g[j], g) is None and rate(exp(g[i]), g) is None


# --- derivatives, complements, saturation --------------------------------------------------------------------------
def test_a_derivative_multiplies_nothing_out() -> None:
    mean = Sum(x[j], j) / n
    along = derivative(Sum((x[k] - mean) ** 2, k), Along(x, v))
    assert along == 2 * Sum((x[k] - mean) * (v[k] - Sum(v[j], j) / n), k)


def test_flat_terms_keep_the_squares_of_differences() -> None:
    square = (x[i] - y[i]) ** 2
    assert flat((v[i] + v[j]) * square, (v,)) == v[i] * square + v[j] * square
    assert flat((x[i] + x[j]) * square, (v,)) == (x[i] + x[j]) * square


def test_a_complement_is_that_of_the_same_sum() -> None:
    share = exp(x[t]) / total
    assert complement_at_labels(1 - share) == SumExcept(exp(x[k]), k, t) / total
    for other in (1 - exp(x[t]) / Sum(exp(y[j]), j), 1 - 2 * share, 1 + share, 1 - exp(x[i]) / total):
        assert complement_at_labels(other) == other


def test_one_less_a_share_of_an_explicit_sum_is_the_rest() -> None:
    whole = 1 + exp(x[i]) + exp(y[i])
    assert complement_at_labels(1 - exp(x[i]) / whole) == (1 + exp(y[i])) / whole


def test_logarithms_are_joined_where_they_stand_alike() -> None:
    rest = log(1 - exp(x[t]) / total)
    assert joined(rest + log(total)) == log(SumExcept(exp(x[k]), k, t))
    assert joined(rest - log(total)) == rest - log(total)


def test_what_is_left_of_one_beside_a_square_of_tanh() -> None:
    assert saturated(1 - tanh(x[i]) ** 2).has(exp) and not saturated(1 - tanh(x[i]) ** 2).has(tanh)
    assert saturated(y[i] - y[i] * tanh(x[i]) ** 2).atoms(Abs)
    for other in (1 + tanh(x[i]) ** 2, 2 - tanh(x[i]) ** 2, 1 - tanh(x[i]), KroneckerDelta(i, j) - tanh(x[i]) ** 2):
        assert saturated(other) == other


def test_the_class_that_a_sum_leaves_out_is_renamed_with_the_rest() -> None:
    apart = SumExcept(x[i] * y[j], i, j)
    assert rename(apart, j, k) == SumExcept(x[i] * y[k], i, k)
    assert rename(SumExcept(x[i], i, t), t, k) == SumExcept(x[i], i, k)
    around = Sum(apart * b[j], j).at(k)
    assert around == SumExcept(x[i] * y[k], i, k) * b[k]
    assert rename(apart, j, apart.index) == SumExcept(x[k] * y[apart.index], k, apart.index)
