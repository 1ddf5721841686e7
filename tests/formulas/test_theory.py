"""What the theory states: every proof is followed line by line, then held against numbers, and nothing is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from derive.catalogue import load_catalogue
from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.bernoulli_nll import y as answer
from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.cross_entropy import y as target
from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.entropy import entropy, p
from derive.formulas.information import information
from derive.formulas.kl_divergence import kl_divergence, q
from derive.formulas.logsumexp import logsumexp
from derive.formulas.mse_sigmoid import mse_sigmoid
from derive.formulas.sigmoid import sigmoid
from derive.formulas.sigmoid import x as score
from derive.formulas.softmax import softmax, x
from derive.formulas.theory.kl_divergence import gibbs, not_symmetric
from derive.formulas.theory.sigmoid import left_limit
from derive.formulas.theory.softmax import sums_to_one
from derive.language import Claim, KroneckerDelta, Partial, Witness, indices, log, n
from derive.language.formula import Head, Value
from derive.proofs import theorem_of
from derive.proofs.theorems import ProofError
from derive.verify import StepError, example
from derive.verify.steps import check_theorem
from tests import once

THEORY = {f"{f.name}.{item.name}": item for f in load_catalogue() for item in f.theory}
CLAIMS = {name: item for name, item in THEORY.items() if isinstance(item, Claim)}
WITNESSES = {name: item for name, item in THEORY.items() if isinstance(item, Witness)}
i, j, k = indices("i j k")

STATED = {
    1: "information.certainty information.additivity information.decreasing information.rarer",
    2: "entropy.not_negative entropy.maximum entropy.uniform entropy.along_the_simplex entropy.stationary",
    3: "kl_divergence.gibbs kl_divergence.equal_distributions kl_divergence.strict kl_divergence.not_symmetric",
    4: "cross_entropy_of_distributions.split cross_entropy_of_distributions.same_gradient",
    5: "bernoulli_nll.yes bernoulli_nll.no bernoulli_nll.likelihood sigmoid.mirror sigmoid.slope "
    "bce_with_logits.from_probabilities bce_with_logits.chain_rule bce_with_logits.convex",
    6: "categorical_nll.cross_entropy categorical_nll.one_hot categorical_nll.over_samples categorical_nll.underflow",
    7: "mse_sigmoid.gradient mse_sigmoid.vanishes_on_the_left mse_sigmoid.vanishes_on_the_right "
    "mse_sigmoid.cross_entropy_on_the_left mse_sigmoid.cross_entropy_on_the_right mse_sigmoid.convex_here "
    "mse_sigmoid.concave_there mse_softmax.gradient mse_softmax.vanishes mse_softmax.cross_entropy_corrects "
    "mse_softmax.cross_entropy_convex",
    8: "mse.one_hot mse.minds_the_others mse.does_not_mind mse.differs mse.agrees",
    9: "gaussian_nll.likelihood gaussian_nll.relabelled gaussian_nll.renumbered",
    10: "logsumexp.upper_bound logsumexp.lower_bound logsumexp.gradient_is_softmax tempered_softmax.cold "
    "tempered_softmax.cold_others tempered_softmax.hot tempered_softmax.plain_normalisation",
    11: "softmax.sums_to_one softmax.rows softmax.columns softmax.symmetric",
    12: "cross_entropy.output_minus_target cross_entropy_label.one_hot cross_entropy_label.difference",
    13: "shifted_softmax.invariance shifted_softmax.largest_score shifted_softmax.exponents "
    "shifted_softmax.at_most_n shifted_softmax.at_least_one log_softmax.score_minus_logsumexp "
    "log_softmax.logsumexp_without_overflow",
    14: "merged_logsumexp.any_reference merged_logsumexp.commutative merged_logsumexp.associative "
    "merged_logsumexp.blocks merged_logsumexp.one_more",
    15: "label_smoothing.smoothed_target weighted_cross_entropy.scaled_gradient ignore_index.ignored "
    "ignore_index.counted focal.without_focus z_loss.gradient distillation.gradient softmax_entropy.by_logits "
    "confidence_penalty.from_uniform tempered_softmax.at_one",
    16: "poly_one.nothing_added poly_one.gradient symmetric_cross_entropy.one_way",
    17: "poisson_nll.gradient",
}
"""Row of the theory -> what has to be stated beyond the derivatives."""


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_proved_and_holds(name: str) -> None:
    claim = CLAIMS[name]
    check_theorem(theorem_of(claim), claim.about)


@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_holds(name: str) -> None:
    assert example(WITNESSES[name]).left


@pytest.mark.parametrize("row", STATED)
def test_a_row_states_all_that_it_has_to(row: int) -> None:
    assert set(STATED[row].split()) <= THEORY.keys()


@pytest.mark.parametrize(
    ("formula", "name", "wanted"),
    [
        (softmax, "jacobian", softmax[i] * (KroneckerDelta(i, j) - softmax[j])),
        (logsumexp, "gradient", softmax[j]),
        (cross_entropy, "gradient", softmax[j] - target[j]),
        (cross_entropy_label, "gradient", softmax[j] - KroneckerDelta(j, t)),
        (cross_entropy_label, "hessian", softmax[j] * (KroneckerDelta(j, k) - softmax[k])),
        (bce_with_logits, "gradient", sigmoid[j] - answer[j]),
        (mse_sigmoid, "gradient", (sigmoid[j] - answer[j]) * sigmoid[j] * (1 - sigmoid[j])),
        (entropy, "gradient", -1 - log(p[j])),
        (kl_divergence, "gradient", -p[j] / q[j]),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_derivatives_come_out_as_on_the_blackboard(formula: Any, name: str, wanted: Any) -> None:
    derived = next(f for f in load_catalogue() if f == formula)
    assert (once.derived(derived).derivation(name).end - wanted).expand() == 0


# --- what is wrong is refused --------------------------------------------------------------------------------------
def test_a_bound_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ProofError, match="tangent line"):
        theorem_of(replace(gibbs, relation="<=", proof=tuple(replace(s, relation="<=") for s in gibbs.proof)))


def test_a_missing_line_is_refused() -> None:
    with pytest.raises(ProofError, match="claim 'gibbs', line 2"):
        theorem_of(replace(gibbs, proof=(gibbs.proof[0], *gibbs.proof[2:])))


def test_a_forgotten_assumption_is_refused() -> None:
    """Without the sum of q the inequality is false, and its last line has nothing to stand on."""
    with pytest.raises(ProofError, match="assumes no equation"):
        theorem_of(replace(gibbs, assuming=()))


def test_another_limit_is_refused() -> None:
    with pytest.raises(ProofError):
        theorem_of(replace(left_limit, right=left_limit.right + 1))


def test_a_false_witness_is_refused() -> None:
    with pytest.raises(StepError, match="is wrong at"):
        example(replace(not_symmetric, relation="="))


def test_numbers_catch_what_a_rule_would_let_pass() -> None:
    """The oracle knows nothing of the proof: it is held against the statement too."""
    theorem = theorem_of(sums_to_one)
    with pytest.raises(StepError):
        check_theorem(replace(theorem, right=theorem.right * 2), softmax)


def test_every_curve_of_squared_error_behind_a_sigmoid_bends_both_ways() -> None:
    bends = {w.relation for name, w in WITNESSES.items() if name.startswith(mse_sigmoid.name)}
    assert bends == {"<", ">"}
    assert score in WITNESSES["mse_sigmoid.convex_here"].at


def test_what_is_compared_stands_on_both_sides() -> None:
    """Symmetry, a bound, an order, equal gradients: none is said as a difference from 0."""
    for name, (left, relation, right) in {
        "softmax.symmetric": (Partial(softmax[i], x[j]), "=", Partial(softmax[j], x[i])),
        "entropy.maximum": (entropy.value, "<=", log(n)),
        "information.rarer": (information[i], ">", information[j]),
    }.items():
        claim = CLAIMS[name]
        assert (claim.left, claim.relation, claim.right) == (left, relation, right), name
    assert CLAIMS["gaussian_nll.same_minimum"].right.has(Partial)


def test_multiplying_by_a_constant_shows_the_constant() -> None:
    for name in ("shifted_softmax.multiplied", "shifted_softmax.invariance"):
        claim = CLAIMS[name]
        assert not any(side == Value(Head(claim.about), i) for side in (claim.left, claim.right))
        assert any(constant in side.free_symbols for constant in claim.constants for side in (claim.left, claim.right))


def test_scores_of_yes_and_no_questions_are_not_one_per_class() -> None:
    for formula in load_catalogue():
        if formula.name in ("sigmoid", "softplus", "bce_with_logits", "mse_sigmoid", "bernoulli_nll"):
            assert not any("per class" in given.doc for given in formula.inputs), formula.name


def test_what_is_not_proved_is_not_claimed() -> None:
    assert "one function" not in information.doc and "meets both wishes" in information.doc
