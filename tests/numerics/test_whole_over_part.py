"""The logarithm of a whole over one of its parts, and sums that no theorem shifts beside what is balanced."""

from __future__ import annotations

import numpy as np
import pytest

from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, label, log, vector
from derive.loading import load
from derive.loading.emitted import targets
from derive.numerics.exponents.exposed import exposed
from derive.numerics.exponents.stabilise import stabilise
from derive.numerics.forms import SumExcept
from derive.numerics.whole_over_part import by_the_others
from derive.proofs import derive_formula
from derive.verify.floats import held

i, j, k = indices("i j k")
x, w = vector("x"), vector("w", domain="positive")
t = label("t")


def evidence(index: object) -> object:
    return log(1 + exp(x[index])) + 1


EVIDENCE = Formula("evidence_loss", log(Sum(evidence(j), j)) - log(evidence(t)), wrt=x)
COUNTS = Formula("counted", log(Sum(exp(x[j]) + 1, j)) - log(exp(x[t]) + 1), wrt=x)
SHARE = Formula("weight_share", -log(w[t] / Sum(w[j], j)), wrt=w)


@pytest.mark.parametrize("formula", [EVIDENCE, COUNTS, SHARE], ids=lambda one: one.name)
def test_the_value_keeps_its_digits_near_0(formula: Formula) -> None:
    (value, *_) = held(programs(formula, derive_formula(formula)))
    assert value.bound


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_label_that_has_nearly_all(target: str, dtype: str) -> None:
    scores, far, at = np.array([[4570.0, -3066]], dtype), np.array([[1e4, 1e4 - 1]], dtype), np.array([0])

    def made(name: str, given: np.ndarray) -> np.ndarray:
        found: np.ndarray = load(name, formulas=__file__, target=target)(given, at)
        return found

    np.testing.assert_allclose(made("evidence_loss", scores), [np.log1p(1 / 4571)], rtol=1e-6)
    np.testing.assert_allclose(made("counted", far), [np.log1p(np.exp(-1.0))], rtol=1e-6)
    np.testing.assert_allclose(made("counted_grad", far), [np.array([-1, 1]) / (1 + np.e)], rtol=1e-3)
    np.testing.assert_allclose(made("weight_share", np.array([[1.0, 1e-9]], dtype)), [1e-9], rtol=1e-6)


def test_the_part_is_the_term_of_a_label() -> None:
    total = Sum(w[j] ** 2, j)
    others = log(1 + SumExcept(w[j] ** 2, j, t) / w[t] ** 2)
    assert by_the_others(log(total) - log(w[t] ** 2)) == others
    assert by_the_others(x[i] - 2 * log(w[t] ** 2) + 2 * log(total)) == x[i] + 2 * others
    assert by_the_others(log(w[t] ** 2 / total)) == -others
    sums = log(Sum(exp(x[j]), j))
    for kept in (log(total) - 2 * log(w[t] ** 2), log(total) - log(w[t]), log(total) + log(w[t] ** 2), sums - x[t]):
        assert by_the_others(kept) == kept


def test_what_is_balanced_may_hold_a_sum_that_is_not() -> None:
    """``log(n + sum exp(x_k))`` has no shift theorem: beside a softplus it is no safer."""
    beside = stabilise(log(Sum(exp(x[j]) + 1, j)) - log(exp(x[t]) + 1), x)
    assert exposed(beside)
