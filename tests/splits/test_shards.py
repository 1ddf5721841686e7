"""Kernels whose classes are shared out: as right as in one piece, on rows of all kinds; and the merge is a monoid's."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import derive
from derive.catalogue import load_catalogue
from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, label, log, parameter, vector
from derive.loading.shards import Message, Shard, cut, finished, merge_messages, message, run_shards
from derive.loops.ir import Program
from derive.proofs import derive_formula
from derive.splits import SplitError
from derive.verify.floats import verdicts
from tests import once
from tests.splits.sharing import in_one, shared_out, split_of
from tests.strategies import formulas

i, j, k = indices("i j k")
x, w = vector("x"), vector("w", domain="positive")
t = label("t")
T = parameter("T", default=0.75, domain="positive")

OWN = Formula("tempered_gap", log(Sum(w[k] * exp(x[k] / T), k)) - x[t] / T + Sum((x[k] - Sum(x[j], j)) ** 2, k), wrt=x)
"""A loss that nobody ships: weights in the sum of exponentials, a temperature, and deviations from a sum."""
FEW = ("additive_margin", "cross_entropy_label", "distillation", "deviation", "layer_norm")
CATALOGUE = {formula.name: formula for formula in load_catalogue()}
EIGHT = 8.0
BY_CHANCE = 16.0
"""So many times as much may be wrong where no digit is left in one piece: what is there is rounding."""


def all_of(formula: Formula) -> tuple[Program, ...]:
    return once.built(formula).programs


def only(formula: Formula, name: str) -> Program:
    (found,) = programs(formula, derive_formula(formula), only=[name])
    return found


def splits(program: Program) -> bool:
    try:
        return bool(split_of(program))
    except SplitError:
        return False


def check(formula: Formula) -> None:
    """No kernel loses more on uneven shards than it may in one piece, or than NumPy's functions cost it there."""
    made = all_of(formula)
    some = [program for program in made if splits(program)]
    assert some, formula.name
    for program, (alone, shared) in zip(some, verdicts(some, [in_one, shared_out]), strict=True):
        for dtype, (units, region) in shared.worst.items():
            most = alone.worst[dtype][0]
            none_left = most > 1 / np.finfo(dtype).eps
            allowed = max(EIGHT, (BY_CHANCE if none_left else 1.5) * most)
            assert units <= allowed, f"{program.name}, {dtype}, {region}: {units} units, in one piece {alone.worst}"


@pytest.mark.parametrize("name", FEW)
def test_a_formula_of_the_catalogue_is_as_right_in_shards_as_in_one_piece(name: str) -> None:
    check(CATALOGUE[name])


def test_a_formula_of_ones_own_is_as_right_in_shards_as_in_one_piece() -> None:
    check(OWN)


@settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(formulas(depth=1))
def test_a_formula_that_nobody_wrote_is_as_right_in_shards_as_in_one_piece(formula: Formula) -> None:
    check(formula)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*CATALOGUE} - {*FEW}))
def test_every_formula_is_as_right_in_shards_as_in_one_piece(name: str) -> None:
    if CATALOGUE[name].has_axes:
        pytest.skip("it names its axes")
    check(CATALOGUE[name])


# --- against the kernel in one piece ------------------------------------------------------------------------------


def rows(dtype: str, classes: int = 11) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(3)
    scores = (dice.normal(0, 5, (classes, classes)) - 1000).astype(dtype)
    scores[3] += 2000
    scores[2, 4:7] = -np.inf  # a shard whose classes are all masked
    scores[4, :4] = -np.inf
    scores[5] = 1.5  # ties
    scores[6, [1, 9]] = 50
    return scores, np.arange(classes)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("ends", [[11], [4, 7, 11], [1, 1, 10, 11], [0, 0, 11, 11], [2, 4, 6, 8, 11]])
def test_labels_in_any_shard_and_masked_and_empty_shards(dtype: str, ends: list[int]) -> None:
    name = "cross_entropy_label_value_and_grad"
    scores, labels = rows(dtype)
    scores[np.arange(11), labels] = np.where(np.isinf(scores[np.arange(11), labels]), 1, scores[np.arange(11), labels])
    whole = Shard({"x": scores}, {"t": labels}, {}, 0, 11)
    made = run_shards(split_of(only(CATALOGUE["cross_entropy_label"], name)), cut(whole, ends))
    value, grad = derive.load(name)(scores, labels)
    units = 16 * np.finfo(dtype).eps
    for one in made:
        np.testing.assert_allclose(one["value"], value, rtol=units, atol=units)
    np.testing.assert_allclose(np.concatenate([one["grad"] for one in made], 1), grad, rtol=40 * units, atol=units / 16)


