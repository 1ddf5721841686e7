"""The derivatives that the engine finds, as a mathematician would write them - for any n, and in few steps."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer, KroneckerDelta, log

from derive.algebra.rational import merge_powers
from derive.algebra.records import Derivation
from derive.derivations import derivative, first, tangent, upstream
from derive.derivations.first import case, known_total, parts, simplex
from derive.formulas.cross_entropy import cross_entropy, y
from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.log_softmax import log_softmax
from derive.formulas.logsumexp import logsumexp
from derive.formulas.sigmoid import sigmoid
from derive.formulas.softmax import softmax, x
from derive.formulas.softmax_entropy import softmax_entropy
from derive.formulas.tempered_softmax import tempered_softmax
from derive.language import Abs, Formula, Sum, exp, indices, n, parameter, sqrt, tanh, vector
from derive.proofs import derive_formula
from derive.verify import StepError, check_derived
from derive.verify.steps import check_derivation

i, j, k = indices("i j k")
s = softmax
delta = KroneckerDelta


def names(derivation: Derivation) -> list[str]:
    return [step.rule.name for step in derivation.steps]


def test_jacobian_in_both_cases_and_joined() -> None:
    assert case(softmax, True).end == s[i] * (1 - s[i])
    assert case(softmax, False).end == -s[i] * s[j]
    assert derivative(softmax).end == s[i] * (delta(i, j) - s[j])


def test_the_steps_are_the_textbook_ones() -> None:
    """The quotient rule, with the derivatives of numerator and denominator found before."""
    assert names(derivative(softmax)) == [
        "quotient rule", "known derivative", "multiply out", "by its symbol", "common factor",
    ]  # fmt: skip
    found = {part.name: part for part in parts(softmax)}
    assert found["numerator_diagonal"].end == exp(x[i])
    assert found["numerator_off_diagonal"].end == 0
    assert found["numerator"].end == delta(i, j) * exp(x[i])
    assert names(found["denominator"]) == ["term by term", "exponential", "component", "sifting"]
    assert found["denominator"].end == exp(x[j])


def test_a_constant_numerator_and_a_case_that_is_0_take_one_line_each() -> None:
    assert names(case(sigmoid, False)) == ["constant"] and case(sigmoid, False).end == 0
    steps = names(case(sigmoid, True))
    assert steps[0] == "reciprocal rule" and "quotient rule" not in steps
    assert len(names(case(softmax, False))) > 1, "an output that depends on all scores has a slope by each"


def test_what_is_folded_into_a_symbol_is_written_out_before() -> None:
    """The step that students ask for: exp(-x) / (1 + exp(-x))^2 is the sigmoid times 1 less the sigmoid."""
    *_, written, folded = case(sigmoid, True).steps
    e = exp(-sigmoid.vector[i])
    below = 1 + e
    assert (written.rule.name, folded.rule.name) == ("algebra", "by its symbol")
    assert written.before == e / below**2 and written.after == (1 - 1 / below) / below
    assert folded.after == sigmoid[i] * (1 - sigmoid[i])


def test_gradient_of_the_cross_entropy_and_the_axiom_as_a_step_of_its_own() -> None:
    gradient = derivative(cross_entropy)
    assert gradient.end == s[j] * Sum(y[k], k) - y[j]
    normalised = simplex(gradient)
    assert normalised.steps[:-1] == gradient.steps
    assert names(normalised)[-1] == "probabilities sum to 1"
    assert normalised.end == s[j] - y[j]
    assert derive_formula(cross_entropy).derivation("gradient") == normalised
    assert simplex(derivative(softmax)) == derivative(softmax)


def test_label_form() -> None:
    assert derivative(cross_entropy_label).end == s[j] - delta(j, t)
    assert derivative(logsumexp).end == s[j]
    assert derivative(log_softmax).end == delta(i, j) - s[j]


def test_products_with_the_jacobian() -> None:
    g, v = (
        vector("g", doc="upstream gradient, one per class of the output"),
        vector("v", doc="direction, one per class of the input"),
    )
    derived = derive_formula(softmax)
    assert derived.derivation("vjp").end == s[j] * (g[j] - Sum(g[k] * s[k], k))
    assert derived.derivation("jvp").end == s[i] * (v[i] - Sum(v[k] * s[k], k))


@pytest.mark.parametrize("names", ["g", "v", "g v", "g v w u z", "w u", "v g_2 v_2 w u z g"])
def test_the_vectors_of_a_product_are_called_as_nothing_else(names: str) -> None:
    """An input may be called ``g`` or ``v``, or both."""
    given = [vector(name) for name in names.split()]
    formula = Formula("f", Sum(exp(sum(one[k] for one in given)), k) * given[0][i], over=i, wrt=given[0])
    found = [*names.split(), upstream(formula).name, tangent(formula).name]
    assert len(set(found)) == len(found)
    scalar = Formula("f", Sum(exp(sum(one[k] for one in given)), k), wrt=given[0])
    assert tangent(scalar).name not in names.split()


def test_every_step_changes_something_and_follows_the_one_before() -> None:
    for formula in (softmax, log_softmax, logsumexp, cross_entropy, cross_entropy_label):
        for chain in derive_formula(formula).chains:
            assert chain.steps, (formula.name, chain.name)
            assert chain.steps[0].before == chain.start
            for step, following in zip(chain.steps, chain.steps[1:], strict=False):
                assert step.after == following.before
                assert step.before != step.after


T = parameter("T", default=1.0, domain="positive")
a = parameter("a", default=0.5)
UNSEEN = [
    Formula("base_two", 2 ** x[i] / Sum(2 ** x[j], j), over=i, wrt=x),
    Formula("tempered", exp(x[i] / T) / Sum(exp(x[j] / T), j), over=i, wrt=x),
    Formula("squared", cross_entropy_label.value**2, wrt=x),
    Formula("squares", log(Sum(x[j] ** 2, j)), wrt=x),
    Formula("norm", sqrt(Sum(x[j] ** 2, j)), wrt=x),
    Formula("plain", exp(-x[i]) / Sum(exp(-x[j]), j), over=i, wrt=x),
    Formula("smooth", -(1 - a) * log(softmax[t]) - a * Sum(log(softmax[j]), j), wrt=x),
    Formula("penalised", cross_entropy_label.value + a * logsumexp.value**2, wrt=x),
    Formula("focal", -((1 - softmax[t]) ** 2) * log(softmax[t]), wrt=x),
    Formula("brier", Sum((softmax[j] - y[j]) ** 2, j), wrt=x),
    Formula("negentropy", Sum(softmax[j] * log(softmax[j]), j), wrt=x),
    Formula("hyperbolic", Sum(tanh(x[j]) ** 2, j), wrt=x),
    Formula("absolute", Sum(Abs(x[j] - y[j]), j), wrt=x),
    Formula("cubes", x[i] ** 3 / Sum(exp(x[j]), j) ** 2, over=i, wrt=x),
]


@pytest.mark.parametrize("formula", UNSEEN, ids=lambda f: f.name)
def test_formulas_that_nobody_has_seen(formula: Formula) -> None:
    """Each is derived without a word about it anywhere, and the oracle agrees with every step."""
    derived = derive_formula(formula)
    check_derived(derived)
    assert not any(c.end.has(type(c.start)) and c.name in ("gradient", "jacobian") for c in derived.derivations)


def test_a_numerator_that_is_a_component_by_itself() -> None:
    """Off the diagonal its derivative is a bare delta, which has to become a number of SymPy's."""
    off_diagonal = case(Formula("swish", x[i] / (1 + exp(-x[i])), over=i, wrt=x), False)
    assert off_diagonal.end == 0


