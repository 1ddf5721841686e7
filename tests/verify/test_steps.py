"""Right steps pass; wrong ones are caught, and the message says where."""

from __future__ import annotations

import pytest
from sympy import Integer

from derive.algebra.records import Condition
from derive.catalogue import load_catalogue
from derive.formulas.softmax import softmax, x
from derive.language import Abs, Formula, Max, Sum, exp, log, n, parameter, sqrt
from derive.language.nodes import Partial
from derive.proofs import derive_formula
from derive.verify import StepError, check_derived
from derive.verify.oracle import reals
from derive.verify.steps import check_derivation
from tests import once
from tests.verify.backends import BACKENDS
from tests.verify.chains import (
    HOME,
    a,
    chain,
    check,
    delta,
    distinct,
    equal,
    i,
    j,
    k,
    nonzero,
    positive,
    refused,
    step,
    y,
    z,
)

T = parameter("T", default=1, domain="positive")

CATALOGUE = load_catalogue()

# --- what is right passes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("formula", CATALOGUE, ids=lambda f: f.name)
def test_the_catalogue_passes(formula: Formula, backend: str) -> None:
    check_derived(once.derived(formula), reals(backend))


def test_a_product_owes_what_the_derivative_in_it_owes() -> None:
    """Of all classes, not of the one that is left of them: two zeros are tried for the sides of another."""
    for name in ("hypotenuse", "distance", "hypot_row"):
        derived = derive_formula(Formula(name, sqrt(x[i] ** 2 + y[i] ** 2), over=i, wrt=(x, y)))
        check_derived(derived)
        assert positive(x[i] ** 2 + y[i] ** 2) in derived.derivation("vjp_y").conditions


SPREAD = 16 * x[k] - Sum(16 * x[i], i) / n
RIGHT = {
    "algebra": [step(x[i] * (x[j] + 1), x[i] * x[j] + x[i])],
    "sifting": [step(Sum(delta(k, j) * x[k], k), x[j])],
    "one of n": [step(Sum(delta(k, j), k), Integer(1))],
    "two steps": [
        step(log(exp(x[i]) * a[j]), log(a[j]) + x[i], positive(a[j])),
        step(log(a[j]) + x[i], x[i] + log(a[j])),
    ],
    "an inequality": [step(x[j], Max(x[k], k), relation="<=")],
    "an inequality, then an equation": [step(Sum(Max(x[k], k) + 0 * x[j], j), Sum(x[k], k), relation=">=")],
    "a sharp inequality": [step(exp(x[j] - Max(x[k], k)), Integer(1), relation="<=")],
    "a domain that is small": [step(log(x[i] - 1) + log(Sum(x[k] - 1, k)), log(Sum(x[k] - 1, k)) + log(x[i] - 1))],
    "a domain below 1": [step(log(1 - x[i] ** 2) * 1, log((1 - x[i]) * (1 + x[i])))],
    "not at n = 1": [step(1 / (n - 1) + x[i], (1 + x[i] * (n - 1)) / (n - 1), nonzero(n - 1))],
    "the axiom": [step(Sum(y[k], k) * x[i], x[i], Condition("sums_to_one", (Sum(y[k], k),)))],
    "a condition that fails only where values are equal": [
        step(Partial(Sum(Abs(x[k] - a[k]), k), x[i]), (x[i] - a[i]) / Abs(x[i] - a[i]), nonzero(x[i] - a[i]))
    ],
    "powers that cancel over thousands of bits": [
        step(Sum(3 * (delta(k, j) - 1 / n) * SPREAD**1998, k), 3 * Sum((delta(k, j) - 1 / n) * SPREAD**1998, k))
    ],
    "tiny values": [step(exp(-(x[i] ** 2) * 10**4 - 10**4), exp(-(10**4)) * exp(-(10**4) * x[i] ** 2))],
}

