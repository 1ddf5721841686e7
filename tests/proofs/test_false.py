"""What is false is not proved, whatever proof is tried, and no limit is hidden."""

from __future__ import annotations

import pytest
from sympy import Integer

from derive.language import (
    Abs,
    Limit,
    Max,
    Partial,
    Prod,
    Sum,
    by,
    distinct,
    equal,
    exp,
    largest,
    log,
    oo,
    positive,
    sqrt,
    sums_to,
    tanh,
)
from tests.proofs.claims import (
    NO_LEAD,
    NO_WAY,
    TOP,
    VANISHES,
    Case,
    T,
    a,
    c,
    case,
    delta,
    i,
    j,
    k,
    m,
    one,
    p,
    refusal,
    rho,
    s,
    w,
    x,
    z,
)
from tests.proofs.plain_numbers import holds

RATE = (Abs(x[i] - 4) + x[i] - 4) / (2 * Abs(x[i] - 4))
"""1 wherever x_i > 4, and 0 below: numbers alone may not see it."""

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
    "the slope of a maximum": (one(Partial(TOP, x[i]), "=", 0, "differentiate"), "engine", ALGEBRA),
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


@pytest.mark.parametrize("statement", FALSE)
def test_numbers_find_what_is_false(statement: str) -> None:
    """The statements above are false indeed: somewhere in the domains the right side has no value or a wrong one."""
    given = FALSE[statement][0]
    assert holds(given.left, given.relation, given.right, given.assuming, most=400) is not True