def test_a_sum_that_is_the_same_whatever_the_inputs_is_put_where_it_turns_up() -> None:
    share = Formula("share", x[i] / Sum(x[k], k), over=i, wrt=x)
    assert known_total(softmax) == known_total(tempered_softmax) == known_total(share) == 1
    assert known_total(sigmoid) is None and known_total(log_softmax) is None
    gradient = derivative(softmax_entropy)
    assert gradient.end == -s[j] * (log_softmax[j] + softmax_entropy.value)
    assert "known total" in names(gradient)


def test_a_wrong_total_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.derivations.first.known_total", lambda formula: Integer(2))
    clear_caches()
    with pytest.raises(StepError, match="known total"):
        check_derivation(derivative(softmax_entropy), softmax_entropy)
    clear_caches()


def clear_caches() -> None:
    for found in vars(first).values():
        if hasattr(found, "cache_clear"):
            found.cache_clear()


def test_powers_of_one_base_become_one() -> None:
    """Else a kernel takes a power of a probability that has underflowed, only to multiply it by 0."""
    q = parameter("q", default=0.7, domain="positive", doc="between cross-entropy and absolute error")
    gradient = derivative(Formula("generalised", (1 - s[t] ** q) / q, wrt=x))
    assert gradient.end == s[t] ** q * (s[j] - delta(j, t))
    assert "powers of one base" in names(gradient)
    check_derived(derive_formula(Formula("generalised", (1 - s[t] ** q) / q, wrt=x)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (x[i] * x[i] ** (x[j] - 1), x[i] ** x[j]),
        (x[i] ** x[j] * x[k] ** x[j], x[i] ** x[j] * x[k] ** x[j]),
        (exp(x[i]) * exp(x[j]), exp(x[i]) * exp(x[j])),
        (Sum(x[k] * x[k] ** x[i], k), Sum(x[k] ** (1 + x[i]), k)),
        (2 * 2 ** x[i], 2 * 2 ** x[i]),
    ],
    ids=str,
)
def test_which_powers_are_merged(before: Expr, after: Expr) -> None:
    assert merge_powers(before) == after


def test_a_derivative_by_its_parts_is_written_by_their_symbols() -> None:
    """A root of squares is known before it is multiplied out, a mean inside a sum, one quotient of several."""
    eps = parameter("eps", default=1e-5, domain="positive")
    mean = Formula("mean", Sum(x[k], k) / n, symbol="mu", wrt=x)
    spread = Formula("spread", sqrt(Sum((x[k] - mean.value) ** 2, k) / n + eps), symbol="d", wrt=x)
    normed = Formula("normed", (x[i] - mean.value) / spread.value, over=i, symbol="h", wrt=x)
    assert derivative(spread).end == (x[j] - mean.value) / (n * spread.value)
    assert derivative(normed).end == (KroneckerDelta(i, j) - 1 / n - normed[i] * normed[j] / n) / spread.value
