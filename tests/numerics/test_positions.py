"""A class as a number: which it is counts as any function of the class does, where a sum is centred too."""

from __future__ import annotations

import numpy as np
import pytest

from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, label, log, vector, where
from derive.loading import load
from derive.loading.emitted import targets
from derive.proofs import derive_formula
from derive.verify import check_programs

i, j, k = indices("i j k")
x = vector("x")
t = label("t", doc="the age in years")
share = exp(x[i]) / Sum(exp(x[j]), j)
EXPECTED = Formula("expected_class", Sum(i * share, i), wrt=x)
AGE = Formula("spread_of_classes", Sum(share * (i - t) ** 2, i), wrt=x)
LATER = Formula("later_classes", -log(1 - Sum(where(i <= t, share, 0), i)), wrt=x)


@pytest.mark.parametrize("formula", [EXPECTED, AGE, LATER], ids=lambda one: one.name)
def test_the_number_of_the_largest_class_is_a_value(formula: Formula) -> None:
    check_programs(programs(formula, derive_formula(formula)))


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_slope_of_an_expected_class(target: str, dtype: str) -> None:
    scores = np.array([[0.5, 2.0, -1.0], [40, 0, 1]], dtype)
    p = np.exp(scores.astype(float) - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    places = np.array([1.0, 2, 3])
    mean = 1 + (p * (places - 1)).sum(1, keepdims=True)
    value, slope = load("expected_class_value_and_grad", formulas=__file__, target=target)(scores)
    np.testing.assert_allclose(value, mean[:, 0], rtol=1e-6)
    np.testing.assert_allclose(slope[:, 1:], (p * (places - mean))[:, 1:], rtol=2e-6)
