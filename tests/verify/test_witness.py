"""Numbers that show a relation: the right ones pass, with their values; wrong ones are refused in one line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from derive.language import (
    Formula,
    FormulaError,
    Max,
    Partial,
    Rational,
    Sum,
    Witness,
    distribution,
    exp,
    indices,
    label,
    log,
    n,
    parameter,
    permutation,
    scalar,
    vector,
)
from derive.verify import StepError, example
from derive.verify.oracle import reals
from tests.verify.backends import BACKENDS

i, k = indices("i k")
x, w = vector("x"), vector("w", domain="positive")
p, q = distribution("p"), vector("q", domain="unit")
t, rho = label("t"), permutation("rho")
T, u = parameter("T", default=1, domain="positive"), scalar("u", domain="unit")
half, third = Rational(1, 2), Rational(1, 3)

HOME = Formula("home", Sum(x[k] ** 2, k), wrt=x)

Case = tuple[Any, str, Any, dict[Any, Any]]

RIGHT: dict[str, tuple[Case, tuple[str, str]]] = {
    "a component": ((x[i], "<", 2, {x: (1, 2), i: 1}), ("1", "2")),
    "the last class": ((x[i], "=", 2, {x: (1, 2), i: 2}), ("2", "2")),
    "not equal": ((Sum(x[k], k) ** 2, "!=", Sum(x[k] ** 2, k), {x: (1, 2, 3)}), ("36", "14")),
    "equal, but not by algebra": ((Max(x[k], k), "=", x[i], {x: (3, 1), i: 1}), ("3", "3")),
    "at most, and equal": ((p[i], "<=", half, {p: (half, half), i: 1}), ("0.5", "0.5")),
    "at least": ((log(w[i]), ">=", w[i] - 1, {w: (1,), i: 1}), ("0", "0")),
    "larger": ((exp(x[i]), ">", 1 + x[i], {x: ("0.5",), i: 1}), ("1.64872", "1.5")),
    "larger by very little": ((x[i], ">", 1, {x: (1 + Rational(1, 10**60),), i: 1}), ("1", "1")),
    "a label": ((x[t], "=", 7, {x: (5, 7), t: 2}), ("7", "7")),
    "a number of classes": ((n, "=", 3, {x: (0, 0, 0)}), ("3", "3")),
    "a scalar": ((u + T, "=", 3, {u: half, T: Rational(5, 2)}), ("3", "3")),
    "a permutation": ((x[rho(i)], "=", 9, {x: (8, 9), i: 1, rho: (2, 1)}), ("9", "9")),
    "a derivative": ((Partial(HOME.value, x[i]), "=", -6, {x: (-3, 5), i: 1}), ("-6", "-6")),
    "decimals in quotes": ((x[i], "=", Rational(1, 10), {x: ("0.1",), i: 1}), ("0.1", "0.1")),
    "a list": ((Sum(x[k], k), "=", half, {x: [Fraction(1, 4), Fraction(1, 4)]}), ("0.5", "0.5")),
}

WRONG: dict[str, tuple[Case, str]] = {
    "not so": ((x[i], "<", 2, {x: (1, 2), i: 2}), "x[i] < 2 is wrong at n = 2, x = [1, 2], i = 2"),
    "equal, so not different": ((x[i], "!=", 1, {x: (1,), i: 1}), "x[i] != 1 is wrong at n = 1"),
    "equal, so not less": ((log(w[i]), "<", w[i] - 1, {w: (1,), i: 1}), "is wrong at n = 1, w = [1], i = 1"),
    "a vector is missing": ((x[i] + w[i], "<", 2, {x: (1,), i: 1}), "give values to w"),
    "an index is missing": ((x[i], "<", 2, {x: (1, 2)}), "give values to i"),
    "several are missing": ((x[t] * T, "<", 2, {w: (1, 2)}), "give values to T, t, x"),
    "two lengths": ((x[i] * w[i], "<", 2, {x: (1,), w: (1, 2), i: 1}), "its vectors differ in length"),
    "a sum above 1": ((p[i], "<", 1, {p: (half, half, third), i: 1}), "p = (1/2, 1/2, 1/3) is outside its domain"),
    "a sum below 1": ((p[i], "<", 1, {p: (half, third), i: 1}), "p = (1/2, 1/3) is outside its domain"),
    "a negative probability": ((p[i], "<", 2, {p: ("1.5", "-0.5"), i: 1}), "p = (3/2, -1/2) is outside its domain"),
    "not positive": ((w[i], "<", 2, {w: (0, 1), i: 1}), "w = (0, 1) is outside its domain, with 2 classes"),
    "not below 1": ((q[i], "<", 2, {q: (half, 1), i: 1}), "q = (1/2, 1) is outside its domain"),
    "a scalar out of its domain": ((u, "<", 2, {u: 1}), "u = 1 is outside its domain"),
    "a parameter out of its domain": ((T, "<", 2, {T: 0}), "T = 0 is outside its domain"),
    "a class beyond the last": ((x[i], "<", 9, {x: (1, 2), i: 3}), "i = 3 is outside its domain, with 2 classes"),
    "a label from 0": ((x[t], "<", 9, {x: (1, 2), t: 0}), "t = 0 is outside its domain, with 2 classes"),
    "a label beyond the last": ((x[t], "<", 9, {x: (1, 2), t: 3}), "t = 3 is outside its domain, with 2 classes"),
    "a map that is no permutation": ((x[rho(i)], "<", 9, {x: (1, 2), i: 1, rho: (1, 1)}), "rho = (1, 1) is outside"),
    "no value there": ((log(x[i]), "<", 2, {x: (-1,), i: 1}), "log of -1, outside its domain, in log(x[i])"),
    "divided by 0": ((1 / x[i], "<", 2, {x: (0,), i: 1}), "divi"),
}

MISSHAPEN: dict[str, tuple[dict[Any, Any], str]] = {
    "a float": ({x: (0.1, 2), i: 1}, "x = 0.1: a float is not exact: write '0.1', in quotes, or a Rational"),
    "not a number": ({x: (float("nan"),), i: 1}, "x = nan: a float is not exact"),
    "a class that is a float": ({x: (1, 2), i: 1.0}, "i = 1.0: a float is not exact"),
    "a class that is a half": ({x: (1, 2), i: half}, "i = 1/2: a class is a whole number, from 1"),
    "a permutation with a half": ({x: (1, 2), i: 1, rho: (1, half)}, "rho = (1, 1/2): a class is a whole number"),
    "a word": ({x: (1, "two"), i: 1}, "x = two: it is no rational number"),
    "what is not rational": ({x: (2 ** half,), i: 1}, "x = sqrt(2): it is no rational number"),
    "a number for a vector": ({x: 1, i: 1}, "x = 1: give it one number per class, in a tuple"),
    "no classes": ({x: (), i: 1}, "x = (): give it one number per class, in a tuple"),
    "a tuple for an index": ({x: (1, 2), i: (1,)}, "i = (1,): give it one number"),
    "a tuple for a scalar": ({x: (1, 2), i: 1, T: (1, 2)}, "T = (1, 2): give it one number"),
    "a name": ({"x": (1, 2), i: 1}, "x is no input: give values to vectors, indices, labels and scalars"),
    "a component": ({x[i]: 1, i: 1}, "x[i] is no input"),
}  # fmt: skip


def witness(left: Any, relation: str, right: Any, at: dict[Any, Any]) -> Witness:
    return Witness("shown", HOME, left, relation, right, at)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", RIGHT)
def test_a_right_witness_passes_with_its_values(case: str, backend: str) -> None:
    given, values = RIGHT[case]
    shown = example(witness(*given), reals(backend))
    assert (shown.left, shown.right) == values
    assert shown.witness.relation == given[1]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_witness_is_refused_in_one_line_that_says_where(case: str, backend: str) -> None:
    given, message = WRONG[case]
    wrong = witness(*given)
    with pytest.raises(StepError) as error:
        example(wrong, reals(backend))
    assert str(error.value).startswith(f"{wrong.where}: witness 'shown': ")
    assert wrong.where.startswith(__file__)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("case", MISSHAPEN)
def test_what_is_no_exact_number_is_refused_where_it_is_written(case: str) -> None:
    at, message = MISSHAPEN[case]
    with pytest.raises(FormulaError) as error:
        witness(x[i], "<", 9, at)
    where, _, problem = str(error.value).partition(": witness 'shown': ")
    assert where.startswith(__file__)
    assert problem.startswith(message)
    assert "\n" not in problem


@pytest.mark.parametrize("relation", ["~", "==", "≠", ""])
def test_an_unknown_relation_is_refused(relation: str) -> None:
    with pytest.raises(FormulaError, match="is not a relation: use one of =, <=, >=, <, >, !="):
        witness(x[i], relation, 1, {x: (1,), i: 1})


def test_numbers_are_kept_exactly() -> None:
    given = witness(x[i], "<", 9, {x: ("0.1", 2, third), i: Rational(2), T: "1e-30"}).at
    assert given == {x: (Fraction(1, 10), 2, Fraction(1, 3)), i: 2, T: Fraction(1, 10**30)}
    assert all(isinstance(value, (int, Fraction)) for value in given[x])
