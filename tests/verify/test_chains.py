"""What a step owes, and the form of a chain of steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer

from derive.algebra.records import Condition
from derive.formulas.softmax import softmax, x
from derive.language import Abs, Max, Sum, exp, indices, log, n, sqrt, vector
from derive.verify import StepError
from derive.verify.steps import check_derivation
from tests.verify.chains import HOME, a, chain, check, distinct, equal, i, j, k, nonzero, positive, refused, step, y, z

# --- conditions ------------------------------------------------------------------------------------------------------


opened = indices("m")

WRONG_CONDITIONS = {
    "none, and it is needed": (
        step(log(z[i] * z[j]), log(z[i]) + log(z[j])),
        "log of -.*, outside its domain, in log.* at n = ",
    ),
    "violated": (
        step(log(z[i] * z[j]), log(z[i] * z[j] + 0), positive(z[i]), positive(z[j])),
        r"its condition z\[i\] > 0 does not hold at n = ",
    ),
    "division by what is 0": (
        step(x[i] + x[j], (x[i] ** 2 - x[j] ** 2) / (x[i] - x[j])),
        "division by 0, in .* at n = ",
    ),
    "nonzero, but 0": (
        step(x[i] + x[j], (x[i] ** 2 - x[j] ** 2) / (x[i] - x[j]), nonzero(x[i] - x[j])),
        "its condition .* != 0 does not hold at n = ",
    ),
    "nonzero, but 0 as far as can be told": (
        step(x[i], x[i] * 1 + 0, nonzero(Sum(softmax[k], k) - 1)),
        "its condition .* != 0 does not hold",
    ),
    "nonnegative, but negative": (step(x[i], x[i], Condition("nonnegative", (x[i],))), "x\\[i\\] >= 0 does not hold"),
    "no distribution": (
        step(Sum(y[k], k), Integer(1), Condition("sums_to_one", (Sum(x[k], k),))),
        "its condition .* = 1 does not hold",
    ),
    "a distribution weighed": (
        step(Sum(y[k], k), Integer(1), Condition("sums_to_one", (Sum(y[k] * x[k], k),))),
        "its condition .* = 1 does not hold",
    ),
    "for an index that the rule opened": (step(x[i], x[i], positive(x[opened])), "its condition .* does not hold"),
    "no value": (step(x[i], x[i], positive(log(x[i] - 9))), "log of -.*, outside its domain, in log.* at n = "),
    "an unknown kind": (step(x[i], x[i], Condition("odd", (x[i],))), "does not know the condition 'odd' at n = "),
}


@pytest.mark.parametrize("name", WRONG_CONDITIONS)
def test_a_wrong_condition_is_caught(name: str) -> None:
    wrong, words = WRONG_CONDITIONS[name]
    refused(wrong, match=words)


@pytest.mark.parametrize(
    "condition",
    [positive(a[opened]), nonzero(a[i] * exp(z[opened])), Condition("in_range", (opened,)), Condition("in_range", (i,)),
     Condition("nonnegative", (x[i] ** 2,)), Condition("nonnegative", (1 - softmax[i],)),
     Condition("sums_to_one", (Sum(y[k], k),)), equal(i, i)],
    ids=str,
)  # fmt: skip
def test_a_right_condition_passes(condition: Condition) -> None:
    check(step(x[i] * (1 + x[i]), x[i] + x[i] ** 2, condition))


def test_the_axiom_for_a_namesake_of_a_distribution() -> None:
    """The condition speaks of the distribution y, the step of a vector that is only called y."""
    namesake = vector("y")
    axiom = Condition("sums_to_one", (Sum(y[k], k),))
    with pytest.raises(StepError, match="example: two different inputs are called y"):
        check(step(Sum(namesake[k], k) * x[i], x[i], axiom))


def test_an_unknown_assumption_is_refused() -> None:
    with pytest.raises(StepError, match="does not know the condition 'odd'"):
        check(step(x[i], Abs(x[i])), assumptions=(Condition("odd", (x[i],)),))


def test_what_is_assumed_holds_at_every_point_that_is_tried() -> None:
    check(step(x[i], Abs(x[i])), assumptions=(positive(x[i]),))
    refused(step(x[i], Abs(x[i])))
    refused(step(x[i], -Abs(x[i])), assumptions=(positive(x[i]),))


# --- the form of a chain ---------------------------------------------------------------------------------------------


def test_a_gap_in_the_chain() -> None:
    first, second = step(x[i] * (1 + x[i]), x[i] + x[i] ** 2), step(x[i] ** 2 + 2 * x[i], x[i] * (2 + x[i]))
    check(first)
    check(second)
    refused(first, second, match="starts from .*, but the step before ended in ", at=2)
    with pytest.raises(StepError, match="step 1 .some rule.: starts from"):
        check_derivation(replace(chain(first), start=x[i]), HOME)


def test_relations_that_do_not_chain() -> None:
    up, down = step(x[i], Max(x[k], k), relation="<="), step(Max(x[k], k), x[i], relation=">=")
    check(up)
    check(down)
    with pytest.raises(StepError, match=r"example: <= and >= do not chain"):
        check(up, down)
    refused(step(x[i], x[i] + 1, relation="~"), match="does not know the relation '~'")


def test_a_strict_relation_is_more_than_a_weak_one() -> None:
    check(step(x[i], x[i] + 1, relation="<"))
    refused(step(x[i], x[i] - 1, relation="<"))
    check(step(x[i], Max(x[k], k), relation="<="))
    refused(step(x[i], Max(x[k], k), relation="<"))


def test_what_no_point_tells_anything_of_is_refused() -> None:
    nowhere = log(-Sum(exp(x[k]), k))
    with pytest.raises(StepError, match="example: no random point with 3 classes or more lies in the domain"):
        check(step(nowhere, nowhere + 1))
    only_up_to_2 = log(3 - n)
    with pytest.raises(StepError, match="no random point with 3 classes or more"):
        check(step(only_up_to_2 + x[i] * (x[i] + 1), only_up_to_2 + x[i] ** 2 + x[i]))
    never = (equal(i, j), distinct(i, j))
    with pytest.raises(StepError, match="no random point with 3 classes or more"):
        check(step(x[i] + x[j], Integer(0)), assumptions=never)


def test_a_domain_that_random_numbers_rarely_meet_is_tried_at_3_classes_or_more() -> None:
    """All logarithms of five real numbers exist at one random point in 32; this holds at n = 1 alone."""
    refused(step(Sum(log(x[k]), k), log(Sum(x[k], k))))
    refused(step(Sum(sqrt(-x[k]), k), sqrt(-Sum(x[k], k))))
    refused(step(Sum(log(x[k]) * log(1 - x[k]), k), Sum(log(x[k]), k) * Sum(log(1 - x[k]), k)))