def test_a_row_that_is_masked_everywhere_or_holds_nan_is_what_it_is_in_one_piece() -> None:
    name = "cross_entropy_label_value_and_grad"
    scores = np.zeros((4, 6))
    scores[0], scores[1, 2], scores[2, 5], scores[3, 0] = -np.inf, np.nan, np.inf, -np.inf
    whole = Shard({"x": scores}, {"t": np.array([1, 1, 1, 0])}, {}, 0, 6)
    made = run_shards(split_of(only(CATALOGUE["cross_entropy_label"], name)), cut(whole, [2, 4, 6]))
    with np.errstate(all="ignore"):
        value, grad = derive.load(name)(scores, np.array([1, 1, 1, 0]))
    np.testing.assert_array_equal(made[0]["value"], value)
    np.testing.assert_array_equal(np.concatenate([one["grad"] for one in made], 1), grad)


# --- the law ------------------------------------------------------------------------------------------------------


def same(one: Message, other: Message) -> None:
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-13, atol=0)


def test_the_merge_is_associative_and_commutative_and_an_empty_shard_changes_nothing() -> None:
    how = split_of(only(CATALOGUE["focal"], "focal_value_and_grad"))
    assert len(how.rounds) == 1
    scores, labels = rows("float64")
    whole = Shard({"x": scores}, {"t": labels}, {"gamma": 2.0}, 0, 11)
    shards = cut(whole, [3, 3, 8, 11])
    empty, sent = shards[1], [message(how, 0, shard, []) for shard in shards]
    parts = [sent[0], sent[2], sent[3]]
    at_once = message(how, 0, whole, [])
    for order in permutations(parts):
        left = merge_messages(how, 0, order, whole)
        right = merge_messages(how, 0, [order[0], merge_messages(how, 0, order[1:], whole)], whole)
        same(left, right)
        same(left, at_once)
    for one in parts:
        for pair in ([one, sent[1]], [sent[1], one]):
            merged = merge_messages(how, 0, pair, empty)
            for name in one:
                np.testing.assert_array_equal(merged[name], one[name])


def test_what_a_message_holds_is_as_many_bytes_as_the_split_says() -> None:
    scores, labels = rows("float32")
    shard = Shard({"x": scores}, {"t": labels}, {}, 0, 11)
    for name in ("cross_entropy_label_value_and_grad", "cross_entropy_label_hvp"):
        how = split_of(only(CATALOGUE["cross_entropy_label"], name))
        given = Shard({"x": scores, "v": scores[::-1].copy()}, shard.labels, {}, 0, 11)
        merged: list[Message] = []
        for number, one in enumerate(how.rounds):
            merged.append(message(how, number, given, merged))
            assert sum(array.nbytes for array in merged[-1].values()) == 11 * one.bytes_per_row(4)
        assert set(finished(how, given, merged)) == set(how.needs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6])
def test_squares_about_the_mean_merge_in_any_order_far_from_0(dtype: str, offset: float) -> None:
    """Chan, Golub and LeVeque: as two passes over the whole row would give them, whatever the shards."""
    how = split_of(only(CATALOGUE["deviation"], "deviation"))
    values = (np.random.default_rng(6).normal(0, 1, (5, 60)) * 64 + offset).astype(dtype)
    whole = Shard({"x": values}, {}, {"eps": 1e-5}, 0, 60)
    wide = values.astype(np.longdouble)
    right = np.sqrt(((wide - wide.mean(1, keepdims=True)) ** 2).mean(1) + np.longdouble(1e-5))
    parts = [message(how, 0, shard, []) for shard in cut(whole, [1, 7, 7, 40, 60])]
    for order in permutations(parts):
        one_by_one = merge_messages(how, 0, order, whole)
        as_a_tree = merge_messages(how, 0, [merge_messages(how, 0, order[:2], whole),
                                            merge_messages(how, 0, order[2:], whole)], whole)  # fmt: skip
        for merged in (one_by_one, as_a_tree):
            found = finished(how, whole, [merged])["value"]
            np.testing.assert_allclose(found, right.astype(dtype), rtol=8 * np.finfo(dtype).eps)
