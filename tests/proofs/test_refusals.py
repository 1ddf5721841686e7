"""What does not follow is refused in one line; what a line owes has to come from somewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.language import (
    Limit,
    Max,
    Partial,
    Sum,
    at_least,
    at_most,
    by,
    distinct,
    equal,
    exp,
    largest,
    less,
    log,
    n,
    nonzero,
    oo,
    positive,
    sums_to,
)
from derive.proofs import theorem_of
from derive.proofs.theorems import ProofError
from tests.proofs.claims import TOP, Case, T, a, case, checked, delta, i, j, k, m, one, p, q, refusal, s, v, w, x, z
from tests.proofs.plain_numbers import holds

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
