"""Shift theorems: proved for an arbitrary constant, and only then is one chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.derivations.bounds import chosen_constant
from derive.derivations.shift import CONSTANT, shift_rate, shift_theorem
from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Max, Sum, exp, indices, log, n, parameter
from derive.language.formula import unfold
from derive.proofs import derive_formula
from derive.verify import check_derived

i, j, k = indices("i j k")


def test_invariance_and_equivariance() -> None:
    invariance, equivariance = shift_theorem(softmax), shift_theorem(logsumexp)
    assert invariance is not None and equivariance is not None
    assert invariance.right == softmax[i] and invariance.constants == (CONSTANT,)
    assert equivariance.right == logsumexp.value + CONSTANT
    assert [s.rule.name for s in invariance.proof.steps] == [
        "exponential of a sum",
        "common factor of a sum",
        "by its symbol",
    ]


def test_the_constant_is_arbitrary_until_it_is_chosen() -> None:
    """No maximum occurs before the choice, so none is ever differentiated."""
    derived = derive_formula(softmax)
    choice = next(t for t in derived.theorems if t.name == "choice")
    for chain in derived.chains:
        if chain.name not in ("choice", "exponents", "sum_upper", "sum_lower"):
            assert not any(step.after.has(Max) for step in chain.steps)
    assert choice.right.has(Max)


def test_the_bounds_that_follow() -> None:
    theorems = {t.name: t for t in derive_formula(softmax).theorems}
    assert (theorems["exponents"].relation, theorems["exponents"].right) == ("<=", 0)
    assert (theorems["sum_upper"].relation, theorems["sum_upper"].right) == ("<=", n)
    assert (theorems["sum_lower"].relation, theorems["sum_lower"].right) == (">=", 1)


def test_bounds_are_proved_once() -> None:
    """Where a formula is written by another one whose exponents and sum are its own, its page says so."""
    shift, choice = derive_formula(replace(cross_entropy, theory=())).theorems
    assert (shift.name, choice.name) == ("shift", "choice")
    assert choice.doc == "Its exponents and its sum are those of “Softmax”, where their bounds are proved."
    by_hand = Formula("by_hand", log(Sum(exp(x[j]), j)) - x[k], over=k, wrt=x)
    assert [t.name for t in derive_formula(by_hand).theorems] == [
        "shift",
        "choice",
        "exponents",
        "sum_upper",
        "sum_lower",
    ]


@pytest.mark.parametrize(
    ("expression", "rate"),
    [
        (Sum(x[j], j), n),
        (log(Sum(2 ** x[j], j)), log(2)),
        (log(Sum(exp(3 * x[j]), j)), 3),
        (x[i] - x[k], 0),
        (Sum(x[j] ** 2, j), None),
        (log(Sum(exp(x[j] ** 2), j)), None),
        (log(Sum(exp(x[j]), j)) ** 2, None),
    ],
    ids=str,
)
def test_rates(expression: object, rate: object) -> None:
    assert shift_rate(expression, x) == rate  # type: ignore[arg-type]


def test_the_smallest_is_taken_where_exponents_fall_and_nothing_where_they_do_both() -> None:
    T = parameter("T", default=1.0)
    assert chosen_constant(Sum(exp(x[j]), j), x) == Max(x[k], k)
    assert chosen_constant(Sum(exp(-x[j]), j), x) == -Max(-x[k], k)
    assert chosen_constant(Sum(exp(x[j]), j) + Sum(exp(-x[j]), j), x) is None
    assert chosen_constant(Sum(exp(x[j] / T), j), x) is None, "the sign of T is not known"


def test_a_formula_without_a_shift_theorem_has_none() -> None:
    assert shift_theorem(Formula("squares", log(Sum(x[j] ** 2, j)), wrt=x)) is None
    assert unfold(logsumexp.expression).has(exp)


def test_a_parameter_called_c_is_not_the_constant() -> None:
    c = parameter("c", default=2.0, domain="positive")
    formula = Formula("scaled", log(Sum(exp(c * x[j]), j)), wrt=x)
    theorem = shift_theorem(formula)
    assert theorem is not None and [str(s) for s in theorem.constants] == ["a"]
    assert theorem.right == formula.value + c * theorem.constants[0]
    check_derived(derive_formula(formula))
