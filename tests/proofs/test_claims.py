"""The proof engine: what follows is proved, what does not is refused with its line, and nothing false is proved.

Two stand behind a theorem: the engine (``theorem_of``), which follows a proof line by line, and the oracle
(``check_theorem``), which holds it against numbers.  What is false has to be refused by one of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import mpmath
import pytest
import sympy
from sympy import Add, Dummy, Integer, KroneckerDelta, Mul, Pow, Symbol

from derive.algebra.records import Theorem
from derive.catalogue import load_catalogue
from derive.formulas.softmax import softmax
from derive.formulas.softmax import x as scores
from derive.language import (
    Abs,
    Claim,
    DeriveError,
    Formula,
    Limit,
    Max,
    Partial,
    Prod,
    Sum,
    Witness,
    at_least,
    at_most,
    by,
    cos,
    distinct,
    distribution,
    equal,
    erf,
    exp,
    indices,
    label,
    larger,
    largest,
    less,
    log,
    n,
    nonzero,
    oo,
    parameter,
    permutation,
    pi,
    positive,
    scalar,
    sign,
    sin,
    sqrt,
    sums_to,
    tanh,
    vector,
    where,
)
from derive.language.choices import Compare
from derive.language.claims import Line
from derive.language.formula import unfold
from derive.language.inputs import Label
from derive.language.nodes import Along, Binder, BoundIndex, Component, Image, Permutation, Vector, substitute
from derive.proofs import derive_formula, theorem_of
from derive.proofs.reasons import REASONS
from derive.proofs.theorems import ProofError
from derive.verify import StepError
from derive.verify.steps import check_theorem

a, b, i, j, k, m = indices("a b i j k m")
x, z, v = vector("x"), vector("z"), vector("v")
w, q, p = vector("w", domain="positive"), vector("q", domain="unit"), distribution("p")
c, r, u = scalar("c"), scalar("r", domain="positive"), scalar("u", domain="unit")
T, s = parameter("T", default=1, domain="positive"), parameter("s", default=1)
t, rho = label("t"), permutation("rho")
delta = KroneckerDelta
TOP = Max(x[k], k)
RATE = (Abs(x[i] - 4) + x[i] - 4) / (2 * Abs(x[i] - 4))
"""1 wherever x_i > 4, and 0 below: numbers alone may not see it."""
OTHERS = Sum((1 - delta(k, a)) * exp((x[k] - x[a]) / T), k)

HOME = Formula("home", Sum(x[k] ** 2, k), wrt=x, symbol="H")
"""What the claims of these tests are about."""


@dataclass(frozen=True)
class Case:
    """A claim by its parts."""

    left: Any
    relation: str
    right: Any
    proof: tuple[Line, ...]
    assuming: tuple[Any, ...] = ()
    about: Formula = HOME

    def claim(self, name: str = "claimed") -> Claim:
        return Claim(name, self.about, self.left, self.relation, self.right, self.proof, assuming=self.assuming)


def case(left: Any, relation: str, right: Any, *proof: Line, assuming: Any = (), about: Formula = HOME) -> Case:
    return Case(sympy.sympify(left), relation, sympy.sympify(right), proof, tuple(assuming), about)


def checked(claim: Claim) -> Theorem:
    """The theorem, past both the engine and the oracle."""
    theorem = theorem_of(claim)
    check_theorem(theorem, claim.about)
    return theorem


def refusal(claim: Claim) -> str:
    """``engine: message`` or ``oracle: message``, by who refuses the claim; one line that says where."""
    try:
        theorem = theorem_of(claim)
    except DeriveError as error:
        who, message = "engine", str(error)
        assert message.startswith(__file__), message
    else:
        with pytest.raises(StepError) as wrong:
            check_theorem(theorem, claim.about)
            pytest.fail(f"PASSED: {claim.left} {claim.relation} {claim.right}")
        who, message = "oracle", str(wrong.value)
        assert message.startswith(claim.about.where), message
    assert "\n" not in message
    return f"{who}: {message}"


# --- what follows is proved ------------------------------------------------------------------------------------------
NO_LEAD = "the rule does not lead from the line before to this one"
NO_WAY = "the rule does not make the line before"


def one(left: Any, relation: str, right: Any, reason: str, assuming: Any = (), about: Formula = HOME) -> Case:
    """A proof of one line."""
    return case(left, relation, right, Line(relation, sympy.sympify(right), reason), assuming=assuming, about=about)


SOUND: dict[str, tuple[Case, str]] = {
    # derivatives
    "constant": (one(Partial(z[i] ** 2, x[j]), "=", 0, "constant"), NO_LEAD),
    "component": (one(Partial(x[i], x[j]), "=", delta(i, j), "component"), NO_LEAD),
    "along a direction": (one(Partial(x[i], Along(x, v)), "=", v[i], "along a direction"), NO_LEAD),
    "variable": (one(Partial(T, T), "=", 1, "variable"), NO_LEAD),
    "sum rule": (
        one(Partial(x[i] + exp(x[k]), x[j]), "=", Partial(x[i], x[j]) + Partial(exp(x[k]), x[j]), "sum rule"), NO_LEAD),
    "constant factor": (one(Partial(T * x[i], x[j]), "=", T * Partial(x[i], x[j]), "constant factor"), NO_LEAD),
    "product rule": (
        one(Partial(x[i] * x[k], x[j]), "=", Partial(x[i], x[j]) * x[k] + x[i] * Partial(x[k], x[j]), "product rule"),
        NO_LEAD),
    "quotient rule": (
        one(Partial(x[i] / w[k], w[j]), "=", (Partial(x[i], w[j]) * w[k] - x[i] * Partial(w[k], w[j])) / w[k] ** 2,
            "quotient rule"), NO_LEAD),
    "exponential": (one(Partial(exp(x[i]), x[j]), "=", exp(x[i]) * Partial(x[i], x[j]), "exponential"), NO_LEAD),
    "logarithm": (one(Partial(log(w[i]), w[j]), "=", Partial(w[i], w[j]) / w[i], "logarithm"), NO_LEAD),
    "power rule": (one(Partial(x[i] ** 3, x[j]), "=", 3 * x[i] ** 2 * Partial(x[i], x[j]), "power rule"), NO_LEAD),
    "general base": (one(Partial(T ** x[i], x[j]), "=", T ** x[i] * log(T) * Partial(x[i], x[j]), "general base"),
                     NO_LEAD),
    "hyperbolic tangent": (
        one(Partial(tanh(x[i]), x[j]), "=", (1 - tanh(x[i]) ** 2) * Partial(x[i], x[j]), "hyperbolic tangent"),
        NO_LEAD),
    "absolute value": (
        one(Partial(Abs(x[i]), x[j]), "=", sign(x[i]) * Partial(x[i], x[j]), "absolute value"), NO_LEAD),
    "sine": (one(Partial(sin(x[i]), x[j]), "=", cos(x[i]) * Partial(x[i], x[j]), "sine"), NO_LEAD),
    "cosine": (one(Partial(cos(x[i]), x[j]), "=", -sin(x[i]) * Partial(x[i], x[j]), "cosine"), NO_LEAD),
    "error function": (
        one(Partial(erf(x[i]), x[j]), "=", 2 * exp(-(x[i] ** 2)) / sqrt(pi) * Partial(x[i], x[j]), "error function"),
        NO_LEAD),
    "power of two variables": (
        one(Partial(w[i] ** x[i], x[j]), "=",
            w[i] ** x[i] * (log(w[i]) * Partial(x[i], x[j]) + x[i] * Partial(w[i], x[j]) / w[i]),
            "power of two variables"), NO_LEAD),
    "case by case": (
        one(Partial(where(x[i] > 1, x[i] ** 2, x[i]), x[j]), "=",
            where(x[i] > 1, Partial(x[i] ** 2, x[j]), Partial(x[i], x[j])), "case by case", [nonzero(x[i] - 1)]),
        NO_LEAD),
    "case by case, all settled": (
        one(Partial(where(z[i] > 1, x[i] ** 2, x[i]), x[j]), "=",
            where(z[i] > 1, Partial(x[i] ** 2, x[j]), Partial(x[i], x[j])), "case by case, all settled"), NO_LEAD),
    "larger than a constant": (
        one(Partial(larger(x[i], 1), x[j]), "=", Compare(x[i], 1, 0, 0, Partial(x[i], x[j])), "larger than a constant",
            [nonzero(x[i] - 1)]), NO_LEAD),
    "larger value": (
        one(Partial(larger(x[i], x[k]), x[j]), "=",
            Compare(x[i], x[k], Partial(x[k], x[j]), (Partial(x[i], x[j]) + Partial(x[k], x[j])) / 2,
                    Partial(x[i], x[j])), "larger value", [nonzero(x[i] - x[k])]), NO_LEAD),
    "term by term": (one(Partial(Sum(x[k] ** 2, k), x[j]), "=", Sum(Partial(x[k] ** 2, x[j]), k), "term by term"),
                     NO_LEAD),
    "differentiate": (one(Partial(HOME.value, x[j]), "=", 2 * x[j], "differentiate"), "algebra does not make"),
    # sums and products
    "sum of zeros": (one(x[i] + Sum(Integer(0), k), "=", x[i], "sum of zeros"), NO_LEAD),
    "sum of a constant": (one(Sum(x[i], k), "=", n * x[i], "sum of a constant"), NO_LEAD),
    "sifting": (one(Sum(delta(k, j) * x[k], k), "=", x[j], "sifting"), NO_LEAD),
    "linearity": (one(Sum(x[k] + z[k], k), "=", Sum(x[k], k) + Sum(z[k], k), "linearity"), NO_LEAD),
    "common factor of a sum": (one(Sum(x[i] * z[k], k), "=", x[i] * Sum(z[k], k), "common factor of a sum"), NO_LEAD),
    "product of products": (
        one(Prod(x[k] * z[k], k), "=", Prod(x[k], k) * Prod(z[k], k), "product of products"), NO_LEAD),
    "product of exponentials": (one(Prod(exp(x[k]), k), "=", exp(Sum(x[k], k)), "product of exponentials"), NO_LEAD),
    "product of a constant": (one(Prod(r, k), "=", r**n, "product of a constant"), NO_LEAD),
    "re-index": (one(Sum(x[rho(k)] * z[rho(k)], k), "=", Sum(x[k] * z[k], k), "re-index"), "the order of their terms"),
    # exponentials and logarithms
    "exponential of a sum": (one(exp(x[i] + z[j]), "=", exp(x[i]) * exp(z[j]), "exponential of a sum"), NO_LEAD),
    "power of a sum": (one(T ** (x[i] + z[j]), "=", T ** x[i] * T ** z[j], "power of a sum"), NO_LEAD),
    "logarithm of a product": (one(log(w[i] * q[j]), "=", log(w[i]) + log(q[j]), "logarithm of a product"), NO_LEAD),
    "logarithm of a quotient": (one(log(w[i] / q[j]), "=", log(w[i]) - log(q[j]), "logarithm of a quotient"), NO_LEAD),
    "logarithm of a power": (one(log(w[i] ** x[j]), "=", x[j] * log(w[i]), "logarithm of a power"), NO_LEAD),
    "logarithms": (one(log(w[i] ** 2 * Prod(w[k], k)), "=", 2 * log(w[i]) + Sum(log(w[k]), k), "logarithms"), NO_LEAD),
    # inequalities
    "tangent line": (one(Sum(p[k] * log(w[k]), k), "<=", Sum(p[k] * (w[k] - 1), k), "tangent line"), NO_WAY),
    "strict tangent line": (
        one(log(1 + w[i]), "<", w[i], "strict tangent line"), NO_WAY),
    "squares are not negative": (
        one(w[j] - w[i] * (x[i] - x[j]) ** 2, "<=", w[j], "squares are not negative"), NO_WAY),
    "no term is negative": (one(Sum(p[k] * (1 - p[k]), k), ">=", 0, "no term is negative"), NO_WAY),
    "monotone": (one(Sum(exp(-w[k]), k), "<=", Sum(Integer(1), k), "monotone"), NO_WAY),
    "attained": (one(log(Sum(exp((x[j] - TOP) / T), j)), ">=", 0, "attained"), NO_WAY),
    "maximum": (one(x[i] - z[i], "<=", TOP - z[i], "maximum"), "do not differ by a maximum"),
    "sign": (one(x[i] * q[j], ">", 0, "sign", [positive(x[i])]), "do not settle the sign"),
    # limits
    "limit of a constant": (one(Limit(x[i], T, oo), "=", x[i], "limit of a constant"), NO_LEAD),
    "limit of a sum": (
        one(Limit(x[i] / T + exp(-T), T, oo), "=", Limit(x[i] / T, T, oo) + Limit(exp(-T), T, oo), "limit of a sum"),
        NO_LEAD),
    "limit of a finite sum": (
        one(Limit(Sum(exp(x[k] / T), k), T, oo), "=", Sum(Limit(exp(x[k] / T), T, oo), k), "limit of a finite sum"),
        NO_LEAD),
    "limit of a product": (
        one(Limit(exp(-T) * exp(x[i] / T), T, oo), "=", Limit(exp(-T), T, oo) * Limit(exp(x[i] / T), T, oo),
            "limit of a product"), NO_LEAD),
    "limit of a quotient": (
        one(Limit(exp(-T) / (w[i] + exp(-T)), T, oo), "=", Limit(exp(-T), T, oo) / Limit(w[i] + exp(-T), T, oo),
            "limit of a quotient"), NO_LEAD),
    "limit of a power": (
        one(Limit((1 + x[i] / T) ** 2, T, oo), "=", Limit(1 + x[i] / T, T, oo) ** 2, "limit of a power"), NO_LEAD),
    "continuity": (one(Limit(exp(x[i] / T), T, oo), "=", exp(Limit(x[i] / T, T, oo)), "continuity"), NO_LEAD),
    "vanishing quotient": (one(Limit(x[i] / T, T, oo), "=", 0, "vanishing quotient"), NO_LEAD),
    "vanishing exponential": (one(Limit(exp(-w[i] * T), T, oo), "=", 0, "vanishing exponential"), NO_LEAD),
    "outgrown exponential": (
        one(Limit(exp(x[i] - x[j]), x[j], oo), "=", delta(i, j), "outgrown exponential"), NO_LEAD),
    "limits": (one(Limit(1 / (1 + OTHERS), T, 0), "=", 1, "limits", [largest(x[a])]), "algebra does not make"),
    # symbols, axioms, assumptions
    "algebra": (one((x[i] ** 2 - 1) / (x[i] - 1), "=", x[i] + 1, "algebra"), "algebra does not make"),
    "definition": (one(softmax[i], "=", exp(scores[i]) / Sum(exp(scores[k]), k), "definition", about=softmax),
                   "the two lines differ when every symbol is unfolded"),
    "by its symbol": (one(exp(scores[i]) / Sum(exp(scores[k]), k), "=", softmax[i], "by its symbol", about=softmax),
                      "the two lines differ when every symbol is unfolded"),
    "choice of the constant": (
        one(exp(x[i]) / Sum(exp(x[k]), k), "=", exp(x[i] - TOP) / Sum(exp(x[m] - TOP), m), "choice of the constant"),
        NO_LEAD),
    "probabilities sum to 1": (one(x[i] * Sum(p[k], k), "=", x[i], "probabilities sum to 1"),
                               "the two lines differ where the distributions sum to 1"),
    "assumption": (one(x[i] * Sum(v[k], k), "=", 3 * x[i], "assumption", [sums_to(Sum(v[k], k), 3)]),
                   "the two lines differ by more than what is assumed"),
    "distinct indices": (one(x[i] * delta(i, j) + z[i], "=", z[i], "distinct indices", [distinct(i, j)]),
                         "do not become one where the indices are distinct"),
}  # fmt: skip
"""For each reason a proof of one line, and what is said of the same line with 1 more."""


def test_every_reason_has_a_proof_here() -> None:
    assert set(SOUND) == set(REASONS)


@pytest.mark.parametrize("reason", SOUND)
def test_a_reason_proves_what_follows_from_it(reason: str) -> None:
    given = SOUND[reason][0].claim()
    theorem = checked(given)
    assert (theorem.left, theorem.relation, theorem.right) == (given.left, given.relation, given.right)
    assert theorem.proof.steps


@pytest.mark.parametrize("reason", SOUND)
def test_a_reason_does_not_prove_one_more(reason: str) -> None:
    """The line is refused with its place, its number, its reason, why, and what it says."""
    given, why = SOUND[reason]
    (line,) = given.proof
    assert line.expression is not None
    wrong = replace(given, right=given.right + 1, proof=(replace(line, expression=line.expression + 1),)).claim()
    with pytest.raises(ProofError) as error:
        theorem_of(wrong)
    message = str(error.value)
    assert message.startswith(f"{wrong.where}: claim 'claimed', line 1 ({reason}): ")
    assert why in message
    assert "\n" not in message


@pytest.mark.parametrize("reason", sorted({*SOUND} - {"maximum"}))
def test_a_line_that_is_no_equation_does_not_pass_for_one(reason: str) -> None:
    """An inequality's reason gives no equation; a rule that gives equations gives no strict inequality."""
    given = SOUND[reason][0]
    (line,) = given.proof
    wrong = replace(given, relation="=" if given.relation != "=" else "<", proof=(replace(line, relation="="),))
    assert "engine: " in refusal(wrong.claim())


