"""Small differences of exponentials, of sigmoids, of roots: each is computed as what it is, and not by subtraction."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from derive.kernels import programs
from derive.language import Abs, Formula, Sum, exp, indices, label, log, n, parameter, sign, sqrt, vector
from derive.loading import load
from derive.loading.emitted import targets
from derive.numerics.complements import HALFWAY, logarithms_of_complements
from derive.numerics.forms import Expm1, Larger, Log1p, Select, Smaller, Steady
from derive.numerics.one_line import on_one_line
from derive.numerics.roots import roots_apart
from derive.numerics.set_apart import complement_at_labels
from derive.proofs import derive_formula
from derive.verify.floats import held

i = indices("i")
x, y, a, b = (vector(name) for name in "xyab")
q = vector("q", domain="positive", doc="how far from 0")
m = vector("m", domain="closed_unit", doc="whether it was seen")
c = parameter("c", default=1.0, domain="positive", doc="a scale")
t = label("t", doc="the step of a scale")


def sigmoid(u: Any) -> Any:
    return 1 / (1 + exp(-u))


ESTIMATE = Formula("estimate_of_kl", Sum(exp(a[i] - x[i]) - (a[i] - x[i]) - 1, i) / n, wrt=x)
GOMPERTZ = Formula("gompertz", Sum(exp(x[i]) * (exp(c * q[i]) - 1) / c - m[i] * (x[i] + c * q[i]), i), wrt=x)
GAP = Formula("log_of_a_gap", log(exp(x[i] + q[i]) - exp(x[i])), over=i, wrt=(x, q))
LACKING = Formula("log_of_what_is_left", log(1 - exp(-q[i])), over=i, wrt=q)
BEYOND = Formula("inverse_of_softplus", log(exp(q[i]) - 1), over=i, wrt=q)
STEP = Formula("step_of_a_scale", -log(sigmoid(b[t] - x[t]) - sigmoid(a[t] - x[t])), wrt=x)
SMOOTH = Formula("smooth_ramp", (x[i] + sqrt(x[i] ** 2 + c)) / 2, over=i, wrt=x)
BOUNDED = Formula("bounded", x[i] / (1 + Abs(x[i])), over=i, wrt=x)
SLOPES = {"grad", "vjp", "jvp", "jacobian"}
KEEP = {
    ESTIMATE: {"grad", "hvp"},
    GOMPERTZ: {"", "grad", "hvp"},
    GAP: {"", *SLOPES - {"grad"}, "hvp", "vjp_q"},
    LACKING: {"", *SLOPES - {"grad"}, "hvp"},
    BEYOND: {"", *SLOPES - {"grad"}},
    STEP: {""},
    SMOOTH: {"hvp"},
    BOUNDED: {"", *SLOPES - {"grad"}, "hvp"},
}


@pytest.mark.parametrize("formula", KEEP, ids=lambda one: one.name)
def test_these_kernels_keep_their_digits(formula: Formula) -> None:
    kept = {p.kind for p in held(programs(formula, derive_formula(formula))) if p.bound}
    assert kept >= KEEP[formula]


ROOT = Formula("root_above", Sum(sqrt((x[i] - y[i]) ** 2 + c**2) - c, i), wrt=x)


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_root_above_its_part(target: str, dtype: str) -> None:
    """Of a distance of 2^-20 beside 1, of which a float32 holds nothing in the sum of the squares."""
    x_, y_ = np.full((1, 3), 1 + 2.0**-20, dtype), np.ones((1, 3), dtype)
    found = load("root_above", formulas=__file__, target=target)(x_, y_, c=1.0)
    with mpmath.workdps(50):
        right = 3 * float(mpmath.sqrt(mpmath.mpf(2) ** -40 + 1) - 1)
    np.testing.assert_allclose(found, right, rtol=1e-6 if dtype == "float32" else 1e-15)


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_root_beside_what_it_nearly_is(target: str, dtype: str) -> None:
    points = np.array([[-1e6, -3000, -1, 0, 1, 1e4]], dtype)
    found = load("smooth_ramp", formulas=__file__, target=target)(points, c=0.25)
    slope = load("smooth_ramp_vjp", formulas=__file__, target=target)(points, np.ones_like(points), c=0.25)
    with mpmath.workdps(50):
        right = [(u + mpmath.sqrt(u * u + 0.25)) / 2 for u in map(mpmath.mpf, points[0].tolist())]
        slopes = [float(v / mpmath.sqrt(u * u + 0.25)) for u, v in zip(points[0].tolist(), right, strict=True)]
    close = 1e-6 if dtype == "float32" else 1e-15
    np.testing.assert_allclose(found[0], [float(v) for v in right], rtol=close)
    np.testing.assert_allclose(slope[0], slopes, rtol=close)


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_of_a_scale_far_out(target: str, dtype: str) -> None:
    """Where both sigmoids are 1 to the last digit, or 0, or the step is small."""
    rows = np.array([[60.0], [-200], [0.0], [0.5]], dtype)
    low, high = rows * 0 - 0.5, rows * 0 + np.array([[0.5], [0.5], [-0.499], [0.5]], dtype)
    found = load("step_of_a_scale", formulas=__file__, target=target)(rows, a=low, b=high, t=np.zeros(4, np.int64))
    with mpmath.workdps(200):
        f = [[mpmath.mpf(float(v)) for v in row] for row in np.hstack([rows, low, high])]
        right = [-mpmath.log(1 / (1 + mpmath.exp(u - h)) - 1 / (1 + mpmath.exp(u - l))) for u, l, h in f]
    np.testing.assert_allclose(found, [float(r) for r in right], rtol=1e-5 if dtype == "float32" else 1e-13)


def test_a_root_less_a_part_of_it_is_a_quotient() -> None:
    u = (x[i] - y[i]) ** 2 + c**2
    assert roots_apart(sqrt(u) - c) == Steady((x[i] - y[i]) ** 2 / Steady(sqrt(u) + c))
    v = x[i] ** 2 + 1
    below = Steady(1 / Steady(sqrt(v) - Smaller(x[i], 0)))
    assert roots_apart(x[i] + sqrt(v)) == Steady(Select(x[i], Steady(sqrt(v) + Larger(x[i], 0)), below))
    for kept in (sqrt(u) + c, sqrt(u) - 2 * c, sqrt(u) - x[i], sqrt(x[i] ** 2 - 1) - x[i]):
        assert roots_apart(kept) == kept


def test_two_sigmoids_stand_on_one_line() -> None:
    p, r = exp(-x[i]), exp(a[i])
    assert on_one_line(c / (1 + p) - c / (1 + r)) == c * (r - p) / ((1 + p) * (1 + r))
    for kept in (1 / (1 + p) + 1 / (1 + r), 1 / (1 + p) - c / (1 + r), 1 / (2 + p) - 1 / (2 + r)):
        assert on_one_line(kept) == kept


def test_the_logarithm_of_what_is_left_of_1_has_two_sides() -> None:
    far = Log1p(-Steady(exp(Smaller(-q[i], HALFWAY))))
    apart = Steady(Select(-q[i] - HALFWAY, log(-Expm1(-q[i])), far))
    assert logarithms_of_complements(log(-Expm1(-q[i]))) == apart
    assert logarithms_of_complements(log(-2 * Expm1(-q[i]))) == log(2) + apart
    kept = log(Expm1(q[i]))
    assert logarithms_of_complements(kept) == kept


def test_what_stands_beside_a_size_is_left_of_1() -> None:
    size = 1 + Abs(x[i])
    assert complement_at_labels(1 - x[i] * sign(x[i]) / size) == 1 / size
    square = (x[i] - y[i]) ** 2
    assert complement_at_labels(a[i] - a[i] * square / (square + c)) == a[i] * c / (square + c)
