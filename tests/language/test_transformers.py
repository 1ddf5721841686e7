"""Transformers of a loss: what they make of it, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from derive.catalogue import load_catalogue
from derive.language import (
    Formula,
    FormulaError,
    Sum,
    distribution,
    indices,
    label,
    log,
    parameter,
    smoothed,
    vector,
    with_pos_weight,
    with_targets,
    with_weight,
)
from derive.language.formula import unfold
from derive.language.transformers import optioned
from derive.notation.plain import plain

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
i, k = indices("i k")
x, w, p = vector("x"), vector("w", domain="positive"), vector("p", domain="positive")
y, z = distribution("y"), vector("z", domain="unit")
a, t = parameter("a", default=0.1), label("t")
loss = Formula("loss", -log(p[t]) + x[t] ** 2, wrt=x, symbol="L")
binary = Formula("binary", -Sum(z[k] * log(p[k]) + (1 - z[k]) * x[k], k), wrt=x)


def test_what_they_make() -> None:
    assert plain(with_weight(loss, w, t).expression) == "w_t * (x_t^2 - log(p_t))"
    spread = smoothed(loss, t, a).expression
    assert plain(spread) == "(1 - a) * (x_t^2 - log(p_t)) + (a / n) * sum_k (x_k^2 - log(p_k))"
    assert plain(with_targets(loss, t, y).expression) == "sum_k y_k * (x_k^2 - log(p_k))"
    assert plain(with_weight(binary, w, z).expression) == "-sum_k w_k * (x_k * (1 - z_k) + z_k * log(p_k))"
    assert plain(with_pos_weight(binary, z, w).expression) == "-sum_k (x_k * (1 - z_k) + w_k * z_k * log(p_k))"


def test_a_label_inside_a_named_value_is_found() -> None:
    """``f.value`` hides the label: its definition does not."""
    hidden = Formula("hidden", CATALOGUE["cross_entropy_label"].value ** 2, wrt=CATALOGUE["softmax"].vector)
    label_of = next(one for one in hidden.inputs if one.name == "t")
    found: Any = unfold(with_targets(hidden, label_of, y).expression)
    assert label_of not in found.free_symbols


def test_of_targets_each_is_smoothed() -> None:
    soft = CATALOGUE["cross_entropy"]
    target = next(one for one in soft.inputs if one.name == "y")
    found = smoothed(soft, target, a)
    assert plain(found.expression) == "-sum_k (y_k * (1 - a) + a / n) * log(s_k)"


def test_an_answer_is_smoothed_over_yes_and_no() -> None:
    assert plain(smoothed(binary, z, a).expression) == plain(
        -Sum(((1 - a) * z[k] + a / 2) * log(p[k]) + (1 - (1 - a) * z[k] - a / 2) * x[k], k)
    )


def test_what_a_model_says_is_no_target() -> None:
    """The options are of the answers, also where the model gives probabilities."""
    given = CATALOGUE["bernoulli_nll"]
    found = plain(optioned(given, ["label_smoothing"]).expression)
    assert "log(q_k)" in found and "label_smoothing / 2" in found


def test_names_and_symbols() -> None:
    found = with_weight(loss, w, t)
    assert (found.name, found.symbol, str(found.file)) == ("loss_weighted", "R", __file__), "where it was written"
    assert with_weight(loss, w, t, name="mine").name == "mine"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: with_weight(CATALOGUE["softmax"], w, t), "it runs over the classes and is no loss of a row"),
        (lambda: smoothed(loss, label("u"), a), "it does not depend on u: give its label, t"),
        (lambda: with_targets(binary, t, y), "it does not depend on t: it has no label"),
        (lambda: with_pos_weight(loss, z, w), "it is no sum over the classes"),
        (lambda: with_pos_weight(Formula("f", Sum(z[k] ** 2 * x[k], k), wrt=x), z, w), "it is not linear in z"),
        (lambda: with_weight(Formula("f", log(Sum(x[k] ** 2, k)), wrt=x), w, z), "it is no sum over the classes"),
    ],
)
def test_what_is_refused(make: Any, told: str) -> None:
    with pytest.raises(FormulaError, match=told):
        make()