# --- lemmas ----------------------------------------------------------------------------------------------------------
MIRROR = case(1 / (1 + exp(-x[i])), "=", exp(x[i]) / (1 + exp(x[i])), by("algebra")).claim("mirror")
OUTER = case(c * Sum(z[k], k), "=", Sum(c * z[k], k), equal(Sum(c * z[k], k), "common factor of a sum")).claim("outer")
PAIR = case(x[i] * Sum(z[k], k), "=", Sum(x[i] * z[k], k), equal(Sum(x[i] * z[k], k), "algebra")).claim("pair")
DOUBLE = case(Sum(x[k], k) * Sum(z[m], m), "=", Sum(Sum(x[k] * z[m], m), k),
              equal(Sum(Sum(x[k] * z[m], m), k), "algebra")).claim("double")  # fmt: skip
CONSTANT = case(Sum(c, k), "=", n * c, by("sum of a constant")).claim("constant")
SPLIT = case(log(r * w[i]), "=", log(r) + log(w[i]), by("logarithm of a product")).claim("split")
ODDS = case(log(u / (1 - u)), "=", log(u) - log(1 - u), by("logarithm of a quotient")).claim("odds")
APART = case(delta(i, j) * x[i], "=", 0, by("distinct indices"), assuming=[distinct(i, j)]).claim("apart")
VANISHES = case(exp(c) - 1, "=", 0, by("assumption"), assuming=[sums_to(c, 0)]).claim("vanishes")
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


