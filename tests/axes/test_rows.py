"""Losses over many rows as formulas: the same as the reduction of a kernel at a call."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.catalogue import load_catalogue
from derive.language import (
    Formula,
    FormulaError,
    Sum,
    axis,
    indices,
    mean_over_rows,
    sum_over_rows,
    vector,
    with_weight,
)
from derive.language.components import Labels
from derive.language.inputs import Label

LOSSES = {one.name: one for one in load_catalogue() if one.over is None}
w = vector("w", domain="positive", doc="what a class weighs")


def drawn(loss: Formula, rows: int, classes: int) -> dict[str, np.ndarray]:
    dice, found = np.random.default_rng(7), {}
    for one in loss.inputs:
        if isinstance(one, Label | Labels):
            found[one.name] = dice.integers(0, classes, rows)
        elif one.name == "w":
            found[one.name] = dice.uniform(0.5, 2, classes)
        elif not one.is_Symbol:
            shares = dice.uniform(0.1, 0.9, (rows, classes))
            found[one.name] = shares / shares.sum(1, keepdims=True) if one.domain == "probability" else shares
    return found


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("name", ["cross_entropy_label", "cross_entropy", "focal", "bce_with_logits", "mse"])
def test_a_mean_is_that_of_the_rows(name: str, target: str) -> None:
    loss, rows = LOSSES[name], 6
    mean, total = mean_over_rows(loss), sum_over_rows(loss)
    given = drawn(loss, rows, 4)
    each, gradient = derive.load(f"{name}_value_and_grad", target)(**given)
    value, slopes = derive.load(f"{mean.name}_value_and_grad", target, formulas=mean)(**given)
    assert value == pytest.approx(each.mean(), rel=1e-13)
    np.testing.assert_allclose(slopes, gradient / rows, rtol=1e-11, atol=1e-15)
    assert derive.load(total, target)(**given) == pytest.approx(each.sum(), rel=1e-13)


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_a_weighted_mean_divides_by_the_weights(target: str) -> None:
    loss = LOSSES["cross_entropy_label"]
    (t,) = (one for one in loss.inputs if isinstance(one, Label))
    mean = mean_over_rows(with_weight(loss, w, t), weights=w[t], shared=(w,), name="weighted_mean")
    given = drawn(mean, 6, 4)
    wanted = derive.load(loss)(given["x"], given["t"], weight=given["w"], reduction="mean")
    assert derive.load(mean, target)(**given) == pytest.approx(wanted, rel=1e-13)


def test_its_derivation_says_what_it_is() -> None:
    mean = mean_over_rows(LOSSES["cross_entropy_label"])
    assert mean.title == "Cross-entropy with an integer label: the mean over the rows"
    assert [one.name for one in mean.axes] == ["rows", "classes"]
    assert mean.axes[0].size.name == "m"


def test_the_rows_may_be_an_axis_of_ones_own() -> None:
    batch = axis("batch", size="B")
    assert sum_over_rows(LOSSES["mse"], rows=batch).axes[0] == batch


def test_what_is_no_loss_of_a_row_is_refused() -> None:
    (softmax,) = (one for one in load_catalogue() if one.name == "softmax")
    y, k = vector("y"), indices("k")
    alone = Formula("alone", Sum(y[k] ** 2, k), wrt=y, symbol="L")
    for wrong, told in (
        (lambda: mean_over_rows(softmax), "is no loss of one row, for it runs over the classes: give one that is"),
        (lambda: mean_over_rows(mean_over_rows(alone)), "is no loss of one row, for it names its axes: give one"),
        (lambda: sum_over_rows(alone, shared=(w,)), "has no vector w to share: name one of its inputs"),
        (lambda: sum_over_rows(alone, shared=(y,)), "every vector of alone is shared: leave one of them to the rows"),
    ):
        with pytest.raises(FormulaError) as refused:
            wrong()
        assert told in str(refused.value)
