"""A theorem is what its proof proves, under what it assumes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sympy import Integer, Symbol

from derive.algebra.records import Derivation, Derived, Step, Theorem
from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Sum, exp, log, smaller
from derive.proofs import derive_formula
from derive.verify import StepError, check_derived
from derive.verify.steps import check_derivation, check_theorem
from tests import once
from tests.verify.chains import HOME, chain, delta, distinct, i, j, k, step, z

c = Symbol("c", real=True)


def theorems(formula: Formula) -> dict[str, Theorem]:
    return {theorem.name: theorem for theorem in once.derived(formula).theorems}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"left": softmax[j]}, "the left side s\\[j\\] is not what is proved"),
        ({"right": softmax[i] + 1}, "the right side .* is not what is proved, s\\[i\\]"),
        ({"relation": "<="}, "states <=, its proof gives ="),
    ],
)
def test_a_theorem_that_is_not_what_is_proved(change: dict[str, Any], words: str) -> None:
    shift = theorems(softmax)["shift"]
    check_theorem(shift, softmax)
    with pytest.raises(StepError, match=words) as caught:
        check_theorem(replace(shift, **change), softmax)
    assert str(caught.value).startswith(f"{softmax.where}: theorem 'shift': ") and "\n" not in str(caught.value)


def test_a_theorem_that_hides_an_assumption_of_its_proof() -> None:
    proof = chain(step(delta(i, j) * x[i], Integer(0)), assumptions=(distinct(i, j),))
    theorem = Theorem("zero", "Zero", proof.start, proof.end, "=", proof)
    with pytest.raises(StepError, match="theorem 'zero': its proof assumes i != j, the statement does not"):
        check_theorem(theorem, HOME)
    check_theorem(replace(theorem, conditions=proof.assumptions), HOME)


def test_a_theorem_with_a_wrong_proof() -> None:
    """Equivariance by the constant, claimed as invariance: proof and statement agree, and both are wrong."""
    wrong = chain(step(log(Sum(exp(x[k] + c), k)), log(Sum(exp(x[k]), k))))
    with pytest.raises(StepError, match="is wrong at n = 1"):
        check_theorem(Theorem("shift", "", wrong.start, wrong.end, "=", wrong, (c,)), HOME)


def test_everything_that_was_derived_is_checked() -> None:
    """A wrong step is found in whichever chain it stands."""
    derived = derive_formula(cross_entropy)
    for position, good in enumerate(derived.derivations):
        bad = replace(good, steps=(*good.steps[:-1], spoilt(good.steps[-1])))
        chains = (*derived.derivations[:position], bad, *derived.derivations[position + 1 :])
        with pytest.raises(StepError, match=f"{good.name}, step {len(good.steps)} "):
            check_derived(replace(derived, derivations=chains))
    for position, theorem in enumerate(derived.theorems):
        proof = replace(theorem.proof, steps=(*theorem.proof.steps[:-1], spoilt(theorem.proof.steps[-1])))
        bad_theorem = replace(theorem, proof=proof, right=proof.end)
        statements = (*derived.theorems[:position], bad_theorem, *derived.theorems[position + 1 :])
        with pytest.raises(StepError, match=f"{proof.name}, step {len(proof.steps)} "):
            check_derived(replace(derived, theorems=statements))


def spoilt(last: Step) -> Step:
    return replace(last, after=last.after + (-100 if last.relation == "<=" else 100))


def test_nothing_derived_is_nothing_to_check() -> None:
    check_derived(Derived(HOME, (Derivation("gradient", "", x[i], ()),), ()))


def test_a_choice_between_values_that_agree_on_a_region_is_told_with_a_way_out() -> None:
    """At random points they tie, which is no corner: the clipped objective of a policy as it is often written."""
    clipped = Sum(smaller(z[k] * exp(x[k]), z[k] * smaller(exp(x[k]), 1)), k)
    formula = Formula("clipped", clipped, wrt=x)
    with pytest.raises(StepError, match=r"agree on a whole region.*where\(a > 0, smaller\(u, c\), larger\(u, d\)\)"):
        check_derivation(derive_formula(formula).derivation("gradient"), formula)