# --- what does not follow is refused ---------------------------------------------------------------------------------
REFUSED: dict[str, tuple[Case, str]] = {
    "a reason that is misspelt": (
        case(Sum(x[i], k), "=", n * x[i], by("sum of constant")),
        "line 1 (sum of constant): no rule is called 'sum of constant': did you mean sum of a constant"),
    "a reason that is none": (case(x[i], "=", x[j], by("xyzzy")), "no rule is called 'xyzzy': there are: absolute"),
    "a line that repeats": (
        case(x[i] * (1 + T), "=", x[i] * T + x[i], equal(x[i] + T * x[i], "algebra"), by("algebra")),
        "line 2 (algebra): the line says the same as the one before"),
    "a proof that ends elsewhere": (
        case(Sum(x[i], k), "=", n * x[j], by("sum of a constant")),
        "claim 'claimed': the proof ends in n*x[i], not in n*x[j]"),
    "< from <=": (
        case(log(w[i]), "<", w[i] - 1, at_most(w[i] - 1, "tangent line")),
        "claim 'claimed': claims <, the proof gives <="),
    "< from a line that cannot be strict": (
        case(log(w[i]), "<", w[i] - 1, less(w[i] - 1, "tangent line")), "the rule gives <=, which is not strict"),
    "= from <=": (
        case(log(w[i]), "=", w[i] - 1, at_most(w[i] - 1, "tangent line")), "claims =, the proof gives <="),
    "<= from =": (case(Sum(x[i], k), "<=", n * x[i], by("sum of a constant")), "claims <=, the proof gives ="),
    ">= from <=": (case(log(w[i]), ">=", w[i] - 1, at_most(w[i] - 1, "tangent line")), "claims >=, the proof gives <="),
    "<= and >= in one proof": (
        case(log(w[i]) - x[i] ** 2 + exp(-w[i]), "<=", w[i] - 1 - x[i] ** 2, at_most(
            w[i] - 1 - x[i] ** 2 + exp(-w[i]), "tangent line"), at_least(w[i] - 1 - x[i] ** 2, "sign")),
        "claims <=, the proof gives no relation"),
    "another derivative": (
        case(Partial(x[i] ** 2, x[j]), "=", Partial(x[i] ** 3, x[j]), by("differentiate"), equal(
            Partial(x[i] ** 3, x[j]), "differentiate")), "line 2 (differentiate): the derivatives in this line do not"),
    "up, then down": (
        case(log(w[i]) + x[i] ** 2, "<=", w[i] - 1, at_most(w[i] - 1 + x[i] ** 2, "tangent line"),
             at_least(w[i] - 1, "squares are not negative")), "claims <=, the proof gives no relation"),
    "an equation by an inequality": (
        case(log(w[i]), "<=", w[i] - 1, equal(w[i] - 1, "tangent line")), "the rule gives an inequality: log(w[i]) ="),
    "an assumption that is not made": (
        case(Sum(v[k], k), "=", 0, by("assumption")), "the claim assumes no equation"),
    "another assumption": (
        case(Sum(v[k], k), "=", 0, by("assumption"), assuming=[sums_to(Sum(z[k], k), 0)]),
        "the line says the same as the one before"),
    "distinct classes that are not assumed": (
        case(delta(i, j), "=", 0, by("distinct indices")), "do not become one where the indices are distinct"),
    "other classes that are distinct": (
        case(delta(i, j), "=", 0, equal(0, "distinct indices"), assuming=[distinct(i, k)]), "do not become one"),
    "an assumption under a derivative": (
        case(Partial(T * x[i], T), "=", Partial(x[i], T), by("assumption"), assuming=[sums_to(T, 1)]),
        "along T it need not hold: take the derivatives and limits by T first"),
    "an assumption of a vector under a derivative": (
        case(Partial(Sum(x[k], k) ** 2, x[i]), "=", 0, by("assumption"), assuming=[sums_to(Sum(x[k], k), 1)]),
        "take the derivatives and limits by x[i] first"),
    "an assumption under a limit": (
        case(Limit(x[i] / T, T, oo), "=", Limit(x[i], T, oo), equal(Limit(x[i], T, oo), "assumption"),
             assuming=[sums_to(T, 1)]), "take the derivatives and limits by T first"),
    "the axiom under a derivative": (
        case(Partial(Sum(p[k], k) * x[i], p[j]), "=", 0, by("probabilities sum to 1")),
        "take the derivatives and limits by p[j] first"),
    "no derivative": (case(x[i], "=", 1, by("differentiate")), "there is no derivative in the line before"),
    "no limit": (case(x[i], "=", 1, by("limits")), "there is no limit in the line before"),
    "no symbol": (case(x[i], "=", 1, by("definition")), "there is no symbol to unfold in the line before"),
    "nothing to fold": (case(x[i], "=", 1, by("by its symbol")), "nothing in the line before has a symbol"),
    "no distribution": (
        case(Sum(x[k], k), "=", 1, by("probabilities sum to 1")), "no sum over a distribution stands in either line"),
    "a rule that fits nowhere": (
        case(x[i], "=", 1, by("sifting")), "line 1 (sifting): the rule fits nowhere in the line before"),
    "a rule that is not what does it": (
        case(x[i] * (x[j] + 1), "=", x[i] * x[j] + x[i], equal(x[i] * x[j] + x[i], "sifting")),
        "the rule fits neither in this line nor in the one before"),
    "a maximum of nothing": (case(x[i], "<=", TOP, by("maximum")), "say which: at_most(..., 'maximum')"),
    "an unmet condition, in the second line": (
        case(Sum(2 * x[k], k), ">=", 0, equal(2 * Sum(x[k], k), "common factor of a sum"),
             at_least(0, "no term is negative")),
        "line 2 (no term is negative): it takes x[k] >= 0, which neither the domains of the inputs nor what is "
        "assumed settle: let the claim assume it (assuming=...)"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_proof_that_does_not_hold_is_refused_in_one_line(why: str) -> None:
    given, message = REFUSED[why]
    claim = given.claim()
    with pytest.raises(ProofError) as error:
        theorem_of(claim)
    assert str(error.value).startswith(f"{claim.where}: claim 'claimed'")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


# --- what is owed ----------------------------------------------------------------------------------------------------
STRICT = "strict tangent line"
OWED: dict[str, Case] = {
    "an assumption": one(x[i] * log(w[i]), "<=", x[i] * (w[i] - 1), "tangent line", [positive(x[i])]),
    "an assumption of every class": one(
        Sum(x[k] * log(w[k]), k), "<=", Sum(x[k] * (w[k] - 1), k), "tangent line", [positive(x[m])]),
    "a product of what is assumed": one(
        x[i] * T * (2 - s) * log(w[i]), "<=", x[i] * T * (2 - s) * (w[i] - 1), "tangent line",
        [positive(x[i]), positive(2 - s)]),
    "a quotient of what is assumed": one(
        log(w[i]) / (s - 2), "<=", (w[i] - 1) / (s - 2), "tangent line", [positive(s - 2)]),
    "minus what is assumed": one(
        -T * (s - 2) * log(w[i]), ">=", -T * (s - 2) * (w[i] - 1), "tangent line", [positive(s - 2)]),
    "what is left of a probability": one(
        (1 - p[i]) * log(w[i]), "<=", (1 - p[i]) * (w[i] - 1), "tangent line"),
    "all classes but one": one(
        Sum((1 - delta(k, i)) * log(w[k]), k), "<=", Sum((1 - delta(k, i)) * (w[k] - 1), k), "tangent line"),
    "the gap to the maximum": one(
        (TOP - x[i]) * log(w[i]), "<=", (TOP - x[i]) * (w[i] - 1), "tangent line"),
    "a probability that may be 0, not strictly": one(
        p[i] * log(w[i]), "<=", p[i] * (w[i] - 1), "tangent line"),
    "apart from where it touches, by assumption": one(log(w[i]), "<", w[i] - 1, STRICT, [nonzero(w[i] - 1)]),
    "the same the other way round": one(log(w[i]), "<", w[i] - 1, STRICT, [positive(1 - w[i])]),
    "apart from where it touches, by the domain": one(log(q[i]), "<", q[i] - 1, STRICT),
    "the left side has a logarithm": one(
        log((4 - x[i]) ** 3) * log(4 - x[i]), "=", 3 * log(4 - x[i]) ** 2, "logarithm of a power"),
    "and under a sum": one(
        Sum(log(x[k]) * log(x[k] ** 3), k), "=", 3 * Sum(log(x[k]) ** 2, k), "logarithm of a power"),
    "the left side has a power": one(
        (4 - x[i]) ** T * (4 - x[i]) ** s, "=", (4 - x[i]) ** (T + s), "power of a sum"),
    "the largest component": one(
        Limit((1 - delta(k, a)) * exp(3 * w[k] * (x[k] - x[a]) / T), T, 0), "=", 0, "limits", [largest(x[a])]),
    "a maximum that is 0 by its form": one(Sum(exp(T * (x[m] * z[m] - Max(x[k] * z[k], k))), m), ">=", 1, "attained"),
}  # fmt: skip
"""Lines that owe a condition, and where it comes from."""


@pytest.mark.parametrize("source", OWED)
def test_what_is_owed_may_come_from_the_domains_the_assumptions_and_the_left_side(source: str) -> None:
    given = OWED[source]
    checked(given.claim())
    assert holds(given.left, given.relation, given.right, given.assuming) is True


@pytest.mark.parametrize("source", [source for source in OWED if OWED[source].assuming])
def test_without_the_assumption_it_is_refused(source: str) -> None:
    assert "which neither the domains of the inputs nor" in refusal(replace(OWED[source], assuming=()).claim())


# --- what is false is not proved -------------------------------------------------------------------------------------
ALGEBRA = "algebra does not make this line"
OWES = "which neither the domains of the inputs nor what is assumed settle"

FALSE: dict[str, tuple[Case, str, str]] = {
    # divisions, roots, logarithms
    "cancelled under a sum": (one(Sum(x[k] * z[k], k) / Sum(x[k], k), "=", Sum(z[k], k), "algebra"), "engine", ALGEBRA),
    "the quotient of sums": (one(Sum(x[k], k) / Sum(w[k], k), "=", Sum(x[k] / w[k], k), "algebra"), "engine", ALGEBRA),
    "the root of a square": (one(z[j] + sqrt(x[i] ** 2), "=", z[j] + x[i], "algebra"), "engine", ALGEBRA),
    "the absolute value": (one(Abs(x[i] * x[j]), "=", x[i] * x[j], "algebra"), "engine", ALGEBRA),
    "|x| = x through logarithms": (
        case(exp(s * log(x[i] ** 2) + z[i]), "=", exp(2 * s * log(x[i]) + z[i]),
             equal(exp(2 * s * log(x[i]) + z[i]), "logarithm of a power")), "engine", "takes x[i] > 0, " + OWES),
    "the logarithm of a negative product": (
        one(log(x[i] * z[i]), "=", log(x[i]) + log(z[i]), "logarithm of a product"), "engine", OWES),
    "the logarithm of a square": (one(log(x[i] ** 2), "=", 2 * log(x[i]), "logarithm of a power"), "engine", OWES),
    "the logarithm of a square that is tried on one side only": (
        one(log((4 - x[i]) ** 2), "=", 2 * log(4 - x[i]), "logarithm of a power"), "engine", OWES),
    "the logarithm of a sum": (one(log(w[i] + w[j]), "=", log(w[i]) + log(w[j]), "logarithms"), "engine", NO_LEAD),
    # sums, products, maxima
    "the product of sums": (one(Sum(x[k], k) * Sum(z[k], k), "=", Sum(x[k] * z[k], k), "algebra"), "engine", ALGEBRA),
    "sum and product exchanged": (
        one(Sum(Prod(x[k] * z[m], m), k), "=", Prod(Sum(x[k] * z[m], k), m), "algebra"), "engine", ALGEBRA),
    "a bound index caught": (one(x[i] * Sum(z[k], k), "=", Sum(x[k] * z[k], k), "common factor of a sum"), "engine",
                             NO_LEAD),
    "a sum without its number": (one(Sum(x[i], k), "=", x[i], "sum of a constant"), "engine", NO_LEAD),
    "a sum by another index": (one(Sum(x[k] * z[i], k), "=", Sum(x[i] * z[k], k), "algebra"), "engine", ALGEBRA),
    "the maximum of a sum": (one(Max(x[k] + z[k], k), "=", TOP + Max(z[k], k), "algebra"), "engine", ALGEBRA),
    "a minimum": (one(Max(-x[k], k), "=", -TOP, "algebra"), "engine", ALGEBRA),
    "the slope of a maximum": (one(Partial(TOP, x[i]), "=", 0, "differentiate"), "engine", "no rule differentiates"),
    "one permuted of two": (one(Sum(x[rho(k)] * z[k], k), "=", Sum(x[k] * z[k], k), "re-index"), "engine", "order of"),
    "a permuted class": (one(x[rho(i)], "=", x[i], "re-index"), "engine", "order of their terms"),
    # deltas
    "a delta that may be 1": (one(delta(i, j), "=", 0, "distinct indices"), "engine", "do not become one"),
    "a delta under a sum": (
        one(Sum(delta(i, k) * x[k], k), "=", 0, "distinct indices", [distinct(i, j)]), "engine", "do not become one"),
    "a delta in an exponent": (one(x[i] ** delta(i, j), "=", x[i] * delta(i, j), "algebra"), "engine", ALGEBRA),
    # signs and inequalities
    "an odd power": (one(x[i] ** 3, ">=", 0, "sign"), "engine", "do not settle the sign"),
    "a probability that may be 0": (one(p[i], ">", 0, "sign"), "engine", "do not settle the sign"),
    "all probabilities but one": (one(1 - p[i], ">", 0, "sign"), "engine", "do not settle the sign"),
    "a root that may not be": (one(sqrt(x[i]) - 1, ">=", 0, "sign"), "engine", "do not settle the sign"),
    "one of two is assumed positive": (one(x[i] * x[j], ">", 0, "sign", [positive(x[i])]), "engine", "do not settle"),
    "a sum of what may be negative": (
        one(Sum(x[k], k), ">=", 0, "no term is negative"), "engine", OWES),
    "a sum that is positive where it is tried": (
        one(Sum(4 - x[k], k), ">=", 0, "no term is negative"), "engine", "takes 4 - x[k] >= 0, " + OWES),
    "a factor of unknown sign": (
        one(x[i] * log(w[i]), "<=", x[i] * (w[i] - 1), "tangent line"), "engine", "takes x[i] >= 0, " + OWES),
    "a factor that is positive where it is tried": (
        one((4 - x[i]) * log(w[i]), "<=", (4 - x[i]) * (w[i] - 1), "tangent line"), "engine", OWES),
    "a factor that may be 0, strictly": (
        one(p[i] * log(1 + w[i]), "<", p[i] * w[i], "strict tangent line"), "engine", "takes p[i] > 0, " + OWES),
    "a square that may be 0, strictly": (
        one(x[i] ** 2 * log(1 + w[i]), "<", x[i] ** 2 * w[i], "strict tangent line"), "engine", OWES),
    "where the tangent touches": (
        one(log(w[i]), "<", w[i] - 1, "strict tangent line"), "engine", "takes w[i] - 1 != 0, " + OWES),
    "a weakened sum with a sign": (
        one(-Sum(log(w[k]), k), "<=", -Sum(w[k] - 1, k), "tangent line"), "engine", NO_WAY),
    "a weakened exponent with a sign": (
        one(exp(-log(w[i]) * T), "<=", exp(-(w[i] - 1) * T), "tangent line"), "engine", "does not"),
    "a weakened denominator": (one(1 / (1 + x[i] ** 2), ">=", 1, "squares are not negative"), "engine", NO_WAY),
    "a weakened square": (one((x[i] ** 2 - 2) ** 2, ">=", 4, "squares are not negative"), "engine", "does not make"),
    "a weakened absolute value": (one(Abs(x[i] ** 2 - 2), ">=", 2, "squares are not negative"), "engine", NO_WAY),
    "a logarithm that is left without a value": (
        one(log(x[i] ** 2 + s), ">=", log(s), "squares are not negative"), "engine", "takes s > 0, " + OWES),
    "an exponent that may be positive": (
        one(exp(x[i]), "<=", 1, "monotone"), "engine", OWES),
    "an exponent that is negative where it is tried": (
        one(exp(x[i] - 4), "<=", 1, "monotone"), "engine", "takes 4 - x[i] >= 0, " + OWES),
    "an exponent with a factor of unknown sign": (
        one(exp(s * (x[i] - TOP)), "<=", 1, "monotone"), "engine", OWES),
    "the concave logarithm, turned round": (
        one(log(Sum(w[k], k)), "<=", Sum(log(w[k]), k), "tangent line"), "engine", NO_WAY),
    "a product for a sum that is assumed": (
        one(Prod(x[k], k), "=", 1, "assumption", [sums_to(Sum(x[k], k), 1)]), "engine", "more than what is assumed"),
    "a component for a sum that is assumed": (
        one(x[i], "=", z[i], "assumption", [sums_to(Sum(x[k], k), 0), sums_to(Sum(z[k], k), 0)]), "engine",
        "more than what is assumed"),
    "a maximum that is not 0": (one(Sum(exp(x[k]), k), ">=", 1, "attained"), "engine", OWES),
    "a maximum that is 0 where it is tried": (
        one(Sum(exp(4 - x[k] - Abs(4 - x[k])), k), ">=", 1, "attained"), "engine", OWES),
    "another maximum": (
        one(Sum(exp(x[k] + z[k] - TOP - Max(z[m], m)), k), ">=", 1, "attained"), "engine", OWES),
    "above the maximum": (one(x[i], ">=", TOP, "maximum"), "engine", "do not differ by a maximum"),
    "minus the maximum": (one(-x[i], "<=", -TOP, "maximum"), "engine", "do not differ by a maximum"),
    "the maximum of another vector": (one(x[i], "<=", Max(z[k], k), "maximum"), "engine", "do not differ by a maximum"),
    "the maximum times something": (one(x[i] * z[j], "<=", TOP * z[j], "maximum"), "engine", "do not differ"),
    # distributions and assumptions
    "a vector that is no distribution": (
        one(Sum(w[k], k), "=", 1, "probabilities sum to 1"), "engine", "no sum over a distribution"),
    "some of the probabilities": (
        one(Sum((1 - delta(i, k)) * p[k], k), "=", 1, "probabilities sum to 1"), "engine", "lines differ where the"),
    "weighted probabilities": (
        one(Sum(x[k] * p[k], k), "=", x[i], "probabilities sum to 1"), "engine", "no sum over a distribution"),
    "the slope of a sum that is 1": (
        one(Partial(Sum(p[k], k), p[j]), "=", 0, "probabilities sum to 1"),
        "engine", "along p[j] it need not hold: Partial(Sum(p[k], k), p[j]) = 0: take the derivatives"
        " and limits by p[j] first"),
    "the slope of what is assumed to be 1": (
        one(Partial(x[i], x[j]), "=", 0, "assumption", [sums_to(x[i], 1)]),
        "engine", "along x[j] it need not hold: Partial(x[i], x[j]) = 0: take the derivatives"
        " and limits by x[j] first"),
    # limits
    "0 times infinity": (one(Limit(exp(-T) * T, T, oo), "=", 1, "limits"), "engine", "no rule takes the limit of T"),
    "infinity times 0, the other way round": (
        one(Limit(exp(-T) * (1 + exp(T)), T, oo), "=", 0, "limits"), "engine", "no rule takes the limit of exp(T)"),
    "0 times infinity, one rule after the other": (
        case(Limit(exp(-T) * (exp(T) + 1), T, oo), "=", 0, by("limit of a product"), by("vanishing exponential")),
        "engine", "line 2 (vanishing exponential): the limit of exp(T) + 1 is not taken, and may not exist"),
    "0 times what has a limit only where it is tried": (
        case(Limit(exp(-T) * (1 + exp(T * RATE)), T, oo), "=", 0, by("limit of a product"),
             by("vanishing exponential")), "engine", "is not taken, and may not exist"),
    "an assumption that ends before the limit": (
        one(Limit(log((4 - x[i]) ** 2) / x[i], x[i], oo), "=", Limit(2 * log(4 - x[i]) / x[i], x[i], oo),
            "logarithm of a power", [positive(4 - x[i])]), "engine", "takes 4 - x[i] > 0, " + OWES),
    "a bounded factor": (one(Limit(tanh(T) / T + tanh(T), T, oo), "=", 0, "limits"), "engine", "no rule takes"),
    "a denominator that vanishes": (
        one(Limit(1 / exp(-T), T, oo), "=", 0, "limits"), "engine", "no rule takes the limit"),
    "0 over 0": (
        one(Limit(exp(-2 * T) / (exp(-T) + exp(-3 * T)), T, oo), "=", 1, "limits"), "engine", "algebra does not make"),
    "a reciprocal towards 0": (one(Limit(1 / T, T, 0), "=", 0, "limits"), "engine", "no rule takes the limit of"),
    "an exponent of unknown sign": (one(Limit(exp(x[i] * T), T, oo), "=", 0, "limits"), "engine", "no rule takes"),
    "an exponent that may be 0": (one(Limit(exp(-p[i] * T), T, oo), "=", 0, "limits"), "engine", "no rule takes"),
    "a rate that is negative where it is tried": (
        one(Limit(exp((x[i] - 4) * T), T, oo), "=", 0, "limits"), "engine", "no rule takes"),
    "the limit of another class": (
        one(Limit(exp(x[i]), x[j], -oo), "=", 0, "limits"), "engine", "algebra does not make"),
    "the classes apart, not the largest": (
        one(Limit((1 - delta(k, a)) * exp((x[k] - x[a]) / T), T, 0), "=", 0, "limits"), "engine", OWES),
    "the classes apart, of another vector": (
        one(Limit((1 - delta(k, a)) * exp((z[k] - z[a]) / T), T, 0), "=", 0, "limits", [largest(x[a])]),
        "engine", OWES),
    "the classes apart, with a factor": (
        one(Limit((1 - delta(k, a)) * exp((2 * x[k] - x[a]) / T), T, 0), "=", 0, "limits", [largest(x[a])]),
        "engine", OWES),
    "the classes apart, where they are tried": (
        one(Limit((1 - delta(k, a)) * exp((x[k] - x[a] - 10) / T), T, 0), "=", 0, "limits"), "engine", OWES),
}  # fmt: skip
"""False statements, each with the best proof that was found; who refuses it, and what is said."""


@pytest.mark.parametrize("statement", FALSE)
def test_what_is_false_is_not_proved(statement: str) -> None:
    given, who, why = FALSE[statement]
    message = refusal(given.claim())
    assert message.startswith(f"{who}: ") and why in message


GROWS = Limit(exp(T * RATE), T, oo)
"""Without a limit wherever x_i > 4."""
HIDDEN: dict[str, Case] = {
    "by a factor 0": one(delta(i, j) * GROWS, "=", 0, "distinct indices", [distinct(i, j)]),
    "by a factor 0, in the line that comes": one(Integer(0), "=", delta(i, j) * GROWS, "distinct indices",
                                                 [distinct(i, j)]),
    "by a factor 0 that is assumed": one(s * GROWS, "=", 0, "assumption", [sums_to(s, 0)]),
    "by a factor 0 that a lemma gives": one((exp(c) - 1) * GROWS, "=", 0, VANISHES, [sums_to(c, 0)]),
    "by a factor 0 at every class": one(Sum(delta(k, j) * (x[k] - x[j]) * GROWS, k), "=", 0, "sifting"),
    "by a factor 0 of algebra": one(Sum(delta(k, j) * (x[k] - x[j]) * GROWS, k), "=", 0, "algebra"),
    "by what cancels it": one((1 + GROWS) * (1 - GROWS) - 1 + GROWS**2, "=", 0, "algebra"),
    "by what it is divided by": one((x[k] * GROWS + GROWS) / (1 + x[k]) / GROWS, "=", 1, "algebra"),
    "by what cancels it, in the end": case(
        Limit(x[i], T, oo), "=", x[i] + (1 + GROWS) * (1 - GROWS) - 1 + GROWS**2, by("limit of a constant")),
    "by what cancels it, after all limits": one(
        Limit(x[i], T, oo), "=", x[i] + (1 + GROWS) * (1 - GROWS) - 1 + GROWS**2, "limits"),
    "by what cancels it, after a rule": one(
        Limit(x[i], T, oo), "=", x[i] + (1 + GROWS) * (1 - GROWS) - 1 + GROWS**2, "limit of a constant"),
    "by a sign": one(exp(GROWS), ">", 0, "sign"),
    "by a square": one(GROWS**2, ">=", 0, "squares are not negative"),
    "by a bound": one(exp(-(GROWS**2)), "<=", 1, "monotone"),
}  # fmt: skip
"""Numbers do not always see it: what has no limit has no value, whatever is beside it."""


@pytest.mark.parametrize("way", HIDDEN)
def test_no_limit_is_hidden(way: str) -> None:
    message = refusal(HIDDEN[way].claim())
    assert message.startswith("engine: ")
    assert "the limit of exp(T*(Abs(x[" in message and "is not taken, and may not exist" in message


# --- plain numbers ---------------------------------------------------------------------------------------------------
class NoValue(Exception):
    """A logarithm or a root of what is negative, a class that is none."""


Point = Mapping[Any, Any]
"""Values by name: a list for a vector or a permutation, a class from 0 for an index, a number for a scalar."""

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    exp: mpmath.exp, tanh: mpmath.tanh, Abs: abs, sympy.sign: mpmath.sign, sin: mpmath.sin, cos: mpmath.cos,
    erf: mpmath.erf, sympy.Max: max, Compare: lambda f, g, *values: values[(f > g) - (f < g) + 1],
    log: lambda at: mpmath.log(at) if at > 0 else _no_value(),
}  # fmt: skip


def _no_value() -> Any:
    raise NoValue


def value(expression: Any, at: Point) -> Any:
    """What an expression is worth, by nothing but loops over the classes, differences and far points."""
    inner = unfold(expression)
    if isinstance(inner, Binder):
        body, index = inner.open()
        terms = [value(body, {**at, index: place}) for place in range(at["n"])]
        return {"Sum": mpmath.fsum, "Prod": mpmath.fprod, "Max": max}[type(inner).__name__](terms)
    if isinstance(inner, Component):
        return at[inner.vector.name][_class(inner.index, at)]
    if isinstance(inner, KroneckerDelta):
        return mpmath.mpf(_class(inner.args[0], at) == _class(inner.args[1], at))
    if isinstance(inner, Partial):
        ahead, behind = (value(inner.body, _moved(at, inner.by, step)) for step in (STEP, -STEP))
        return (ahead - behind) / (2 * STEP)
    if isinstance(inner, Limit):
        far = {oo: FAR, -oo: -FAR, Integer(0): 1 / FAR}[inner.to]
        return value(inner.body, _moved(at, inner.variable, far - value(inner.variable, at)))
    if isinstance(inner, Symbol):
        return at[inner.name]
    if inner.is_number:
        return mpmath.mpf(sympy.N(inner, 40))
    parts = [value(part, at) for part in inner.args]
    if isinstance(inner, (Add, Mul)):
        return mpmath.fsum(parts) if isinstance(inner, Add) else mpmath.fprod(parts)
    if isinstance(inner, Pow):
        base, power = parts
        if base < 0 and not inner.exp.is_integer:
            raise NoValue
        return base**power
    return FUNCTIONS[inner.func](*parts)


STEP, FAR = mpmath.mpf(10) ** -12, mpmath.mpf(10) ** 12


def _class(index: Any, at: Point) -> int:
    if isinstance(index, Image):
        return int(at[index.permutation.name][_class(index.index, at)])
    if not isinstance(index, Symbol):
        raise NoValue
    return int(at[index] if index in at else at[index.name])


def _moved(at: Point, by: Any, step: Any) -> Point:
    """The point with one input a step away."""
    if isinstance(by, Symbol):
        return {**at, by.name: at[by.name] + step}
    name, steps = by.vector.name, [mpmath.mpf(0)] * at["n"]
    if isinstance(by, Along):
        steps = [step * slope for slope in at[by.direction.name]]
    else:
        steps[_class(by.index, at)] = step
    return {**at, name: [old + far for old, far in zip(at[name], steps, strict=True)]}


DRAWN: dict[str, Callable[[random.Random], float]] = {
    "real": lambda dice: dice.choice((dice.uniform(-30, 30), dice.uniform(-1, 1), 0.0, 1.0)),
    "positive": lambda dice: dice.choice((dice.uniform(0.1, 9), 1.0)),
    "unit": lambda dice: dice.uniform(0.01, 0.99),
    "closed_unit": lambda dice: dice.choice((dice.random(), 0.0, 1.0)),
    "probability": lambda dice: dice.choice((dice.random(), dice.random(), 0.0)),
}


def points(expressions: Any, assuming: Any, most: int) -> Iterator[Point]:
    """Anywhere in the domains, far from 0 and at ties and ends too, as far as what is assumed holds there."""
    whole = sympy.Tuple(*map(unfold, expressions), *(unfold(part) for a in assuming for part in a.subject))
    vectors = {c.vector for c in whole.atoms(Component)} | whole.atoms(Vector)
    named = set().union(*(unfold(expression).free_symbols for expression in expressions))
    symbols = {s for s in whole.free_symbols if isinstance(s, Symbol) and not isinstance(s, (BoundIndex, Dummy))}
    symbols = {s for s in symbols if s in named or not s.is_integer}
    dice = random.Random(str(whole))
    for _ in range(10 * most):
        classes = dice.choice((1, 2, 3, 4, 6))
        at: dict[Any, Any] = {"n": classes}
        for vector_ in sorted(vectors, key=str):
            at[vector_.name] = [mpmath.mpf(DRAWN[vector_.domain](dice)) for _ in range(classes)]
            if vector_.domain == "probability":
                at[vector_.name] = _scaled(at[vector_.name], 1)
        for symbol in sorted(symbols - {n}, key=str):
            kind = getattr(symbol, "domain", "positive" if symbol.is_positive else "real")
            at[symbol.name] = dice.randrange(classes) if symbol.is_integer else mpmath.mpf(DRAWN[kind](dice))
        for order in sorted(whole.atoms(Permutation), key=str):
            at[order.name] = dice.sample(range(classes), classes)
        for assumed in assuming:
            at = _arranged(at, assumed)
        if all(_is_met(assumed, at) for assumed in assuming):
            most -= 1
            yield at
        if not most:
            return


def _scaled(numbers: Any, total: Any) -> Any:
    return [number * total / (sum(numbers) or 1) for number in numbers] if sum(numbers) else [
        mpmath.mpf(total) / len(numbers) for _ in numbers]  # fmt: skip


def _arranged(at: dict[Any, Any], assumed: Any) -> dict[Any, Any]:
    """The point moved to where an equation holds, if that is easily done."""
    if assumed.kind != "sums_to":
        return at
    left, right = assumed.subject
    if isinstance(left, Symbol):
        return {**at, left.name: value(right, at)}
    if isinstance(left, Component):
        places = [at[left.index.name]] if left.index.name in at else range(at["n"])
        kept = list(at[left.vector.name])
        for place in places:
            kept[place] = value(right, {**at, left.index: place})
        return {**at, left.vector.name: kept}
    if isinstance(left, Sum) and isinstance(left.body, Component):
        vector_ = left.body.vector
        numbers, total = at[vector_.name], value(right, at)
        moved = _scaled(numbers, total) if total else [number - sum(numbers) / len(numbers) for number in numbers]
        return {**at, vector_.name: moved}
    return at


def _is_met(assumed: Any, at: Point) -> bool:
    """An index that nothing else names runs through all classes."""
    free = set().union(*(part.free_symbols for part in assumed.subject))
    running = sorted({s for s in free if isinstance(s, Symbol) and s.is_integer and s.name not in at}, key=str)
    ways = product(range(at["n"]), repeat=len(running))
    return all(_is_met_at(assumed, {**at, **{s.name: k for s, k in zip(running, way, strict=True)}}) for way in ways)


def _is_met_at(assumed: Any, at: Point) -> bool:
    parts = assumed.subject
    if assumed.kind == "distinct":
        return _class(parts[0], at) != _class(parts[1], at)
    if assumed.kind == "largest":
        here, numbers = value(parts[0], at), at[parts[0].vector.name]
        return all(number < here for place, number in enumerate(numbers) if place != at[parts[0].index.name])
    if assumed.kind == "sums_to":
        return bool(abs(value(parts[0], at) - value(parts[1], at)) < 1e-9)
    return bool(value(parts[0], at) > 0 if assumed.kind == "positive" else value(parts[0], at) != 0)


def holds(left: Any, relation: str, right: Any, assuming: Any = (), within: Any = (), most: int = 40) -> bool | None:
    """Whether it is true at every point where the left side has a value; ``None``: there is none.

    Where the right side divides by 0, nothing is said.  ``within``: all lines of the proof, which may name an index.
    """
    found: bool | None = None
    with mpmath.workdps(40):
        for at in points((left, right, *within), assuming, most):
            try:
                one_side = value(left, at)
            except (NoValue, ZeroDivisionError):
                continue
            try:
                gap = value(right, at) - one_side
            except NoValue:
                return False
            except ZeroDivisionError:
                continue
            close = 1e-6 * max(1, abs(one_side))
            found = {"=": abs(gap) < close, "<=": gap > -close, ">=": gap < close, "<": gap > 0, ">": gap < 0}[relation]
            if not found:
                return False
    return found


@pytest.mark.parametrize("statement", FALSE)
def test_numbers_find_what_is_false(statement: str) -> None:
    """The statements above are false indeed: somewhere in the domains the right side has no value or a wrong one."""
    given = FALSE[statement][0]
    assert holds(given.left, given.relation, given.right, given.assuming, most=400) is not True


@pytest.mark.parametrize("reason", SOUND)
def test_numbers_agree_with_what_is_proved(reason: str) -> None:
    """The judge of these tests is no mere nay-sayer."""
    given = SOUND[reason][0]
    assert holds(given.left, given.relation, given.right, given.assuming) is True


# --- the catalogue, with one line changed ----------------------------------------------------------------------------
CLAIMS = [item for formula in load_catalogue() for item in formula.theory if isinstance(item, Claim)]


def turned(line: Line) -> Line | None:
    other = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}.get(line.relation)
    return replace(line, relation=other) if other else None


