"""Sums of exponentials whose weights may be 0: also where the largest exponent has none."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from derive.kernels import programs
from derive.language import (
    Formula,
    KroneckerDelta,
    Sum,
    array,
    axis,
    classes,
    distribution,
    exp,
    indices,
    label,
    log,
    parameter,
    vector,
)
from derive.language.nodes import Max
from derive.loading import load
from derive.loading.emitted import targets
from derive.loops.ir import Program
from derive.numerics.exponents.exposed import exposed
from derive.numerics.exponents.supports import shifts_first, with_weights
from derive.numerics.forms import Centred, FiniteOrZero, InOrder, Shifted, Supported, Weighted
from derive.proofs import derive_formula
from derive.verify.floats import held, verdicts
from derive.verify.rows import NEARLY_ALIKE, rows

i, j, k = indices("i j k")
x, y = vector("x"), vector("y", domain="closed_unit", doc="1 for each class that may be right")
q = distribution("q")

PARTIAL = Formula("partial_label", -log(Sum(y[k] * exp(x[k]) / Sum(exp(x[j]), j), k)), wrt=x)
APART = Formula("partial_sum", log(Sum(exp(x[j]), j)) - log(Sum(y[k] * exp(x[k]), k)), wrt=x)
MIXTURE = Formula("mixture", log(Sum(q[k] * exp(x[k]), k)), wrt=x)

PAIRS = Formula("pairs", log(1 + Sum(y[k] * exp(x[k]), k) * Sum((1 - y[j]) * exp(-x[j]), j)), wrt=x)

t = label("t")
s, m = parameter("s", default=30.0, domain="positive"), parameter("m", default=0.25, domain="positive")
OTHERS = Sum((1 - KroneckerDelta(j, t)) * exp(s * (x[j] + m) * x[j]), j)
CIRCLE = Formula("circle", log(1 + OTHERS * exp(-s * (1 + m - x[t]) * (x[t] - m))), wrt=x)

MARGINS = Formula("margins", Sum((1 - KroneckerDelta(i, t)) * log(1 + exp(s * (x[i] - x[t] + m))), i), wrt=x)

table_rows = axis("rows", size="m")
r = indices("r", table_rows)
a, w = array("a", table_rows, classes), array("w", table_rows, classes, domain="closed_unit")
IN_ROWS = Formula("partial_rows", -Sum(log(Sum(w[r, k] * exp(a[r, k]), k)), r), wrt=a)


@cache
def made(formula: Formula) -> tuple[Program, ...]:
    return programs(formula, derive_formula(formula))


@pytest.mark.parametrize("formula", [PARTIAL, APART, MIXTURE], ids=lambda one: one.name)
def test_the_value_keeps_its_digits_whatever_has_a_weight(formula: Formula) -> None:
    assert not held(made(formula)[:1])[0].caveats


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_largest_may_be_without_weight(target: str, dtype: str) -> None:
    scores, weights = np.array([[1000.0, 0, 3]], dtype), np.array([[0, 0.5, 0.5]], dtype)
    for formula, right in ((PARTIAL, 997.64455983), (APART, 997.64455983), (MIXTURE, 2.35544017)):
        found = load(formula.name, formulas=__file__, target=target)(scores, weights)
        np.testing.assert_allclose(found, [right], rtol=1e-6)
    parts = [0.04742587, 0.95257413]
    for name, right in (
        ("mixture", [0, *parts]),
        ("partial_label", [1, -parts[0], -parts[1]]),
        ("partial_sum", [1, -parts[0], -parts[1]]),
        ("partial_rows", [0, -parts[0], -parts[1]]),
    ):
        slope = load(f"{name}_grad", formulas=__file__, target=target)(scores, weights)
        np.testing.assert_allclose(slope, [right], rtol=1e-6)


def test_a_product_with_the_second_derivative_goes_by_the_same_scale() -> None:
    """The product itself is a difference of two halves where two classes are nearly alike, and says so."""
    *others, turn = held(made(MIXTURE))
    assert not [program.caveats for program in others if program.caveats]
    assert all(NEARLY_ALIKE.name in caveat for caveat in turn.caveats)
    (verdict,) = verdicts([turn], choose=lambda asked: (r for r in rows(asked) if NEARLY_ALIKE.name not in r.region))[0]
    assert verdict.miss is None


@pytest.mark.parametrize("formula", [PARTIAL, APART], ids=lambda one: one.name)
def test_where_nothing_has_a_weight_the_loss_is_infinite_and_its_slope_is_not(formula: Formula) -> None:
    value, slope, both, turn = held(made(formula))
    assert not (*value.caveats, *slope.caveats, *both.caveats)
    assert all("subnormal, n = 3" in str(caveat) for caveat in turn.caveats), "it divides by a square of the weights"


def test_only_where_nothing_has_a_weight_a_slope_is_none_along_axes() -> None:
    for verdict in [one for one in held(made(IN_ROWS)) if one.kind != "hvp"]:
        assert all("zeros, n = 3" in str(caveat) for caveat in verdict.caveats)


@pytest.mark.parametrize("target", targets())
def test_where_all_weights_are_0_what_they_weigh_is_0(target: str) -> None:
    """Every pair has one of two kinds of classes, of which a row may have none: its sum is 0, and no row's mistake."""
    scores = np.array([[1.0, 2, -3], [1, 2, -3]])
    kinds = np.array([[0.0, 0, 0], [1, 1, 1]])
    for name, shape in (("pairs", (2,)), ("pairs_grad", (2, 3))):
        np.testing.assert_array_equal(load(name, formulas=__file__, target=target)(scores, kinds), np.zeros(shape))
    (_, gradient, *_) = held(made(PAIRS))
    assert not any("zeros, n = 3" in str(caveat) for caveat in gradient.caveats)


