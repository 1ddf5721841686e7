"""Attained maxima: the largest term costs no exponential, and rows without one keep their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp

import derive
from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, log, parameter, vector
from derive.loops.ir import Call, Program, values_of, walk
from derive.proofs import derive_formula
from tests.loading.calls import compile_or_skip

x, b = vector("x"), vector("b")
T = parameter("T", default=2, domain="positive")
i, k = indices("i k")


def formula(expression: Any) -> Formula:
    return Formula("height", expression, wrt=x)


def value_of(expression: Any) -> Program:
    made = formula(expression)
    return programs(made, derive_formula(made))[0]


def has(program: Program, operation: str) -> bool:
    return any(isinstance(p, Call) and p.op == operation for v in values_of(program.body) for p in walk(v))


@pytest.mark.parametrize(
    "expression",
    [log(Sum(exp(x[k]), k)), log(Sum(exp(x[k] / T), k)), log(Sum(exp(2 * x[k] + b[k]), k))],
    ids=["a score", "with a temperature", "with a bias"],
)
def test_the_largest_term_needs_no_exponential(expression: Any) -> None:
    assert not has(value_of(expression), "expm1")
    assert has(value_of(expression), "log1p")


def test_where_a_1_may_be_the_largest_the_others_keep_their_exponentials() -> None:
    beside_one = formula(log(1 + Sum(exp(x[k]), k)))
    rows = np.array([[-3.0, 1.0, 0.5], [-40.0, -41.0, -50.0], [700.0, 1.0, 2.0]])
    with mp.workdps(50):
        right = [float(mp.log(1 + sum(mp.exp(mp.mpf(float(v))) for v in row))) for row in rows]
    np.testing.assert_allclose(derive.load(beside_one)(rows), right, rtol=1e-14)


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_whose_scores_are_infinite_keep_their_values(target: str, dtype: Any) -> None:
    inf, nan = np.inf, np.nan
    rows = np.array([[-inf, -inf], [inf, 0], [nan, 0], [0, -inf], [-inf, 1e4]], dtype)
    if target == "c":
        compile_or_skip()
    value = derive.load(formula(log(Sum(exp(x[k]), k))), target=target)(rows)
    np.testing.assert_array_equal(value, np.array([-inf, inf, nan, 0, 1e4], dtype))