def exchanged(line: Line) -> Line | None:
    """One index in the place of another."""
    assert line.expression is not None
    found = {s for s in line.expression.free_symbols if isinstance(s, Symbol) and s.is_integer}
    free = {s for s in found if s != n and not isinstance(s, Label)}
    if not free:
        return None
    spare = next(letter for letter in indices("a b i j k") if letter not in free)
    return replace(line, expression=substitute(line.expression, {min(free, key=str): spare}))


CHANGES: dict[str, Callable[[Line], Line | None]] = {
    "a sign": lambda line: replace(line, expression=-line.expression),
    "a factor 2": lambda line: replace(line, expression=2 * line.expression),
    "one more": lambda line: replace(line, expression=1 + line.expression),
    "another index": exchanged,
    "the other way round": turned,
}


def mutants() -> list[tuple[str, Claim, int, Claim]]:
    """Eleven of each kind of change: the claim, the line that is changed, and the claim with it."""
    found = []
    for kind, change in CHANGES.items():
        dice = random.Random(kind)
        lines = [(claim, place) for claim in CLAIMS for place, line in enumerate(claim.proof)
                 if line.expression is not None]  # fmt: skip
        changed = []
        for claim, place in dice.sample(lines, len(lines)):
            other = change(claim.proof[place])
            if other not in (None, claim.proof[place]):
                proof = (*claim.proof[:place], other, *claim.proof[place + 1 :])
                changed.append((kind, claim, place, replace(claim, proof=proof)))
        found += changed[:11]
    return found


