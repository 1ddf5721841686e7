"""What is left of 1 by the error function: far out in a tail it is a number of its own, and no difference."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

from derive.kernels import programs
from derive.language import (
    Formula,
    Sum,
    array,
    axis,
    classes,
    erf,
    erfc,
    exp,
    indices,
    log,
    parameter,
    pi,
    sqrt,
    vector,
    where,
)
from derive.language.errors import FormulaError
from derive.loading import load
from derive.loading.emitted import targets
from derive.loops.ir import Number, values_of, walk
from derive.numerics.forms import Erfcx
from derive.numerics.saturation import saturated
from derive.numerics.tails import tails_apart
from derive.proofs import derive_formula
from derive.verify.floats import held
from derive.verify.oracle import Oracle, Point, reals
from derive.verify.rounded import rounded

i = indices("i")
x, w, y = vector("x"), vector("w"), vector("y", domain="closed_unit")
a = parameter("a", default=2.0, domain="positive")


def below(u: Any) -> Any:
    """The distribution function of a normal variable."""
    return erfc(-u / sqrt(2)) / 2


UNIT = Formula("gaussian_unit", x[i] * (1 + erf(x[i] / sqrt(2))) / 2, over=i, wrt=x)
ABOVE = Formula("weight_above", Sum(w[i] * erfc(a * x[i]), i), wrt=x)
ROWS = [[-36.0, -20, -14], [-8.5, -3, -0.5], [0, 2, 30]]


def test_what_is_left_of_1_is_one_function() -> None:
    u = a * x[i]
    assert saturated(1 - erf(u)) == erfc(u)
    assert saturated(1 + erf(u)) == erfc(-u), "and no sign is taken out of it"
    assert saturated(2 - erfc(u)) == saturated(w[i] - w[i] * erfc(u) / 2) * 2 / w[i] == erfc(-u)
    assert saturated(x[i] / 2 + x[i] * erf(u) / 2) == x[i] * erfc(-u) / 2
    assert saturated(w[i] + 3 * exp(x[i]) - 3 * exp(x[i]) * erf(u)) == w[i] + 3 * exp(x[i]) * erfc(u)
    for kept in (2 - erf(u), 1 + 2 * erf(u), w[i] - erf(u) * x[i]):
        assert saturated(kept) == kept


NORMAL = Formula("log_of_the_normal_cdf", log((1 + erf(x[i] / sqrt(2))) / 2), over=i, wrt=x)
PROBIT = Formula("probit_loss", -Sum(y[i] * log(below(x[i])) + (1 - y[i]) * log(1 - below(x[i])), i), wrt=x)
CENSORED = Formula("censored", Sum(where(y[i] > 0, (y[i] - x[i]) ** 2 / 2, -log(below(-x[i] / a))), i), wrt=x)
HAZARD = Formula("normal_hazard", exp(-(x[i] ** 2) / 2) / sqrt(2 * pi) / below(-x[i]), over=i, wrt=x)


@pytest.mark.parametrize("formula", [NORMAL, PROBIT, CENSORED, HAZARD], ids=lambda one: one.name)
def test_a_density_over_its_tail_keeps_its_digits(formula: Formula) -> None:
    """And so does the logarithm of the tail; a second derivative is a difference of nearly equal parts, and says so."""
    kept = {p.kind for p in held(programs(formula, derive_formula(formula))) if p.bound}
    assert kept >= ({""} if formula is HAZARD else {"", "vjp", "jvp"} if formula.over else {"", "grad"})


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_far_out_the_logarithm_of_a_tail_is_finite(target: str, dtype: str) -> None:
    points = np.array([[-1e4, -38, -15, -1], [0, 2, 9, 30]], dtype)
    with mpmath.workdps(400):
        wide = [[mpmath.erfc(-mpmath.mpf(float(u)) / mpmath.sqrt(2)) / 2 for u in row] for row in points]
        right = [[float(mpmath.log(p)) for p in row] for row in wide]
        slopes = [
            [float(mpmath.npdf(mpmath.mpf(float(u))) / p) for u, p in zip(row, ps, strict=True)]
            for row, ps in zip(points, wide, strict=True)
        ]
    tiny = float(np.finfo(dtype).tiny)
    found = load("log_of_the_normal_cdf", formulas=__file__, target=target)(points)
    np.testing.assert_allclose(found, right, rtol=1e-5 if dtype == "float32" else 2e-13, atol=tiny)
    pulled = load("log_of_the_normal_cdf_vjp", formulas=__file__, target=target)(points, np.ones_like(points))
    np.testing.assert_allclose(pulled, slopes, rtol=2e-5 if dtype == "float32" else 5e-14, atol=tiny)


def test_what_is_divided_by_a_tail_has_no_exponential() -> None:
    u = a * x[i]
    assert tails_apart(exp(-(u**2)) / erfc(u)) == 1 / Erfcx(u)
    assert tails_apart(w[i] * exp(-2 * a**2 * x[i] ** 2) / erfc(-u) ** 2) == w[i] / Erfcx(-u) ** 2
    for kept in (exp(-u) / erfc(u), exp(-(u**2)) * erfc(u), exp(-(u**2)) / erfc(x[i]), erfc(u) / w[i]):
        assert tails_apart(kept) == kept


def test_the_scaled_tail_is_rounded_once() -> None:
    """The reference in floats, against many digits: near 0, below it, in the tail and beyond it."""
    for u in (-26.5, -3.0, -1e-9, 0.25, 1.0, 25.5, 999.0, 1001.0, 3e37):
        with mpmath.workdps(60):
            far = 1 / (u * mpmath.sqrt(mpmath.pi)) * (1 - 1 / (2 * mpmath.mpf(u) ** 2) + 3 / (4 * mpmath.mpf(u) ** 4))
            right = far if u > 1e10 else mpmath.exp(mpmath.mpf(u) ** 2) * mpmath.erfc(u)
        for dtype in (np.float32, np.float64):
            given = np.array([u], dtype)
            if float(given[0]) == u:
                with np.errstate(over="ignore"):
                    assert rounded("erfcx", given)[0] == dtype(float(right))


@pytest.mark.parametrize("formula", [UNIT, ABOVE], ids=lambda one: one.name)
def test_every_kernel_keeps_its_digits(formula: Formula) -> None:
    assert all(program.bound for program in held(programs(formula, derive_formula(formula))))


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_gaussian_unit_far_below_0(target: str, dtype: str) -> None:
    """Value, gradient and second derivative, of numbers that a float holds."""
    given = np.array(ROWS, dtype) * (1 if dtype == "float64" else 0.35)
    ones = np.ones_like(given)
    mpmath.mp.dps = 40
    share, bell = mpmath.ncdf, mpmath.npdf
    orders = (
        lambda u: u * share(u),
        lambda u: share(u) + u * bell(u),
        lambda u: (2 - u**2) * bell(u),
        lambda u: (u**3 - 4 * u) * bell(u),
    )
    made = {"": {}, "_vjp": {"g": ones}, "_hvp": {"g": ones, "v": ones}}
    for order, (suffix, more) in enumerate(made.items()):
        found = load(f"gaussian_unit{suffix}", formulas=__file__, target=target)(given, **more)
        for u, got in zip(given.ravel(), found.ravel(), strict=True):
            at = mpmath.mpf(float(u))
            right, beside = orders[order](at), orders[order + 1](at)
            unit_of = float(np.finfo(dtype).eps) * (abs(right) + abs(at * beside))
            assert abs(mpmath.mpf(float(got)) - right) <= 32 * unit_of + float(np.finfo(dtype).tiny), (suffix, u)


@pytest.mark.parametrize("backend", ["mpmath", "flint"])
def test_the_oracle_knows_it(backend: str) -> None:
    """Both ways of reckoning, on both sides of 0 and far out."""
    for u in (-30, -3, -1, 0, 1, 3, 30):
        oracle = Oracle(Point(1, {"x": [u]}, {}, {}), reals(backend, 256))
        low, high = oracle.numbers.bounds(oracle.value(erfc(x[i]), {"i": 1}))
        with mpmath.workdps(60):
            right = mpmath.erfc(u)
            ends = [mpmath.mpf(end.fraction.numerator) / end.fraction.denominator for end in (low, high)]
            assert all(abs(end / right - 1) < mpmath.mpf(2) ** -190 for end in ends)
            assert ends[0] * (1 - mpmath.mpf(2) ** -180) <= right <= ends[1] * (1 + mpmath.mpf(2) ** -180)


def test_that_of_sympy_is_told_the_word() -> None:
    with pytest.raises(FormulaError, match="erfc of derive.language"):
        Formula("theirs", Sum(sympy.erfc(x[i]), i), wrt=x)


def test_a_constant_of_it_is_a_number() -> None:
    assert float(erfc(sympy.Integer(1)).evalf(20)) == pytest.approx(0.15729920705028513, rel=1e-15)
    assert erfc(x[i]).is_positive and erfc(pi).is_number


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_along_axes_too_the_tail_keeps_its_digits(dtype: type[np.floating[Any]]) -> None:
    rows = axis("rows", size="m")
    z, r = array("z", rows, classes), indices("r", rows)
    gelu = Formula("gelu", z[r, i] / 2 * (1 + erf(z[r, i] / sqrt(2))), over=(r, i), wrt=z, symbol="a")
    points = np.array([[-12.0, -5.0], [-2.0, 3.0]], dtype)
    with mpmath.workdps(40):
        right = [u / 2 * mpmath.erfc(-u / mpmath.sqrt(2)) for u in map(mpmath.mpf, points.ravel().tolist())]
    found = load(gelu)(points).ravel()
    np.testing.assert_allclose(found, np.array(right, float), rtol=400 * float(np.finfo(dtype).eps))


def test_the_constants_of_a_product_are_one_number() -> None:
    """And rounded once: ``-sqrt(2) x / 2``, and ``sqrt(2) / sqrt(pi)`` beside it."""
    for program in programs(UNIT, derive_formula(UNIT)):
        parts = [part for value in values_of(program.body) for part in walk(value)]
        rounded_once = {0.5**0.5, *(float(c / mpmath.sqrt(2 * mpmath.pi)) for c in (0.5, 1, 2))}
        constants = {abs(p.value) for p in parts if isinstance(p, Number) and isinstance(p.value, float)}
        assert constants and constants <= rounded_once, program.name
