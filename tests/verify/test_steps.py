"""Right derivations pass; wrong ones are caught, and the message says where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sympy import Integer, KroneckerDelta, Symbol

from derive.algebra.records import Condition, Derivation, Derived, Rule, Step, Theorem
from derive.catalogue import load_catalogue
from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.softmax import softmax, x
from derive.language import Abs, Formula, Max, Sum, distribution, exp, indices, log, n, parameter, smaller, sqrt, vector
from derive.language.nodes import Partial
from derive.proofs import derive_formula
from derive.verify import StepError, check_derived
from derive.verify.oracle import reals
from derive.verify.steps import check_derivation, check_theorem
from tests.verify.backends import BACKENDS

i, j, k = indices("i j k")
y, z, a = distribution("y"), vector("z"), vector("a", domain="positive")
T = parameter("T", default=1, domain="positive")
c = Symbol("c", real=True)

CATALOGUE = load_catalogue()
HOME = Formula("home", Sum(x[k], k), wrt=x)
"""Where the hand-made derivations of these tests live."""
WRONG = Rule("some rule", "Whatever it says.")

delta = KroneckerDelta


def step(before: Any, after: Any, *conditions: Condition, relation: str = "=", redexes: Any = ()) -> Step:
    return Step(WRONG, Integer(0) + before, Integer(0) + after, tuple(redexes), conditions, relation)


def chain(*steps: Step, assumptions: tuple[Condition, ...] = ()) -> Derivation:
    return Derivation("example", "An example", steps[0].before, steps, assumptions)


def check(*steps: Step, assumptions: tuple[Condition, ...] = ()) -> None:
    check_derivation(chain(*steps, assumptions=assumptions), HOME)


def refused(*steps: Step, match: str = "is wrong at n = ", assumptions: tuple[Condition, ...] = (), at: int = 1) -> str:
    """The message with which the chain is refused: one line that says where and by which rule."""
    with pytest.raises(StepError, match=match) as caught:
        check(*steps, assumptions=assumptions)
    message = str(caught.value)
    assert message.startswith(f"{HOME.where}: example, step {at} (some rule): ")
    assert "\n" not in message
    return message


def equal(one: Any, other: Any) -> Condition:
    return Condition("equal", (one, other))


def distinct(one: Any, other: Any) -> Condition:
    return Condition("distinct", (one, other))


def positive(subject: Any) -> Condition:
    return Condition("positive", (subject,))


def nonzero(subject: Any) -> Condition:
    return Condition("nonzero", (subject,))


# --- what is right passes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("formula", CATALOGUE, ids=lambda f: f.name)
def test_the_catalogue_passes(formula: Formula, backend: str) -> None:
    check_derived(derive_formula(formula), reals(backend))


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


# --- theorems --------------------------------------------------------------------------------------------------------


def theorems(formula: Formula) -> dict[str, Theorem]:
    return {theorem.name: theorem for theorem in derive_formula(formula).theorems}


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
