"""Each reason that a line of a proof may give proves what follows from it, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer

from derive.formulas.softmax import softmax
from derive.formulas.softmax import x as scores
from derive.language import (
    Abs,
    Limit,
    Partial,
    Prod,
    Sum,
    cos,
    distinct,
    erf,
    erfc,
    exp,
    larger,
    largest,
    log,
    n,
    nonzero,
    oo,
    pi,
    positive,
    sign,
    sin,
    sqrt,
    sums_to,
    tanh,
    where,
)
from derive.language.choices import Compare
from derive.language.components import Along
from derive.language.nodes import TopIndex
from derive.proofs import theorem_of
from derive.proofs.reasons import REASONS
from derive.proofs.theorems import ProofError
from tests.proofs.claims import (
    HOME,
    NO_LEAD,
    NO_WAY,
    TOP,
    Case,
    T,
    a,
    checked,
    delta,
    i,
    j,
    k,
    m,
    one,
    p,
    q,
    r,
    refusal,
    rho,
    v,
    w,
    x,
    z,
)
from tests.proofs.plain_numbers import holds

OTHERS = Sum((1 - delta(k, a)) * exp((x[k] - x[a]) / T), k)

# --- what follows is proved ------------------------------------------------------------------------------------------


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
    "reciprocal rule": (
        one(Partial(1 / w[k], w[j]), "=", -Partial(w[k], w[j]) / w[k] ** 2, "reciprocal rule"), NO_LEAD),
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
    "derivative of the sign": (
        one(Partial(sign(x[i]), x[j]), "=", Integer(0), "derivative of the sign", [nonzero(x[i])]), NO_LEAD),
    "sine": (one(Partial(sin(x[i]), x[j]), "=", cos(x[i]) * Partial(x[i], x[j]), "sine"), NO_LEAD),
    "cosine": (one(Partial(cos(x[i]), x[j]), "=", -sin(x[i]) * Partial(x[i], x[j]), "cosine"), NO_LEAD),
    "error function": (
        one(Partial(erf(x[i]), x[j]), "=", 2 * exp(-(x[i] ** 2)) / sqrt(pi) * Partial(x[i], x[j]), "error function"),
        NO_LEAD),
    "complementary error function": (
        one(Partial(erfc(x[i]), x[j]), "=", -2 * exp(-(x[i] ** 2)) / sqrt(pi) * Partial(x[i], x[j]),
            "complementary error function"),
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
    "largest over the classes": (
        one(x[i] * Partial(TOP, x[j]), "=", x[i] * Partial(x[TopIndex(TOP)], x[j]), "largest over the classes",
            [largest(x[i])]), NO_LEAD),
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


# --- plain numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", SOUND)
def test_numbers_agree_with_what_is_proved(reason: str) -> None:
    """The judge of these tests is no mere nay-sayer."""
    given = SOUND[reason][0]
    assert holds(given.left, given.relation, given.right, given.assuming) is True
