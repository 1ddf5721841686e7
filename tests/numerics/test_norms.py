"""Sums of powers whose exponent is a parameter, roots and quotients of sums of squares: no power leaves the format."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational

from derive.kernels import programs
from derive.language import Formula, Sum, array, axis, classes, indices, log, n, parameter, sqrt, vector
from derive.language.nodes import Max
from derive.loading import load
from derive.loading.emitted import targets
from derive.numerics.forms import Larger, Steady
from derive.numerics.norms import LEAST, on_largest
from derive.proofs import derive_formula
from derive.verify.floats import held

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
w = vector("w", domain="positive")
p = parameter("p", default=3.0, domain="positive")

NORM = Formula("p_norm", Sum(abs(x[k]) ** p, k) ** (1 / p), wrt=x)
SHARE = Formula("power_share", w[i] ** p / Sum(w[k] ** p, k), over=i, wrt=w)
LEHMER = Formula("lehmer_mean", Sum(w[k] ** (p + 1), k) / Sum(w[k] ** p, k), wrt=w)
LOGARITHM = Formula("log_power", log(Sum(w[k] ** p, k)) / p, wrt=w)
DISTANCE = Formula("minkowski_distance", Sum(abs(x[k] - y[k]) ** p, k) ** (1 / p), wrt=x)
rows = axis("rows", size="m")
r = indices("r", rows)
table = array("table", rows, classes)
NORMS = Formula("sum_of_p_norms", Sum(Sum(abs(table[r, k]) ** p, k) ** (1 / p), r), wrt=table)
a = parameter("a", default=0.7, doc="a power of either sign")
EITHER = Formula("either_norm", Sum(w[k] ** a, k) ** (1 / a), wrt=w)
LOG_EITHER = Formula("log_either", log(Sum(w[k] ** (1 - a), k)), wrt=w)
TAILS = Formula("student_share", (1 + x[i] ** 2 / p) ** (-p) / Sum((1 + x[k] ** 2 / p) ** (-p), k), over=i, wrt=x)
M = Larger(Max(w[k], k), LEAST)
LONGEST = Larger(Max(abs(x[k]), k), LEAST)

middle = Sum(x[j], j) / n
LENGTH = Formula("length", sqrt(Sum(x[k] ** 2, k)), wrt=x)
UNIT = Formula("unit", x[i] / sqrt(Sum(x[k] ** 2, k)), over=i, wrt=x)
LOG_LENGTH = Formula("log_length", log(Sum(x[k] ** 2, k)), wrt=x)
SQUARED = Formula("squared_share", x[i] ** 2 / Sum(x[k] ** 2, k), over=i, wrt=x)
COSINE = Formula("cosine", Sum(x[k] * y[k], k) / sqrt(Sum(x[k] ** 2, k) * Sum(y[k] ** 2, k)), wrt=x)
STANDARD = Formula("standard", (x[i] - middle) / sqrt(Sum((x[k] - middle) ** 2, k) / n), over=i, wrt=x)
LENGTHS = Formula("sum_of_lengths", Sum(sqrt(Sum(table[r, k] ** 2, k)), r), wrt=table)


@pytest.mark.parametrize("formula", [NORM, SHARE, LEHMER, LOGARITHM, DISTANCE, NORMS], ids=lambda one: one.name)
def test_the_value_is_held_at_high_powers_of_large_numbers(formula: Formula) -> None:
    """p is 100 on some rows, and the bases 10000: their powers are infinite in every format."""
    (value, *_) = held(programs(formula, derive_formula(formula)))
    assert not value.caveats


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_was_infinite_is_an_ordinary_number(target: str, dtype: str) -> None:
    rows, weights = np.array([[8e3, -6e3, 0]], dtype), np.array([[8e3, 6e3, 1]], dtype)
    small = 0.75**100

    def made(name: str, given: np.ndarray) -> np.ndarray:
        found: np.ndarray = load(name, formulas=__file__, target=target)(given, p=100.0)
        return found

    np.testing.assert_allclose(made("p_norm", rows), [8e3], rtol=1e-6)
    np.testing.assert_allclose(made("p_norm_grad", rows), [[1, -small / 0.75, 0]], rtol=1e-4)
    np.testing.assert_allclose(made("power_share", weights), [[1, small, 0]], rtol=1e-4, atol=1e-30)
    np.testing.assert_allclose(made("lehmer_mean", weights), [8e3], rtol=1e-6)
    np.testing.assert_allclose(made("log_power_grad", weights), [[1 / 8e3, small / 6e3, 0]], rtol=1e-4, atol=1e-30)
    np.testing.assert_allclose(made("sum_of_p_norms", np.concatenate([rows, rows / 2])), 12e3, rtol=1e-6)
    np.testing.assert_allclose(made("sum_of_p_norms_grad", rows), [[1, -small / 0.75, 0]], rtol=1e-4)
    zero = np.zeros_like(rows)
    assert made("p_norm", zero) == [0]


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_power_may_have_either_sign(target: str, dtype: str) -> None:
    """The largest power is that of the smallest base where the exponent is negative."""
    weights, scores = np.array([[8e3, 6e3, 7e3]], dtype), np.array([[8e3, 4e3, 6e3]], dtype)
    parts = np.array([0.75, 1, 6 / 7])

    def made(name: str, given: np.ndarray, **setting: float) -> np.ndarray:
        found: np.ndarray = load(name, formulas=__file__, target=target)(given, **setting)
        return found

    low = np.sum(parts**100)
    np.testing.assert_allclose(made("either_norm", weights, a=-100.0), [6e3 * low**-0.01], rtol=1e-5)
    np.testing.assert_allclose(made("either_norm_grad", weights, a=-100.0), [parts**101 * low**-1.01], rtol=1e-4)
    np.testing.assert_allclose(made("either_norm", weights, a=100.0), [8e3], rtol=1e-6)
    np.testing.assert_allclose(made("log_either", weights, a=101.0), [-100 * np.log(6e3) + np.log(low)], rtol=1e-6)
    np.testing.assert_allclose(made("log_either_grad", weights, a=101.0), [-100 * parts**101 / 6e3 / low], rtol=1e-4)
    np.testing.assert_allclose(made("student_share", scores, p=100.0), [[0, 1, 0]], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize(
    "formula", [LENGTH, UNIT, LOG_LENGTH, SQUARED, COSINE, STANDARD, LENGTHS], ids=lambda one: one.name
)
def test_the_value_is_held_where_no_square_is_a_float(formula: Formula) -> None:
    """Huge rows, and subnormal ones, are among those that are tried."""
    (value, *_) = held(programs(formula, derive_formula(formula)))
    assert not value.caveats


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
def test_a_norm_has_any_size(target: str, dtype: str, size: float) -> None:
    given, other = np.array([[3 * size, 0, -4 * size]], dtype), np.array([[size, size, 0]], dtype)

    def made(name: str, *arrays: np.ndarray) -> np.ndarray:
        found: np.ndarray = load(name, formulas=__file__, target=target)(*arrays)
        return found

    np.testing.assert_allclose(made("length", given), [5 * size], rtol=1e-6)
    np.testing.assert_allclose(made("length_grad", given), [[0.6, 0, -0.8]], rtol=1e-6)
    np.testing.assert_allclose(made("unit", given), [[0.6, 0, -0.8]], rtol=1e-6)
    ones = np.ones_like(given)
    np.testing.assert_allclose(made("unit_vjp", given, ones) * size, [[0.2 + 0.024, 0.2, 0.2 - 0.032]], rtol=1e-5)
    np.testing.assert_allclose(made("log_length", given), [2 * np.log(5 * size)], rtol=1e-6)
    np.testing.assert_allclose(made("squared_share", given), [[0.36, 0, 0.64]], rtol=1e-6)
    np.testing.assert_allclose(made("cosine", given, other), [0.6 / np.sqrt(2)], rtol=1e-6)
    slope = np.array([[0.2 - 0.072, 0.2, 0.096]]) / np.sqrt(2)
    np.testing.assert_allclose(made("cosine_grad", given, other) * size, slope, rtol=1e-5)
    np.testing.assert_allclose(made("standard", other), [[np.sqrt(0.5), np.sqrt(0.5), -np.sqrt(2)]], rtol=1e-6)
    np.testing.assert_allclose(made("sum_of_lengths", np.concatenate([given, given])), 10 * size, rtol=1e-6)


def test_what_stands_beside_a_sum_meets_its_scale() -> None:
    share = Sum(Steady(w[k] / M) ** p, k)
    assert on_largest(Sum(w[k] ** p, k)) == M**p * share
    assert on_largest(w[i] ** p / Sum(w[k] ** p, k)) == Steady(w[i] / M) ** p / share
    assert on_largest(Sum(w[k] ** p, k) ** (1 / p)) == M * share ** (1 / p)
    assert on_largest(log(Sum(w[k] ** p, k))) == p * log(M) + log(share)
    half = Sum(y[k] * Steady(w[k] / M) ** (p - 1), k)
    assert on_largest(Sum(y[k] * w[k] ** (p - 1), k) / Sum(w[k] ** p, k)) == half / share / M


def test_squares_are_scaled_where_their_sum_is_not_the_result() -> None:
    squares, apart = Sum(x[k] ** 2, k), Sum(Steady(x[k] / LONGEST) ** 2, k)
    assert on_largest(sqrt(squares)) == LONGEST * sqrt(apart)
    assert on_largest(log(squares)) == 2 * log(LONGEST) + log(apart)
    assert on_largest(x[i] / sqrt(squares)) == Steady(x[i] / LONGEST) / sqrt(apart)
    assert on_largest(Sum(x[k] * y[k], k) / squares) == Sum(Steady(x[k] / LONGEST) * y[k], k) / apart / LONGEST
    fourth = Sum(Steady(x[k] / LONGEST) ** 4, k)
    assert on_largest(squares**2 / Sum(x[k] ** 4, k)) == apart**2 / fourth, "a power of a sum meets it"


def test_what_has_no_such_scale_stays_as_it_is() -> None:
    """A number as exponent, an exponent that may be below 0, a base that may be negative.

    Squares alone, and squares with a constant beside them, which no maximum is to make slower.
    """
    for e in (Sum(w[k] ** Rational(1, 2), k), Sum(w[k] ** (p - 1), k), Sum(x[k] ** 3, k), w[i] ** p):
        assert on_largest(e) == e
    squares = Sum(x[k] ** 2, k)
    for e in (squares, squares**2, x[i] * squares, sqrt(squares / n + p), x[i] / sqrt(squares + 1)):
        assert on_largest(e) == e
