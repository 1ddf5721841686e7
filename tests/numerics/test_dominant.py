"""What is left of a share beside another, at the class that dominates and elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import KroneckerDelta

import derive
from derive.language import Sum, exp, indices, label, parameter, vector
from derive.language.nodes import Max, TopIndex
from derive.numerics.dominant import dominant_apart
from derive.numerics.forms import Select, SumExcept
from derive.numerics.specialise import Result, specialise

i, j, k = indices("i j k")
x, y, w = (vector(name) for name in "xyw")
t = label("t")
T = parameter("T", default=1.0, domain="positive")
total, given = Sum(exp(x[j]), j), Sum(y[j], j)
top = TopIndex(Max(x[k], k))


def share(index: object) -> object:
    return exp(x[index]) / total


def test_the_dominant_class_has_a_case_of_its_own() -> None:
    others = share(top) * SumExcept(y[k], k, top) - y[top] * SumExcept(exp(x[k]), k, top) / total
    left = share(i) * given - y[i]
    assert dominant_apart(left) == Select(KroneckerDelta(i, top) - 1, others, left)
    general, single = specialise([Result("out", (i,), dominant_apart(left))])
    assert (general.indices, general.expression) == ((i,), left)
    assert (single.indices, single.expression) == ((top,), others)


def test_what_stands_beside_the_difference_stays() -> None:
    beside = dominant_apart(w[i] + T * y[j] - T * share(j) * given)
    assert {s.args[0] for s in beside.atoms(Select)} == {KroneckerDelta(j, top) - 1} and beside - w[i] != beside
    inside = dominant_apart(Sum(x[k] * (share(k) * given - y[k]), k))
    assert isinstance(inside, Sum) and inside.has(Select)


def test_the_complement_of_a_share_is_the_others_where_it_dominates() -> None:
    others = SumExcept(exp(x[k]), k, top) / total
    assert dominant_apart(1 - share(i)) == Select(KroneckerDelta(i, top) - 1, others, 1 - share(i))
    assert dominant_apart(Sum(y[k] * (1 - share(k)), k)).has(Select)


def test_a_share_less_a_share_is_a_difference_of_the_others_where_one_dominates() -> None:
    whole = Sum(exp(T * x[j]), j)
    left = exp(T * x[i]) / whole - share(i)
    there = SumExcept(exp(x[k]), k, top) / total - SumExcept(exp(T * x[k]), k, top) / whole
    assert dominant_apart(left) == Select(KroneckerDelta(i, top) - 1, there, left)
    square = exp(x[i]) * (exp(x[i]) / Sum(exp(2 * x[j]), j) - 1 / total)
    assert dominant_apart(square).has(Select)


@pytest.mark.parametrize("other", [
    1 - share(t),
    2 - share(i),
    1 - 1 / total,
    share(i) * given + y[i],
    share(i) * given - y[j],
    share(i) * given - w[i],
    2 * share(i) * given - y[i],
    exp(x[i]) * given / Sum(exp(w[j]), j) - y[i],
    x[i] * given / Sum(x[j], j) - y[i],
    share(t) * given - y[t],
])  # fmt: skip
def test_what_is_no_such_difference_is_left_alone(other: object) -> None:
    assert dominant_apart(other) == other


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize(("dtype", "unit"), [(np.float32, 2.0**-24), (np.float64, 2.0**-53)])
def test_a_target_that_is_nearly_sure_beside_a_share_that_is(target: str, dtype: type, unit: float) -> None:
    kernel = derive.load("cross_entropy_grad", target=target)
    small = 2.0**-60
    grad = kernel(x=np.array([100, 0], dtype), y=np.array([1, small], dtype))
    np.testing.assert_allclose(grad, [small, -small], rtol=8 * unit)
