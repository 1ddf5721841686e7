"""What is said of a sign from the domains alone holds at every point of them; and enough is said to be useful."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Integer, KroneckerDelta, Rational, oo

from derive.algebra import is_nonnegative, is_positive
from derive.algebra.signs import tendency
from derive.formulas.softmax import softmax
from derive.language import (
    Abs,
    Max,
    Prod,
    Sum,
    distribution,
    exp,
    indices,
    log,
    n,
    parameter,
    scalar,
    sqrt,
    tanh,
    vector,
)
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, Point

i, j, k, m = indices("i j k m")
x, w = vector("x"), vector("w", domain="positive")
q, p = vector("q", domain="unit"), distribution("p")
T, s = parameter("T", default=1, domain="positive"), parameter("s", default=1)
u, r = scalar("u", domain="unit"), scalar("r", domain="positive")
TOP = Max(x[k], k)

LEAVES = (x[i], x[j], w[i], w[m], q[i], q[m], p[i], p[m], x[m], T, s, u, r, n, Integer(1), Integer(-1), Integer(2),
          KroneckerDelta(i, j), KroneckerDelta(m, i), TOP)  # fmt: skip


def _joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(parts, parts)
    powers = st.sampled_from((Integer(2), Integer(3), Integer(-1), Integer(-2), Rational(1, 2), Rational(-3, 2), T))
    functions = st.sampled_from((exp, log, tanh, Abs, sqrt, lambda e: 1 - e, lambda e: -e, lambda e: Sum(e, m),
                                 lambda e: Prod(e, m), lambda e: Max(e, m), lambda e: Max(e, m) - e))  # fmt: skip
    return st.one_of(
        pairs.map(lambda two: two[0] + two[1]),
        pairs.map(lambda two: two[0] * two[1]),
        pairs.map(lambda two: two[0] - two[1]),
        st.tuples(parts, powers).map(lambda two: two[0] ** two[1]),
        st.tuples(functions, parts).map(lambda two: two[0](two[1])),
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), _joined, max_leaves=6)


def points(seed: str, most: int) -> list[Oracle]:
    """Anywhere in the domains, far out and at their ends too."""
    dice = random.Random(seed)

    def real() -> Fraction:
        return Fraction(dice.choice((0, 1, -1, dice.randint(-300, 300), dice.randint(-3000, 3000))), 100)

    def positive() -> Fraction:
        return Fraction(dice.choice((1, 100, dice.randint(1, 300), dice.randint(1, 3000))), 100)

    def unit() -> Fraction:
        return Fraction(dice.randint(1, 999), 1000)

    found = []
    for _ in range(most):
        classes = dice.choice((1, 2, 3, 7))
        parts = [dice.choice((0, 0, 1, 5)) for _ in range(classes)]
        parts[0] += not sum(parts)
        vectors = {
            "x": [real() for _ in range(classes)],
            "w": [positive() for _ in range(classes)],
            "q": [unit() for _ in range(classes)],
            "p": [Fraction(part, sum(parts)) for part in parts],
        }
        places = {name: dice.randint(1, classes) for name in "ijm"}
        found.append(
            Oracle(Point(classes, vectors, places, {"T": positive(), "s": real(), "u": unit(), "r": positive()}))
        )
    return found


def signs(expression: Any, most: int = 60) -> set[int]:
    """Those that are seen; where an expression has no value it has no sign."""
    seen = set()
    for oracle in points(str(expression), most):
        try:
            sign = oracle.numbers.sign(oracle.value(expression))
        except OracleError:
            continue
        if sign is not None:
            seen.add(sign)
    return seen


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS)
def test_numbers_agree_with_what_is_said(expression: Any) -> None:
    if is_positive(expression):
        assert signs(expression, 12) <= {1}
        assert is_nonnegative(expression)
    if is_nonnegative(expression):
        assert signs(expression, 12) <= {0, 1}


POSITIVE = {
    "a positive input": w[i],
    "between 0 and 1": q[i],
    "what is left of it": 1 - q[i],
    "and of a scalar": 1 - u,
    "an exponential": exp(-x[i]),
    "a sum of positive terms": Sum(w[k] * exp(x[k]), k),
    "one positive term is enough": 1 + x[i] ** 2 + Abs(x[j]),
    "a product": T * q[i] * (1 - q[i]),
    "a quotient": exp(x[i]) / Sum(exp(x[k]), k),
    "the same by its symbol": softmax[i],
    "a root": sqrt(w[i]),
    "any power of a positive base": T ** x[i],
    "the number of classes": n,
    "a product over the classes": Prod(w[k], k),
}
NONNEGATIVE = {
    "a probability": p[i],
    "what is left of it": 1 - p[i],
    "a square": x[i] ** 2,
    "squares under a sum": Sum((x[k] - w[k]) ** 2, k),
    "a probability times what is left of it": Sum(p[k] * (1 - p[k]), k),
    "a delta": KroneckerDelta(i, j),
    "all but one class": (1 - KroneckerDelta(i, k)) * p[k],
    "an absolute value": Abs(x[i]),
    "up to the maximum": TOP - x[i],
    "up to the maximum of something else": Max(x[k] * w[k] + s, k) - x[i] * w[i] - s,
    "classes but one": n - 1,
    "the information of what is at most 1": -log(1 / (1 + exp(-x[i]))),
}
UNKNOWN = {
    "a real number": x[i],
    "an odd power": x[i] ** 3,
    "a difference": w[i] - w[j],
    "a product of two real numbers": x[i] * x[j],
    "a logarithm": log(w[i]),
    "minus a logarithm": -log(w[i]),
    "the information of what may be above 1": -log(1 / (Rational(1, 2) + w[i])),
    "below 4": 4 - x[i],
    "up to the maximum of another": Max(w[k], k) - x[i],
    "twice the maximum": 2 * TOP - x[i],
    "the maximum, times something": x[j] * (TOP - x[i]),
    "what is left of a positive number": 1 - w[i],
    "one less than the sum": 1 - p[i] - p[j],
    "above the maximum": x[i] - TOP,
    "a root of what is real": sqrt(x[i]) - 1,
}


@pytest.mark.parametrize("case", POSITIVE)
def test_known_to_be_positive(case: str) -> None:
    assert is_positive(POSITIVE[case])
    assert is_nonnegative(POSITIVE[case])
    assert signs(POSITIVE[case]) == {1}


@pytest.mark.parametrize("case", NONNEGATIVE)
def test_known_not_to_be_negative(case: str) -> None:
    assert is_nonnegative(NONNEGATIVE[case])
    assert not is_positive(NONNEGATIVE[case])
    assert signs(NONNEGATIVE[case]) <= {0, 1}


@pytest.mark.parametrize("case", UNKNOWN)
def test_not_known(case: str) -> None:
    assert not is_nonnegative(UNKNOWN[case])
    assert -1 in signs(UNKNOWN[case])


@pytest.mark.parametrize(
    ("expression", "variable", "to", "towards"),
    [
        (w[i], T, oo, 0),
        (1 + 2 * T, T, oo, oo),
        (-T * q[i], T, oo, -oo),
        (-T + w[i] / T, T, oo, -oo),
        (w[i] / T, T, 0, oo),
        (-1 / T, T, 0, -oo),
        (1 / T, T, oo, 0),
        (3 * T, T, 0, 0),
        (-x[i], x[i], oo, -oo),
        (-x[i], x[i], -oo, oo),
        (x[j] * T, T, oo, None),
        (-p[i] * T, T, oo, None),
        (T - T**2, T, oo, None),
        (T - 1 / T, T, 0, -oo),
        (x[i] - x[j], x[i], oo, None),
        (exp(T), T, oo, None),
    ],
)
def test_where_an_expression_goes(expression: Any, variable: Any, to: Any, towards: Any) -> None:
    """A probability may be 0, and another class may be the same one: then nothing is said."""
    assert tendency(expression, variable, Integer(0) if to == 0 else to) == towards
