"""Polynomials of a difference that a derivation has multiplied out: near to each other and far from 0."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import expand

from derive.kernels import programs
from derive.language import Formula, Sum, array, axis, classes, exp, indices, parameter, vector
from derive.loading import load
from derive.loading.emitted import targets
from derive.numerics.differences import by_differences
from derive.numerics.forms import Centred
from derive.proofs import derive_formula
from derive.verify.floats import held

i, j, k = indices("i j k")
x, y, z = vector("x"), vector("y"), vector("z")
delta = parameter("delta", default=1.0, domain="positive")
D = Centred(x[k], y[k])

SATURATED = Formula("geman_mcclure", Sum((x[k] - y[k]) ** 2 / (delta**2 + (x[k] - y[k]) ** 2), k), wrt=x)
rows = axis("rows", size="m")
r = indices("r", rows)
table = array("table", rows, classes)
gap = table[r, k] - x[k]
IN_ROWS = Formula("saturated_rows", Sum(Sum(gap**2 / (delta**2 + gap**2), k), r), wrt=table)


def test_a_gradient_is_held_far_from_0() -> None:
    (_, gradient, *_) = held(programs(SATURATED, derive_formula(SATURATED)))
    assert not gradient.caveats


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_had_cancelled_is_an_ordinary_number(target: str, dtype: str) -> None:
    """The denominator of the slope, multiplied out, is a sum of fourth powers."""
    one, other = np.array([[10001, 10000, 9997]], dtype), np.array([[10000, 10000, 10000]], dtype)
    right = [[0.5, 0, -0.06]]
    for name in ("geman_mcclure_grad", "saturated_rows_grad"):
        second = other if name.startswith("geman") else other[0]
        np.testing.assert_allclose(load(name, formulas=__file__, target=target)(one, second), right, rtol=1e-6)


def test_polynomials_of_a_difference_are_written_by_it() -> None:
    squared = (x[k] - y[k]) ** 2
    assert by_differences(expand(squared)) == D**2
    assert by_differences(1 / expand((delta + squared) ** 2)) == 1 / (delta**2 + 2 * delta * D**2 + D**4)
    assert by_differences(Sum(expand(squared), k)) == Sum(D**2, k), "in a sum"
    beside = exp(x[k] * y[k]) * z[k]
    assert by_differences(expand(squared * beside) + z[k]) == D**2 * beside + z[k], "whatever stands beside"


def test_what_is_none_stays_as_it_is() -> None:
    """One that changes with both, one of the first degree, of other classes, of one input, with other things beside."""
    for e in (
        x[k] ** 2 - x[k] * y[k] + y[k] ** 2,
        z[k] * x[k] - z[k] * y[k],
        x[k] ** 2 - 2 * x[k] * x[j] + x[j] ** 2 + x[k] ** 3,
        x[k] ** 2 - 2 * x[k] * delta + delta**2,
        z[k] * x[k] ** 2 - 2 * x[k] * y[k] + z[k] * y[k] ** 2,
    ):
        assert by_differences(e) == e
