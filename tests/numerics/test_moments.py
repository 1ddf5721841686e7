"""Variances and covariances as people write them: a mean of products less the product of means, far from 0."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import Rational

from derive.kernels import kernels, programs, stages
from derive.language import Formula, Sum, array, axis, classes, distribution, exp, indices, log, n, sqrt, vector
from derive.loading import load
from derive.loading.emitted import targets
from derive.loops.ir import Program
from derive.numerics.moments import centred_moments
from derive.proofs import derive_formula
from derive.verify.asked import Asked
from derive.verify.floats import held, verdicts
from derive.verify.rows import NEARLY_ALIKE, Row, rows

i, j, k = indices("i j k")
x, y, z = vector("x"), vector("y"), vector("z")
w, q = vector("w", domain="positive"), distribution("q")


def share(index: Any) -> Any:
    return exp(x[index]) / Sum(exp(x[j]), j)


def mean(e: Any) -> Any:
    return Sum(share(k) * e, k)


PLAIN = Formula("plain_variance", Sum(x[k] ** 2, k) / n - (Sum(x[k], k) / n) ** 2, wrt=x)
UNBIASED = Formula("unbiased_variance", (Sum(x[k] ** 2, k) - Sum(x[k], k) ** 2 / n) / (n - 1), wrt=x)
SOFT = Formula("soft_variance", mean(y[k] ** 2) - mean(y[k]) ** 2, wrt=x)
TOGETHER = Formula("soft_covariance", mean(y[k] * z[k]) - mean(y[k]) * mean(z[k]), wrt=x)
OF_LOGS = Formula("varentropy", mean(log(share(k)) ** 2) - mean(log(share(k))) ** 2, wrt=x)
table_rows = axis("rows", size="m")
r = indices("r", table_rows)
table = array("table", table_rows, classes)
IN_ROWS = Formula("row_variances", Sum(Sum(table[r, k] ** 2, k) / n - Sum(table[r, k], k) ** 2 / n**2, r), wrt=table)
HELD = [UNBIASED, PLAIN, SOFT, TOGETHER, OF_LOGS]


@cache
def made(formula: Formula) -> tuple[Program, ...]:
    return programs(formula, derive_formula(formula))


def apart(asked: Asked) -> Iterator[Row]:
    """The rows but that of two classes that are nearly alike."""
    return (row for row in rows(asked) if not row.region.startswith(NEARLY_ALIKE.name))


@pytest.mark.parametrize("formula", HELD, ids=lambda one: one.name)
def test_values_and_derivatives_are_held_far_from_0(formula: Formula) -> None:
    """But for two classes that are nearly alike: there the slope of a soft variance is a difference of two halves."""
    found = zip(made(formula), verdicts(made(formula), choose=apart), strict=True)
    told = {program.name: (*program.caveats, verdict.miss) for program, (verdict,) in found}
    assert not {name: said for name, said in told.items() if any(said) and not name.endswith("_hvp")}
    for program in held(made(formula)):
        assert program.name.endswith("_hvp") or not program.caveats or NEARLY_ALIKE.name in program.caveats[-1]


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_had_cancelled_is_an_ordinary_number(target: str, dtype: str) -> None:
    away, near = np.array([[9999, 10000, 10001]], dtype), np.array([[0, 1, 2]], dtype)
    ones = np.ones_like(near)
    for name, given in {"plain_variance": (away,), "row_variances": (away,), "soft_variance": (ones, away)}.items():
        found = load(name, formulas=__file__, target=target)(*given)
        np.testing.assert_allclose(np.ravel(found), [2 / 3], rtol=1e-6)
    slope = load("plain_variance_grad", formulas=__file__, target=target)
    np.testing.assert_allclose(slope(away), slope(near), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(
        load("row_variances_grad", formulas=__file__, target=target)(away), slope(near), 1e-5, 1e-6
    )
    soft = load("soft_variance_grad", formulas=__file__, target=target)
    np.testing.assert_allclose(soft(ones, away), [[1 / 9, -2 / 9, 1 / 9]], rtol=1e-5)


def test_moments_are_written_by_deviations() -> None:
    middle = Sum(x[j], j) / n
    assert centred_moments(PLAIN.expression) == Sum((x[k] - middle) ** 2, k) / n
    middles = [Sum(w[j] * v[j], j) / Sum(w[j], j) for v in (y, z)]
    written = Sum(w[k] * y[k] * z[k], k) / Sum(w[k], k) - middles[0] * middles[1]
    apart = Sum(w[k] * (y[k] - middles[0]) * (z[k] - middles[1]), k) / Sum(w[k], k)
    assert centred_moments(3 * written + x[i]) == 3 * apart + x[i]
    assert centred_moments(sqrt(written)) == sqrt(apart), "inside a function"
    assert centred_moments(Sum(x[i] * written, i)) == Sum(x[i] * apart, i), "and inside a sum"


def test_what_is_the_same_for_all_is_no_deviation() -> None:
    shifted = y[k] - log(Sum(exp(y[j]), j))
    total = Sum(w[k], k)
    found = centred_moments(Sum(w[k] * shifted**2, k) / total - Sum(w[k] * shifted, k) ** 2 / total**2)
    assert found == Sum(w[k] * (y[k] - Sum(w[j] * y[j], j) / total) ** 2, k) / total


def test_what_is_no_such_difference_stays_as_it_is() -> None:
    """Another number of it, weights that do not sum to what divides, a mean of others, a sign."""
    squares, once = Sum(x[k] ** 2, k), Sum(x[k], k)
    for e in (
        squares / n - once**2 / n,
        squares / n - Rational(1, 2) * once**2 / n**2,
        squares / n + once**2 / n**2,
        squares / n - once * Sum(y[k], k) / n**2,
        Sum(w[k] * x[k] ** 2, k) - Sum(w[k] * x[k], k) ** 2,
        Sum(q[k] * x[k] ** 2, k) - Sum(q[k] * x[k], k) ** 2,
    ):
        assert centred_moments(e) == e


def test_the_pass_is_shown_before_all_others() -> None:
    kernel = kernels(SOFT, derive_formula(SOFT))[1]
    assert [name for name, _ in stages(SOFT, kernel)][:2] == ["moments", "labels apart"]
