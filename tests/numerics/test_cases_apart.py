"""Values that are chosen for each class: as weights of 1 and 0 where a sum over the classes has to reach them."""

from __future__ import annotations

import numpy as np
import pytest

from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, larger, log, parameter, relu, vector, where
from derive.loading import load
from derive.loading.emitted import targets
from derive.numerics.cases_apart import cases_apart, is_indicator, masks_apart
from derive.numerics.forms import Expm1
from derive.numerics.saturation import saturated
from derive.proofs import derive_formula
from derive.verify import check_derived, check_programs
from derive.verify.floats import held

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
u = vector("u", domain="unit", doc="how sure it is that a class is there")
m = parameter("m", default=0.25, domain="positive", doc="a threshold")
share = exp(x[i]) / Sum(exp(x[j]), j)

KEPT = Formula("kept_entropy", -Sum(where(u[i] > m, share * log(share), 0), i), wrt=x)
OVER = Formula("over_threshold", Sum(relu(share - m), i), wrt=x)
FLOOR = Formula("floor_of_shares", -Sum(u[i] * log(larger(share, m)), i), wrt=x)
MASKED = Formula("masked_softmax", where(u[i] > m, exp(x[i]), 0) / Sum(where(u[j] > m, exp(x[j]), 0), j), over=i, wrt=x)
LINEAR = Formula("linear_units", where(x[i] > 0, x[i], 2 * (exp(x[i] / 2) - 1)), over=i, wrt=x)


@pytest.mark.parametrize("formula", [KEPT, OVER, FLOOR, MASKED], ids=lambda one: one.name)
def test_a_share_may_stand_in_a_case(formula: Formula) -> None:
    """Its derivative by the component of another class leaves the case as a factor: every kernel is O(n)."""
    made = programs(formula, derive_formula(formula))
    check_derived(derive_formula(formula))
    check_programs(made)


def test_a_softmax_over_what_is_left_keeps_its_digits() -> None:
    assert all(one.bound for one in held(programs(MASKED, derive_formula(MASKED))))


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_left_out_may_be_the_largest(target: str, dtype: str) -> None:
    scores, kept = np.array([[1000.0, 1, 1]], dtype), np.array([[0.125, 0.5, 0.5]], dtype)
    found = load("masked_softmax", formulas=__file__, target=target)(scores, kept, m=0.25)
    np.testing.assert_allclose(found, [[0, 0.5, 0.5]], rtol=1e-6)
    pull = np.array([[1.0, 1, 0]], dtype)
    slope = load("masked_softmax_vjp", formulas=__file__, target=target)(scores, kept, g=pull, m=0.25)
    np.testing.assert_allclose(slope, [[0, 0.25, -0.25]], rtol=1e-6)
    ready = load("kept_entropy", formulas=__file__, target=target)(scores - 999, kept, m=0.25)
    parts = np.exp([0.0, -999, -999])[1:]
    np.testing.assert_allclose(ready, -np.sum(parts * -999), atol=1e-30)


def test_a_case_with_a_share_is_a_sum_of_weights() -> None:
    inside = Sum(where(u[i] > m, share, 2), i)
    weights = Sum(where(u[i] > m, 1, 0) * share + 2 * where(u[i] > m, 0, 1), i)
    assert cases_apart(inside) == weights
    plain = Sum(where(u[i] > m, x[i] ** 2, 2 * x[i]), i)
    assert cases_apart(plain) == plain, "it depends on its own class alone"
    assert is_indicator(where(x[i] > 0, 1, 0)) and not is_indicator(where(x[i] > 0, 2, 0))


def test_an_exponential_that_is_left_out_has_a_weight() -> None:
    assert masks_apart(where(u[i] > m, 0, exp(x[i]))) == where(u[i] > m, 0, 1) * exp(x[i])
    for kept in (where(u[i] > m, exp(x[i]), 1), where(u[i] > m, x[i], 0)):
        assert masks_apart(kept) == kept


def test_in_its_case_a_difference_from_1_keeps_its_digits() -> None:
    assert saturated(where(x[i] > 0, x[i], exp(x[i]) - 1)) == where(x[i] > 0, x[i], Expm1(x[i]))
    assert saturated(where(x[i] < y[i], 3 * exp(2 * x[i] - 2 * y[i]) - 3, 0)) == where(
        x[i] < y[i], 3 * Expm1(2 * x[i] - 2 * y[i]), 0
    )
    for kept in (where(x[i] > 0, exp(x[i]) - 1, 0), where(x[i] < 0, exp(y[i]) - 1, 0)):
        assert saturated(kept) == kept


@pytest.mark.parametrize("target", targets())
def test_small_steps_below_0(target: str) -> None:
    row = np.array([[-1e-30, -40.0, 3]])
    found = load("linear_units", formulas=__file__, target=target)(row)
    np.testing.assert_allclose(found, [[-1e-30, -2 * (1 - np.exp(-20)), 3]], rtol=1e-14)
