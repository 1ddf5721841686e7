"""Scores of -inf along axes: what a row masks it has no part of, and each row may mask others.

A kernel is held to itself, row by row, on the classes that are left; what has a mask gets a gradient of exactly 0.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import derive
from derive.derivations import tangent
from derive.language import Formula, Sum, array, exp, indices, log, sqrt
from derive.loading import CompilerError
from tests.axes.formulas import CASES, Array, features, k, r, rows, values, x

MASKED = -np.inf
q, K, V = array("q", rows, features), array("K", rows, features), array("V", rows, values)
s = indices("s", rows)
f, v = indices("f", features), indices("v", values)
M = array("M", rows, rows)
_score = Sum(q[r, f] * K[s, f], f) / sqrt(features.size) + M[r, s]
ATTENTION = Formula(
    "attention", Sum(exp(_score) * V[s, v], s) / Sum(exp(_score), s), wrt=(q, K, V, M), over=(r, v), symbol="o"
)
FREE = Formula("free", Sum(log(Sum(exp(2 * x[r, k]), k)) / 2, r), wrt=x, symbol="F")
SQUARED = Formula("squared", Sum(log(Sum(exp(x[r, k]), k)) ** 2, r) / rows.size, wrt=x, symbol="Z")
LOSSES = [*(case.formula for case in CASES if case.formula.name in ("mean_loss", "weighted_loss")), FREE, SQUARED]
SHARES = next(case.formula for case in CASES if case.formula.name == "row_shares")
TARGETS = pytest.mark.parametrize("target", ["numpy", "c"])

KEPT = ([0, 2, 3], [3], [1, 2, 3], [0, 1, 2, 3])
LABELS = np.array([2, 3, 1, 0])
SCORES = np.random.default_rng(1).normal(0, 3, (4, 4))


@cache
def kernel(name: str, target: str, formula: Formula) -> Callable[..., Any]:
    try:
        return derive.load(name, target, formulas=formula)
    except CompilerError as error:
        pytest.skip(str(error))


def masked() -> Array:
    found = np.full_like(SCORES, MASKED)
    for row, kept in enumerate(KEPT):
        found[row, kept] = SCORES[row, kept]
    return found


def finite_inputs(formula: Formula) -> dict[str, Array]:
    own = {one.name for one in formula.inputs}
    given = {"t": LABELS, "w": np.array([0.5, 2.0, 1.0, 3.0])}
    return {name: value for name, value in given.items() if name in own}


@TARGETS
@pytest.mark.parametrize("formula", LOSSES, ids=lambda one: one.name)
def test_a_loss_is_that_of_the_classes_that_are_left(formula: Formula, target: str) -> None:
    """As a very low score in its place: what it weighs vanishes in every format."""
    beside, low = finite_inputs(formula), np.where(np.isinf(masked()), -1e5, masked())
    value, gradient, *_ = kernel(f"{formula.name}_value_and_grad", target, formula)(masked(), **beside)
    expected, slopes, *_ = kernel(f"{formula.name}_value_and_grad", target, formula)(low, **beside)
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-13)
    assert (gradient[np.isinf(masked())] == 0).all()
    direction = {tangent(formula).name: np.random.default_rng(2).normal(size=SCORES.shape)}
    second, curved = (kernel(f"{formula.name}_hvp", target, formula)(one, **beside, **direction)
                      for one in (masked(), low))  # fmt: skip
    np.testing.assert_allclose(second, curved, rtol=1e-12, atol=1e-15)
    assert (second[np.isinf(masked())] == 0).all()


@TARGETS
def test_shares_are_those_of_the_classes_that_are_left(target: str) -> None:
    dice = np.random.default_rng(3)
    g, u = dice.normal(size=(2, *SCORES.shape))
    found = kernel("row_shares", target, SHARES)(masked())
    pulled = kernel("row_shares_vjp", target, SHARES)(masked(), g)
    pushed = kernel("row_shares_jvp", target, SHARES)(masked(), u)
    turned = kernel("row_shares_hvp", target, SHARES)(masked(), g, v=u)
    for row, kept in enumerate(KEPT):
        alone = [one[row : row + 1, kept] for one in (SCORES, g, u)]
        for result, right in (
            (found, kernel("row_shares", target, SHARES)(alone[0])),
            (pulled, kernel("row_shares_vjp", target, SHARES)(alone[0], alone[1])),
            (pushed, kernel("row_shares_jvp", target, SHARES)(alone[0], alone[2])),
            (turned, kernel("row_shares_hvp", target, SHARES)(alone[0], alone[1], v=alone[2])),
        ):
            np.testing.assert_allclose(result[row, kept], right[0], rtol=1e-12, atol=1e-15)
            assert (np.delete(result[row], kept) == 0).all()


@TARGETS
@pytest.mark.parametrize("by", ["", "_K", "_V", "_M"])
def test_causal_attention_looks_at_no_later_key(target: str, by: str) -> None:
    """The first t queries over the first t keys: nothing behind them reaches them, forward or backward."""
    dice = np.random.default_rng(4)
    queries, keys_, values_ = (dice.normal(size=(6, size)) for size in (3, 3, 2))
    mask = np.where(np.tri(6) > 0, 0.0, MASKED)
    g = dice.normal(size=(6, 2))
    whole = kernel("attention", target, ATTENTION)(queries, keys_, V=values_, M=mask)
    for last in (1, 3, 6):
        g_first = np.where(np.arange(6)[:, None] < last, g, 0.0)
        pulled = kernel(f"attention_vjp{by}", target, ATTENTION)(queries, keys_, V=values_, M=mask, g=g_first)
        own = (queries[:last], keys_[:last])
        beside = {"V": values_[:last], "M": mask[:last, :last]}
        np.testing.assert_allclose(whole[:last], kernel("attention", target, ATTENTION)(*own, **beside), rtol=1e-13)
        alone = kernel(f"attention_vjp{by}", target, ATTENTION)(*own, **beside, g=g[:last])
        place = tuple(slice(0, size) for size in alone.shape)
        np.testing.assert_allclose(pulled[place], alone, rtol=1e-12, atol=1e-15)
        pulled[place] = 0
        assert (pulled == 0).all()