def test_of_no_class_there_is_no_largest_beside_a_constant() -> None:
    """With one class there is no other: its loss is log(1 + 0), however large the factor of the others."""
    value, _, both, _ = held(made(CIRCLE))
    assert not value.caveats
    assert not any("n = 1)" in str(caveat) for caveat in both.caveats)


@pytest.mark.parametrize("target", targets())
def test_a_loss_over_the_others_keeps_its_digits(target: str) -> None:
    """``log(1 + small)`` where the small one is a sum over the others; and 0 where there are none."""
    circle = load("circle", formulas=__file__, target=target)
    t = np.array([0, 0])
    np.testing.assert_array_equal(circle(np.array([[87.2]]), t[:1], m=0.25, s=30.0), [0])
    scores = np.array([[0.75, -0.125, 0], [0.5, -0.5, 0.1]])
    # log1p((exp(s (x_1 + 1/4) x_1) + exp(s (x_2 + 1/4) x_2)) exp(-s (5/4 - x_0) (x_0 - 1/4)))
    others = [np.sum(np.exp(200 * (row[1:] + 0.25) * row[1:])) for row in scores]
    right = np.log1p(
        [o * np.exp(-200 * (1.25 - row[0]) * (row[0] - 0.25)) for o, row in zip(others, scores, strict=True)]
    )
    np.testing.assert_allclose(circle(scores, t, m=0.25, s=200.0), right, rtol=1e-13)


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_slope_at_a_label_is_that_of_the_others(target: str, dtype: str) -> None:
    """Not that of all classes less its own, beside which the others are nothing."""
    scores, t = np.array([[0.0, -2, -3]], dtype), np.array([0])
    slope = load("margins_grad", formulas=__file__, target=target)(scores, t, s=30.0, m=0.25)
    others = 30 * np.exp(30 * np.array([-1.75, -2.75]))
    np.testing.assert_allclose(slope, [[-np.sum(others), *others]], rtol=1e-5)
    assert all(program.bound for program in held(made(MARGINS)))


def test_a_scale_is_wrong_where_its_largest_may_have_no_weight() -> None:
    shift = FiniteOrZero(Max(x[k], k))
    assert not exposed(log(Sum(exp(Shifted(x[k], shift)), k)))
    assert exposed(log(Sum(y[k] * exp(Shifted(x[k], shift)), k)))
    assert not exposed(Sum(y[k] * exp(Shifted(x[k], shift)), k)), "it may vanish where nothing divides by it"


def test_a_weight_has_the_last_word() -> None:
    shift = FiniteOrZero(Max(Supported(y[k], x[k]), k))
    power = exp(Shifted(x[i], shift))
    assert with_weights(2 * y[i] * power) == 2 * Weighted(y[i], power)
    assert with_weights((2 * y[i] - x[j] * y[i]) * power) == (2 - x[j]) * Weighted(y[i], power), "of each term"
    assert with_weights((2 * y[i] - x[j]) * power) == (2 * y[i] - x[j]) * power, "not of each"
    assert with_weights(2 * y[j] * power) == 2 * y[j] * power, "that of another class"


def test_shifts_are_subtracted_before_logarithms_are_added() -> None:
    up, down = FiniteOrZero(Max(x[k], k)), FiniteOrZero(Max(Supported(y[k], x[k]), k))
    rest = log(Sum(exp(x[k]), k))
    assert shifts_first(up + rest - down) == InOrder(Centred(up, down), rest)
    assert shifts_first(up - down) == up - down
