"""A claim that was proved before is a reason too, at any class and any value of its scalars."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer

from derive.language import Abs, Claim, Partial, Sum, at_most, by, distinct, equal, exp, log, n, sums_to, tanh
from derive.proofs import theorem_of
from derive.proofs.theorems import ProofError
from derive.verify import StepError
from derive.verify.steps import check_theorem
from tests.proofs.claims import (
    HOME,
    TOP,
    VANISHES,
    Case,
    T,
    c,
    case,
    checked,
    delta,
    i,
    j,
    k,
    m,
    one,
    q,
    r,
    refusal,
    s,
    t,
    u,
    v,
    w,
    x,
    z,
)

MIRROR = case(1 / (1 + exp(-x[i])), "=", exp(x[i]) / (1 + exp(x[i])), by("algebra")).claim("mirror")
OUTER = case(c * Sum(z[k], k), "=", Sum(c * z[k], k), equal(Sum(c * z[k], k), "common factor of a sum")).claim("outer")
PAIR = case(x[i] * Sum(z[k], k), "=", Sum(x[i] * z[k], k), equal(Sum(x[i] * z[k], k), "algebra")).claim("pair")
DOUBLE = case(Sum(x[k], k) * Sum(z[m], m), "=", Sum(Sum(x[k] * z[m], m), k),
              equal(Sum(Sum(x[k] * z[m], m), k), "algebra")).claim("double")  # fmt: skip
CONSTANT = case(Sum(c, k), "=", n * c, by("sum of a constant")).claim("constant")
SPLIT = case(log(r * w[i]), "=", log(r) + log(w[i]), by("logarithm of a product")).claim("split")
ODDS = case(log(u / (1 - u)), "=", log(u) - log(1 - u), by("logarithm of a quotient")).claim("odds")
APART = case(delta(i, j) * x[i], "=", 0, by("distinct indices"), assuming=[distinct(i, j)]).claim("apart")

SIMPLEX = case(x[i] * Sum(v[k], k), "=", 0, by("assumption"), assuming=[sums_to(Sum(v[k], k), 0)]).claim("simplex")
BOUND = case(log(w[i]), "<=", w[i] - 1, at_most(w[i] - 1, "tangent line")).claim("bound")
ANY_SHIFT = case(exp(x[i]) / Sum(exp(x[k]), k), "=", exp(x[i] + c) / Sum(exp(x[k] + c), k),
                 equal(exp(x[i] + c) / Sum(exp(x[k] + c), k), "algebra")).claim("any_shift")  # fmt: skip

BY_LEMMA: dict[str, Case] = {
    "forwards": one(z[i] + 1 / (1 + exp(-x[i])), "=", z[i] + exp(x[i]) / (1 + exp(x[i])), MIRROR),
    "backwards": one(z[i] + exp(x[i]) / (1 + exp(x[i])), "=", z[i] + 1 / (1 + exp(-x[i])), MIRROR),
    "whatever comes of it": case(
        exp(1 / (1 + exp(-x[i]))), "=", exp(exp(x[i]) / (1 + exp(x[i]))), by(MIRROR)),
    "at another class": one(log(1 / (1 + exp(-x[j]))), "=", log(exp(x[j]) / (1 + exp(x[j]))), MIRROR),
    "at a label": one(tanh(1 / (1 + exp(-x[t]))), "=", tanh(exp(x[t]) / (1 + exp(x[t]))), MIRROR),
    "at every class of a sum": one(
        Sum(z[m] * exp(1 / (1 + exp(-x[m]))), m), "=", Sum(z[m] * exp(exp(x[m]) / (1 + exp(x[m]))), m), MIRROR),
    "with another scalar": one(exp(3 * T * Sum(z[k], k)), "=", exp(Sum(3 * T * z[k], k)), OUTER),
    "with a component for the scalar": one(tanh(x[j] * Sum(z[k], k)), "=", tanh(Sum(x[j] * z[k], k)), OUTER),
    "with a sum for the scalar": one(
        exp(Sum(x[m], m) * Sum(z[k], k)), "=", exp(Sum(Sum(x[m], m) * z[k], k)), OUTER),
    "with an index that a sum around it binds": one(
        Sum(tanh(x[m] * Sum(z[k], k)), m), "=", Sum(tanh(Sum(x[m] * z[k], k)), m), PAIR),
    "the same with its own letter": one(
        Sum(tanh(x[k] * Sum(z[m], m)), k), "=", Sum(tanh(Sum(x[k] * z[m], m)), k), PAIR),
    "where it writes two sums": case(
        tanh(Sum(x[k], k) * Sum(z[k], k)), "=", tanh(Sum(Sum(x[k] * z[m], m), k)), by(DOUBLE)),
    "where it writes a sum": one(tanh(n * x[i]), "=", tanh(Sum(x[i], k)), CONSTANT),
    "any value of the constant": one(
        exp(exp(x[i]) / Sum(exp(x[k]), k)), "=", exp(exp(x[i] - TOP) / Sum(exp(x[k] - TOP), k)), ANY_SHIFT),
    "a positive value for a positive scalar": one(log(T * w[i]), "=", log(T) + log(w[i]), SPLIT),
    "a value below 1 for such a scalar": one(log(q[i] / (1 - q[i])), "=", log(q[i]) - log(1 - q[i]), ODDS),
    "what it assumes is assumed": one(delta(k, m) * x[k] + T, "=", T, APART, [distinct(m, k)]),
    "an equation that it assumes is assumed": one(exp(s) - 1, "=", 0, VANISHES, [sums_to(s, 0)]),
    "a sum that it assumes is assumed": one(x[j] * Sum(v[k], k), "=", 0, SIMPLEX, [sums_to(Sum(v[m], m), 0)]),
}  # fmt: skip


@pytest.mark.parametrize("use", BY_LEMMA)
def test_a_lemma_proves_what_follows_from_it(use: str) -> None:
    checked(BY_LEMMA[use].claim())


MISUSED: dict[str, tuple[Case, str]] = {
    "somewhere else": (one(1 / (1 + exp(x[i])), "=", exp(x[i]) / (1 + exp(x[i])), MIRROR), "mirror does not lead"),
    "at two classes at once": (
        one(exp(1 / (1 + exp(-x[i]))), "=", exp(exp(x[j]) / (1 + exp(x[j]))), MIRROR), "mirror does not lead"),
    "of another vector": (
        one(exp(1 / (1 + exp(-z[i]))), "=", exp(exp(z[i]) / (1 + exp(z[i]))), MIRROR), "mirror does not lead"),
    "an index caught by the lemma's own sum": (
        one(Sum(exp(x[k] * Sum(z[m], m)), k), "=", Sum(exp(Sum(x[m] * z[m], m)), k), PAIR), "pair does not lead"),
    "a scalar that depends on the index of the lemma's sum": (
        one(exp(Sum(x[k] * z[k], k)), "=", exp(x[i] * Sum(z[k], k)), OUTER), "outer does not lead"),
    "a constant that is none": (one(exp(Sum(x[k], k)), "=", exp(n * x[i]), CONSTANT), "constant does not lead"),
    "two sums made one": (
        one(exp(Sum(x[k], k) * Sum(z[k], k)), "=", exp(n * Sum(x[k] * z[k], k)), DOUBLE), "double does not lead"),
    "a value that may be negative for a positive scalar": (
        one(log(x[i] * w[i]), "=", log(x[i]) + log(w[i]), SPLIT), "it takes x[i] > 0, which neither the domains"),
    "a value that is positive where it is tried": (
        one(log((4 - x[i]) * w[i]), "=", log(4 - x[i]) + log(w[i]), SPLIT), "it takes 4 - x[i] > 0, which neither"),
    "a value that may be above 1": (
        one(log(w[i] / (1 - w[i])), "=", log(w[i]) - log(1 - w[i]), ODDS), "it takes 1 - w[i] > 0, which neither"),
    "classes that may be one": (one(delta(i, k) * x[i] + T, "=", T, APART), "it takes i != k, which neither"),
    "classes under a sum, one of which is it": (
        one(Sum(delta(i, k) * x[i], k), "=", Sum(Integer(0), k), APART), "which neither the domains of the inputs nor"),
    "an equation that is not assumed": (one(exp(s) - 1, "=", 0, VANISHES), "it takes s = 0, which neither"),
    "an equation that holds where it is tried": (
        one(exp(Abs(4 - x[i]) + x[i] - 4) - 1, "=", 0, VANISHES), "it takes Abs(x[i] - 4) + x[i] - 4 = 0, which"),
    "an equation along which a derivative leads out": (
        one(Partial(exp(x[i]) - 1, x[i]), "=", Partial(Integer(0), x[i]), VANISHES, [sums_to(x[i], 0)]),
        "it takes x[i] = 0, which neither"),
    "a sum that is not assumed": (one(x[j] * Sum(v[k], k), "=", 0, SIMPLEX), "it takes Sum(v[k], k) = 0, which"),
    "another sum": (one(x[j] * Sum(v[k], k), "=", 0, SIMPLEX, [sums_to(Sum(z[m], m), 0)]), "which neither the domains"),
    "an inequality": (one(log(w[i]), "<=", w[i] - 1, BOUND), "only an equation can serve as a reason"),
    "where it leaves open what to write": (
        case(exp(exp(x[i]) / Sum(exp(x[k]), k)), "=", exp(exp(x[i] + c) / Sum(exp(x[k] + c), k)), by(ANY_SHIFT)),
        "any_shift does not lead"),
}  # fmt: skip
"""Uses of a lemma that the engine refuses at once."""


@pytest.mark.parametrize("use", MISUSED)
def test_a_lemma_does_not_prove_what_does_not_follow(use: str) -> None:
    given, why = MISUSED[use]
    message = refusal(given.claim())
    assert message.startswith("engine: ") and "line 1 (" in message
    assert why in message


def test_what_a_lemma_assumes_cannot_be_taken_along_by_numbers_alone() -> None:
    """The oracle holds what is owed against numbers, even if the engine were not to ask."""
    theorem = theorem_of(BY_LEMMA["what it assumes is assumed"].claim())
    loose = replace(theorem, conditions=(), proof=replace(theorem.proof, assumptions=()))
    with pytest.raises(StepError, match="its condition .* does not hold at"):
        check_theorem(loose, HOME)


def circle(*claims: Claim) -> Claim:
    """Each rests on the next, the last on the first."""
    for claim, following in zip(claims, (*claims[1:], claims[0]), strict=True):
        object.__setattr__(claim, "proof", (equal(claim.right, following),))
    return claims[0]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_proof_does_not_rest_on_itself(length: int) -> None:
    claims = [case(x[i], "=", x[j], by("algebra")).claim(f"c{place}") for place in range(length)]
    with pytest.raises(ProofError, match="claim 'c0': its proof rests on itself: give it a reason that was proved"):
        theorem_of(circle(*claims))