UNSEEN = {
    "variance": Sum((x[j] - Sum(x[k], k) / n) ** 2, j) / (n - 1),
    "entropy of what is real": Sum(x[k] * log(x[k]), k),
    "distance": Sum(Abs(x[k] - z[k]), k),
    "divergence": Sum(y[k] * (log(y[k]) - log(softmax[k])), k),
    "odds": log(x[i] / (1 - x[i])),
    "tempered": log(Sum(exp(x[k] / T), k)),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_the_engine_derives_of_a_new_formula_passes(name: str) -> None:
    """No false alarm, where domains are small, undefined at n = 1, or have kinks."""
    over = i if i in UNSEEN[name].free_symbols else None
    check_derived(derive_formula(Formula("unseen", UNSEEN[name], wrt=x, over=over)))


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_chain_passes(name: str) -> None:
    check(*RIGHT[name])


def test_assumptions_hold_throughout() -> None:
    check(step(delta(i, j) * x[i], Integer(0), distinct(i, j)), assumptions=(distinct(i, j),))
    check(step(delta(i, j) * x[i], x[j], equal(i, j)), assumptions=(equal(i, j),))
    refused(step(delta(i, j) * x[i], Integer(0)))
    refused(step(delta(i, j) * x[i], x[j]))
    refused(step(delta(i, j) * x[i], Integer(0), distinct(i, j)), match="its condition i != j does not hold at n = 1")
    refused(step(delta(i, j) * x[i], x[j], equal(i, j)), match="its condition i = j does not hold")


# --- what is wrong is caught -----------------------------------------------------------------------------------------


WRONG_EQUATIONS = {
    "a dropped delta": (delta(i, j) * x[j], x[j]),
    "a dropped delta under a sum": (Sum(delta(k, j) * x[k], k), Sum(x[k], k)),
    "a delta of other indices": (Sum(delta(k, j) * x[k], k), x[i] + 0 * x[j]),
    "a captured index": (x[k] * Sum(exp(x[j]), j), Sum(x[j] * exp(x[j]), j)),
    "a captured index in a square": (Sum(x[j], j) ** 2, Sum(x[j] ** 2, j)),
    "a captured index in a derivative": (Partial(Sum(x[j] ** 2, j), x[k]), Sum(2 * x[j], j)),
    "a wrong sign": (Partial(-log(softmax[i]), x[j]), softmax[j] + delta(i, j)),
    "a constant off by one": (Partial(x[i] ** 3, x[i]), 3 * x[i] ** 2 + 1),
    "a constant off by very little": (x[i], x[i] + Integer(10) ** -60),
    "tiny values": (exp(-(x[i] ** 2) * 10**4 - 10**4), 2 * exp(-(x[i] ** 2) * 10**4 - 10**4)),
    "true only at n = 1": (Sum(exp(x[k]), k), n * exp(Sum(x[k], k) / n)),
    "true only up to n = 2": (Sum(y[k], k) * (n - 1) * (n - 2), 0 * x[i]),
    "true only where the indices agree": (softmax[i] * (1 - softmax[j]), softmax[i] - softmax[i] ** 2),
    "true only where the indices differ": (-softmax[i] * softmax[j], softmax[i] * (delta(i, j) - softmax[j])),
    "true only of positive numbers": (sqrt(x[i] ** 2) + 0 * x[j], x[i]),
    "the axiom for what is no distribution": (Sum(z[k], k) * x[i], x[i]),
    # The other classes that come near x_i: none, unless one has the same value.
    "true only of different numbers": (Max(-(10**6) * Abs(x[i] - x[k]) - delta(i, k), k), Integer(-1)),
    "a maximum for a sum": (Max(exp(x[k]), k), Sum(exp(x[k]), k)),
    "a product of sums": (Sum(x[k] * z[k], k), Sum(x[k], k) * Sum(z[k], k)),
}


@pytest.mark.parametrize("name", WRONG_EQUATIONS)
def test_a_wrong_equation_is_caught(name: str) -> None:
    refused(step(*WRONG_EQUATIONS[name]))


@pytest.mark.parametrize("name", WRONG_EQUATIONS)
def test_a_wrong_equation_is_caught_without_flint(name: str) -> None:
    with pytest.raises(StepError, match="is wrong at"):
        check_derivation(chain(step(*WRONG_EQUATIONS[name])), HOME, reals("mpmath"))


def test_a_wrong_step_is_named() -> None:
    good = step(x[i] + x[i] * delta(j, k), x[i] * (1 + delta(j, k)))
    bad = step(good.after, x[i] + delta(j, k))
    message = refused(good, bad, at=2)
    assert f"{bad.before} = {bad.after} is wrong at n = 1, x = [" in message and message.endswith("i = 1, j = 1, k = 1")


WRONG_INEQUALITIES = {
    "the wrong way": (Max(x[k], k), x[i], "<="),
    "too sharp": (Sum(exp(x[k] - Max(x[j], j)), k), n - Integer(1), "<="),
    "not for negative numbers": (x[i] ** 3, x[i] ** 2, "<="),
    "true only at n = 1": (Sum(x[k] ** 2, k), x[i] ** 2, "<="),
    "by very little": (x[i], x[i] - Integer(10) ** -60, "<="),
    "an equation that is an inequality": (x[i], Max(x[k], k), "="),
}


@pytest.mark.parametrize("name", WRONG_INEQUALITIES)
def test_a_wrong_inequality_is_caught(name: str) -> None:
    before, after, relation = WRONG_INEQUALITIES[name]
    refused(step(before, after, relation=relation))


# --- the places where a rule was used --------------------------------------------------------------------------------


def test_each_use_of_a_rule_is_checked_by_itself() -> None:
    """Two errors that cancel in the whole."""
    wrong = ((x[i], x[i] + 1), (x[j], x[j] - 1))
    refused(step(x[i] + x[j] + 1, (x[i] + x[j]) + 1, redexes=wrong))
    check(step(Sum(x[k], k) * x[i], x[i] * Sum(x[k], k), redexes=((Sum(x[k], k), Sum(x[j], j)),)))


def test_the_use_of_a_rule_in_an_inequality_goes_one_way() -> None:
    largest = Max(x[k], k)
    check(step(x[i] - largest, Integer(0), relation="<=", redexes=((x[i], largest),)))
    check(step(x[i] - largest, Integer(0), relation="<=", redexes=((-x[i], -largest),)))
    refused(step(x[i] - largest, Integer(0), relation="<=", redexes=((x[i], x[j]),)))


def test_a_use_that_is_undefined_on_one_side_is_refused() -> None:
    one_sided = (sqrt(z[i] * z[j]), sqrt(z[i]) * sqrt(z[j]))
    refused(step(x[i], x[i], redexes=(one_sided,)), match="sqrt of -.*, outside its domain, in sqrt.* at n = ")
    with pytest.raises(StepError, match="step 1 .some rule.: no random point with 3 classes or more"):
        check(step(x[i], x[i], redexes=((log(-exp(x[i])), x[i]),)))


def test_a_use_is_tried_where_its_indices_are_as_the_step_says() -> None:
    apart = distinct(i, j)
    check(step(delta(i, j) * x[i], Integer(0), apart, redexes=((delta(i, j), Integer(0)),)), assumptions=(apart,))
    refused(step(delta(i, j) * x[i], Integer(0), redexes=((delta(i, j), Integer(1)),)), assumptions=(apart,))


def test_what_is_0_by_algebra_alone_has_no_sign_and_stops_no_build() -> None:
    """With one class both shares are 1: no precision tells that their difference is 0."""
    shares = [exp(v[k]) / Sum(exp(v[j]), j) for v in (x, z)]
    distance = Formula("total_variation", Sum(Abs(shares[0] - shares[1]), k) / 2, wrt=x)
    check_derived(derive_formula(distance))