MUTANTS = mutants()


def test_the_catalogue_has_enough_lines_to_change() -> None:
    assert len(MUTANTS) >= 50


@pytest.mark.parametrize(
    ("kind", "claim", "place", "mutant"),
    MUTANTS,
    ids=[f"{kind}-{claim.about.name}.{claim.name}.{place + 1}" for kind, claim, place, _ in MUTANTS],
)
def test_a_changed_line_is_refused(kind: str, claim: Claim, place: int, mutant: Claim) -> None:
    """Unless what it says is true all the same, by plain numbers."""
    try:
        theorem = checked(mutant)
    except (ProofError, StepError) as error:
        assert "\n" not in str(error)
        assert str(error).startswith((f"{claim.where}: claim {claim.name!r}", f"{claim.about.where}: "))
        return
    lines = [side for step in theorem.proof.steps for side in (step.before, step.after)]
    for step in theorem.proof.steps:
        assert holds(step.before, step.relation, step.after, claim.assuming, lines) is True, step


# --- names -----------------------------------------------------------------------------------------------------------
def named(formula: Formula, *items: Claim | Witness) -> Formula:
    """The formula with what is claimed of it, as the catalogue puts it there."""
    return replace(formula, theory=items)


def test_a_claim_is_not_called_like_a_theorem_that_the_engine_finds() -> None:
    for name in ("shift", "choice", "exponents"):
        clash = one(Sum(x[i], k), "=", n * x[i], "sum of a constant", about=softmax).claim(name)
        with pytest.raises(DeriveError) as error:
            derive_formula(named(softmax, clash))
        found = f"derive proves one of that name of the formula at {softmax.where}"
        assert str(error.value) == f"{clash.where}: claim {name!r}: {found}: rename it"


def test_two_claims_about_a_formula_do_not_share_a_name() -> None:
    first = one(Sum(x[i], k), "=", n * x[i], "sum of a constant").claim("twice")
    second = Witness("twice", HOME, x[i], "<", 2, {x: (1,), i: 1})
    with pytest.raises(DeriveError) as error:
        derive_formula(named(HOME, first, second))
    assert str(error.value) == (
        f"{second.where}: witness 'twice': another claim of home is called so, at {first.where}: rename it"
    )


def test_different_names_are_no_clash() -> None:
    first = one(Sum(x[i], k), "=", n * x[i], "sum of a constant").claim("once")
    assert [theorem.name for theorem in derive_formula(named(HOME, first)).theorems] == ["once"]
