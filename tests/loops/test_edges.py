"""The edges of the domain, in both targets: a weight of 0, a probability of 0, a score of minus infinity."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import KroneckerDelta

import derive
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.softmax import softmax
from derive.kernels import programs
from derive.language import Formula, Sum, distribution, erf, indices, label, log, parameter, sqrt, vector
from derive.loops.ir import Program
from derive.pipeline import build_formula
from derive.proofs import derive_formula
from derive.targets.c import TARGET as c
from derive.targets.numpy import TARGET as numpy
from derive.targets.templates import environment
from derive.verify.floats import held
from derive.verify.oracle import Point, evaluate_float

i, j, k = indices("i j k")
p, q = distribution("p", doc="the truth"), distribution("q", doc="the model")
r, y = vector("r", domain="unit", doc="the model"), vector("y", doc="the answers")
x, t = softmax.vector, next(v for v in cross_entropy_label.inputs if v.name == "t")
gamma = parameter("gamma", default=0.5, domain="positive", doc="a power below 1")
ignored = label("ignored", doc="the class that does not count")

FORMULAS = (
    softmax,
    cross_entropy_label,
    Formula("spread", -Sum(p[i] * log(p[i]), i), wrt=p),
    Formula("distance", Sum(p[i] * log(p[i] / q[i]), i), wrt=q),
    Formula("between", -Sum(p[i] * log(q[i]), i), wrt=q),
    Formula("yes_or_no", -Sum(y[i] * log(r[i]) + (1 - y[i]) * log(1 - r[i]), i), wrt=r),
    Formula("spread_of_scores", -Sum(softmax[i] * log(softmax[i]), i), wrt=x),
    Formula("gaussian_unit", x[i] * (1 + erf(x[i] / sqrt(2))) / 2, over=i, wrt=x),
    Formula("overlap", -log(Sum(sqrt(p[i] * q[i]), i)), wrt=q),
    Formula("rooted", (1 - softmax[t] ** gamma) / gamma, wrt=x),
    Formula("skipping", (1 - KroneckerDelta(t, ignored)) * cross_entropy_label.value, wrt=x),
)
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
INF, NAN = math.inf, math.nan


def kernel(name: str, target: str) -> Any:
    return derive.load(name, target=target, formulas=FORMULAS)


@cache
def made(name: str) -> tuple[Program, ...]:
    formula = next(f for f in FORMULAS if f.name == name)
    return programs(formula, derive_formula(formula))


@BOTH
@DTYPES
def test_zero_times_the_logarithm_of_zero_is_zero(target: str, dtype: Any) -> None:
    certain, even = np.array([1, 0, 0], dtype), np.array([0.5, 0.5, 0], dtype)
    spread = kernel("spread", target)(np.array([certain, even]))
    assert spread[0] == 0 and not np.signbit(spread[0])
    assert spread[1] == pytest.approx(math.log(2), rel=1e-6)
    assert kernel("between", target)(certain, certain) == 0
    assert kernel("between", target)(even, certain) == pytest.approx(math.log(2), rel=1e-6)


@BOTH
@DTYPES
def test_the_distance_of_distributions_with_zeros(target: str, dtype: Any) -> None:
    """0 where p = 0, whatever q; infinite where q = 0 < p."""
    truth = np.array([[0.5, 0.5, 0], [0.5, 0.5, 0], [0.5, 0.5, 0]], dtype)
    model = np.array([[0.25, 0.25, 0.5], [0.5, 0.5, 0], [1, 0, 0]], dtype)
    found = kernel("distance", target)(model, truth)
    assert found[0] == pytest.approx(math.log(2), rel=1e-6) and found[1] == 0 and found[2] == INF


@BOTH
@DTYPES
def test_what_does_not_happen_has_no_slope_either(target: str, dtype: Any) -> None:
    slope = kernel("spread_grad", target)(np.array([1, 0], dtype))
    assert slope[0] == -1 and slope[1] == INF
    model, truth = np.array([1, 0, 0], dtype), np.array([0.5, 0.5, 0], dtype)
    slope = kernel("distance_grad", target)(model, truth)
    assert slope[0] == -0.5 and slope[1] == -INF and slope[2] == 0


@BOTH
@DTYPES
def test_a_sure_and_right_answer_costs_nothing(target: str, dtype: Any) -> None:
    sure, answers = np.array([1, 0], dtype), np.array([1, 0], dtype)
    assert kernel("yes_or_no", target)(sure, answers) == 0
    assert kernel("yes_or_no", target)(sure, answers[::-1].copy()) == INF


@BOTH
@DTYPES
def test_a_masked_class_takes_no_part_in_the_entropy_of_scores(target: str, dtype: Any) -> None:
    masked, short = np.array([1, -INF, 2], dtype), np.array([1, 2], dtype)
    value, grad = kernel("spread_of_scores_value_and_grad", target)(masked)
    wanted, slope = kernel("spread_of_scores_value_and_grad", target)(short)
    assert value == pytest.approx(wanted, rel=1e-6) and grad[1] == 0
    np.testing.assert_allclose(grad[[0, 2]], slope, rtol=1e-5)


@BOTH
@DTYPES
def test_a_row_that_does_not_count_is_0_whatever_is_in_it(target: str, dtype: Any) -> None:
    scores, labels = np.array([[NAN, 1, 2], [0, -INF, 1], [0, 1, 2]], dtype), np.array([1, 1, 2])
    value, grad = kernel("skipping_value_and_grad", target)(scores, ignored=np.full(3, 1), t=labels)
    wanted, slope = kernel("cross_entropy_label_value_and_grad", target)(scores[2], np.array(2))
    assert tuple(value[:2]) == (0, 0) and value[2] == wanted
    assert (grad[:2] == 0).all() and (grad[2] == slope).all()


@BOTH
@DTYPES
def test_the_hessian_of_the_loss_times_a_direction(target: str, dtype: Any) -> None:
    """diag(s) - s s^T times v is s (v - s.v)."""
    scores, v = np.array([0.5, -1, 3, 0.25], dtype), np.array([1, -2, 0.5, 4], dtype)
    found = kernel("cross_entropy_label_hvp", target)(scores, np.array(2), v=v)
    s = np.exp(scores.astype(float)) / np.exp(scores.astype(float)).sum()
    np.testing.assert_allclose(found, s * (v - s @ v), rtol=2e-5 if dtype == np.float32 else 2e-14)


@BOTH
@DTYPES
def test_the_diagonal_of_the_jacobian_where_one_class_has_nearly_all(target: str, dtype: Any) -> None:
    scores = np.array([0, -20, -21], dtype)
    expression = derive_formula(softmax).derivation("jacobian_diagonal").end
    point = Point(3, {"x": [0.0, -20.0, -21.0]}, {str(softmax.over): 1})
    wanted = evaluate_float(expression, point, np.dtype(dtype).name)
    assert kernel("softmax_jacobian", target)(scores)[0, 0] == pytest.approx(wanted, rel=8 * float(np.finfo(dtype).eps))


def test_the_conventions_are_stated_where_they_hold() -> None:
    stated = {program.name: " ".join(program.conventions) for name in ("spread", "distance") for program in made(name)}
    assert "0 log 0 = 0" in stated["spread"] and "log(0) is -inf" in stated["spread_grad"]
    assert "0 log 0 = 0" not in stated["spread_grad"] and "inf" in stated["distance_grad"]
    assert all(program.conventions == () for program in made("softmax"))
    built = build_formula(next(f for f in FORMULAS if f.name == "spread"))
    for target in (c, numpy):
        assert "0 log 0 = 0" in " ".join(target.formula_files(built, environment()).values())


@BOTH
@DTYPES
def test_a_power_of_a_probability_that_underflows(target: str, dtype: Any) -> None:
    """s s**(gamma - 1) is 0 there, not 0 times infinity."""
    row = np.array([-2000, 0, 0], dtype)
    value, grad = kernel("rooted_value_and_grad", target)(row, t=np.asarray(0))
    assert value == 2 and np.all(grad == 0)
    assert np.all(kernel("rooted_hvp", target)(row, t=np.asarray(0), v=np.ones(3, dtype)) == 0)


@BOTH
@DTYPES
def test_an_error_function_has_an_end_at_a_mask(target: str, dtype: Any) -> None:
    masked = np.array([-INF, 0, 2], dtype)
    np.testing.assert_allclose(kernel("gaussian_unit", target)(masked), [0, 0, 1.9544997], rtol=1e-6)
    slopes = kernel("gaussian_unit_vjp", target)(masked, np.ones_like(masked))
    np.testing.assert_allclose(slopes, [0, 0.5, 1.0852319], rtol=1e-6)


def test_a_root_that_begins_at_a_row_of_the_check_stops_no_build() -> None:
    """Its slope is infinite there: the value is held to its own size."""
    (value, *_) = held(made("overlap"))
    assert not value.caveats
