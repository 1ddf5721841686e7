"""Algebra says "the same" only of what is equal at every point, and of all that a proof takes for granted."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Integer, KroneckerDelta, Rational, nan, zoo

from derive.algebra import same
from derive.algebra.canonical import canonical
from derive.formulas.softmax import softmax
from derive.language import (
    Abs,
    Limit,
    Max,
    Partial,
    Prod,
    Sum,
    distribution,
    exp,
    indices,
    log,
    n,
    oo,
    parameter,
    sqrt,
    tanh,
    vector,
)
from derive.verify.conditions import gap_sign
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, Point

i, j, k, m = indices("i j k m")
x, z, w, p = vector("x"), vector("z"), vector("w", domain="positive"), distribution("p")
T, s = parameter("T", default=1, domain="positive"), parameter("s", default=1)
delta = KroneckerDelta

LEAVES = (x[i], x[j], x[m], x[k], z[i], z[m], w[m], w[k], p[m], T, s, n, Integer(2), Integer(-1), delta(i, j),
          delta(m, i), delta(m, k))  # fmt: skip


def _joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(parts, parts)
    powers = st.sampled_from((Integer(2), Integer(-1), Rational(1, 2)))
    functions = st.sampled_from((exp, log, tanh, Abs, lambda e: Sum(e, m), lambda e: Sum(e, k), lambda e: Max(e, m),
                                 lambda e: Prod(e, m)))  # fmt: skip
    return st.one_of(
        pairs.map(lambda two: two[0] + two[1]),
        pairs.map(lambda two: two[0] * two[1]),
        pairs.map(lambda two: two[0] - two[1]),
        st.tuples(parts, powers).map(lambda two: two[0] ** two[1]),
        st.tuples(functions, parts).map(lambda two: two[0](two[1])),
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), _joined, max_leaves=7)


def oracles(seed: str, most: int = 8) -> list[Oracle]:
    dice = random.Random(seed)
    found = []
    for _ in range(most):
        classes = dice.choice((1, 2, 3, 4))
        parts = [dice.randint(1, 9) for _ in range(classes)]
        vectors = {name: [Fraction(dice.randint(-99, 99), 41) for _ in range(classes)] for name in "xz"}
        vectors["w"] = [Fraction(dice.randint(1, 99), 41) for _ in range(classes)]
        vectors["p"] = [Fraction(part, sum(parts)) for part in parts]
        places = {name: dice.randint(1, classes) for name in "ijkm"}
        scalars = {"T": Fraction(dice.randint(1, 99), 41), "s": Fraction(dice.randint(-99, 99), 41)}
        found.append(Oracle(Point(classes, vectors, places, scalars)))
    return found


def differs(one: Any, other: Any) -> bool:
    """At some point where both have a value."""
    return any(_gap(one, other, oracle) for oracle in oracles(f"{one} {other}"))


def _gap(one: Any, other: Any, oracle: Oracle) -> bool:
    try:
        return gap_sign(one, other, oracle) != 0
    except OracleError:
        return False


RANDOMLY = settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@RANDOMLY
@given(EXPRESSIONS)
def test_the_normal_form_is_equal_to_what_it_is_of(expression: Any) -> None:
    form = canonical(expression)
    assert not differs(expression, form)
    assert canonical(form) == form


@RANDOMLY
@given(EXPRESSIONS, EXPRESSIONS, st.integers(0, 10**6))
def test_the_same_is_equal(one: Any, part: Any, seed: int) -> None:
    """Pairs that differ in one place, some of them in value: no two of different values pass for the same."""
    for other in (one + part, one * part, spoilt(one, seed), Sum(one, m), one.xreplace({x: z})):
        if same(one, other):
            assert not differs(one, other), f"{one} is not {other}"


def spoilt(expression: Any, seed: int) -> Any:
    """One part put for another: an index, a number, a vector."""
    ways = [(i, j), (m, i), (k, m), (x, z), (Integer(2), Integer(3)), (Integer(-1), Integer(1)), (T, s), (w, x)]
    old, new = ways[seed % len(ways)]
    return expression.xreplace({old: new})


SAME = {
    "multiplied out": (x[i] * (x[j] + 1), x[i] * x[j] + x[i]),
    "a common denominator": (1 / T + 1 / n, (n + T) / (n * T)),
    "a sum taken apart": (Sum(x[k] + 2 * z[k], k), Sum(x[k], k) + 2 * Sum(z[k], k)),
    "a factor moved in": (x[i] * Sum(z[k], k), Sum(x[i] * z[k], k)),
    "n equal terms": (Sum(x[i], k), n * x[i]),
    "an index renamed": (Sum(x[k] * z[k], k), Sum(x[m] * z[m], m)),
    "two sums in another order": (Sum(Sum(x[k] * z[m], m), k), Sum(z[k], k) * Sum(x[m], m)),
    "a sum sifted": (Sum(delta(k, i) * exp(x[k]), k), exp(x[i])),
    "all but one": (Sum((1 - delta(k, i)) * x[k], k), Sum(x[k], k) - x[i]),
    "at the delta": (delta(i, j) * x[i], delta(i, j) * x[j]),
    "at the delta, inside": (delta(i, j) * exp(x[i] + z[j]), delta(i, j) * exp(x[j] + z[i])),
    "the power of a delta": (delta(i, j) ** 2, delta(i, j)),
    "exponents add": (exp(x[i]) * exp(z[i]), exp(x[i] + z[i])),
    "a reciprocal exponential": (1 / (1 + exp(-x[i])), exp(x[i]) / (exp(x[i]) + 1)),
    "doubled": (exp(2 * x[i]), exp(x[i]) ** 2),
    "a softmax shifted": (exp(x[i] + s) / Sum(exp(x[k] + s), k), exp(x[i]) / Sum(exp(x[k]), k)),
    "in a logarithm": (log(x[i] ** 2 + 2 * x[i] + 1), log((x[i] + 1) ** 2)),
    "in a maximum": (Max((x[k] + 1) * z[k], k), Max(x[k] * z[k] + z[k], k)),
    "a positive power": (T ** (x[i] + z[i]), T ** x[i] * T ** z[i]),
    "roots of what is positive": (sqrt(w[i]) * sqrt(w[i]), w[i]),
}
DIFFERENT = {
    "a sign": (x[i] - x[j], x[j] - x[i]),
    "an index": (Sum(x[k] * z[i], k), Sum(x[k] * z[j], k)),
    "an index that is caught": (Sum(x[k] * z[i], k), Sum(x[k] * z[k], k)),
    "the product of sums": (Sum(x[k], k) * Sum(z[k], k), Sum(x[k] * z[k], k)),
    "the quotient of sums": (Sum(x[k], k) / Sum(z[k], k), Sum(x[k] / z[k], k)),
    "cancelled under a sum": (Sum(x[k] * z[k], k) / Sum(x[k], k), Sum(z[k], k)),
    "sum and product": (Sum(Prod(x[k] * z[m], m), k), Prod(Sum(x[k] * z[m], k), m)),
    "a maximum taken apart": (Max(x[k] + z[k], k), Max(x[k], k) + Max(z[k], k)),
    "a minimum": (Max(-x[k], k), -Max(x[k], k)),
    "a factor out of a maximum": (Max(s * x[k], k), s * Max(x[k], k)),
    "n": (Sum(x[i], k), x[i]),
    "a delta dropped": (delta(i, j) * x[i], x[i]),
    "a delta in an exponent": (x[i] ** delta(i, j), x[i] * delta(i, j)),
    "a delta in an exponential": (exp(delta(i, j)), delta(i, j)),
    "the logarithm of a sum": (log(w[i] + w[j]), log(w[i]) + log(w[j])),
    "the exponential of a product": (exp(x[i] * z[i]), exp(x[i]) * exp(z[i])),
    "a square": ((x[i] + z[i]) ** 2, x[i] ** 2 + z[i] ** 2),
    "the root of a square": (sqrt(x[i] ** 2), x[i]),
    "an absolute value": (Abs(x[i] + z[i]), Abs(x[i]) + Abs(z[i])),
    "a symbol at another class": (softmax[i], softmax[j]),
    "by what a derivative is taken": (Partial(x[i] * x[j], x[i]), Partial(x[i] * x[j], x[j])),
    "where a limit goes": (Limit(1 / T, T, oo), Limit(1 / T, T, 0)),
    "a distribution": (Sum(p[k], k), Integer(1)),
}


@pytest.mark.parametrize("case", SAME)
def test_algebra_sees_that_these_are_the_same(case: str) -> None:
    one, other = SAME[case]
    assert same(one, other) and same(other, one)
    assert same(exp(Sum(one * z[m], m)), exp(Sum(other * z[m], m))), "at any depth"
    assert not differs(one, other)


@pytest.mark.parametrize("case", DIFFERENT)
def test_algebra_does_not_mix_these_up(case: str) -> None:
    """Right as one of them may be: what is more than algebra has a rule with a name."""
    one, other = DIFFERENT[case]
    assert not same(one, other) and not same(other, one)
    assert not same(1 + Sum(tanh(one), m), 1 + Sum(tanh(other), m))


@pytest.mark.parametrize("broken", [zoo, nan, zoo * x[i], x[i] + nan])
def test_what_is_divided_by_zero_is_equal_to_nothing(broken: Any) -> None:
    assert not same(broken, broken)
    assert not same(broken, x[i])
