"""A vector with the classes as its only axis serves all rows: weights of the classes, one target for a batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derive

BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
AXES = pytest.mark.parametrize("axis", [-1, 0, 1])

WEIGHTED = ["weighted_cross_entropy_value_and_grad", "cross_entropy_value_and_grad", "softmax_vjp", "kl_divergence"]


def given(name: str, shape: tuple[int, ...], axis: int) -> tuple[np.ndarray, dict[str, Any]]:
    """The first vector, and the others: one for all rows, and labels."""
    dice = np.random.default_rng(len(name))
    classes = shape[axis]
    head = dice.uniform(0.1, 1, shape).astype(np.float32)
    beside: dict[str, Any] = {
        "softmax_vjp": {"g": 0},
        "kl_divergence": {"p": 0},
        "cross_entropy_value_and_grad": {"y": 0},
    }
    names = beside.get(name, {"w": 0})
    labels = {"t": dice.integers(0, classes, np.delete(shape, axis))} if "w" in names else {}
    return head, {key: dice.uniform(0.1, 1, classes).astype(np.float32) for key in names} | labels


@BOTH
@AXES
@pytest.mark.parametrize("name", WEIGHTED)
def test_it_is_as_if_written_out(name: str, target: str, axis: int) -> None:
    head, others = given(name, (40, 5, 6), axis)
    kernel = derive.load(name, target=target)
    written_out = {key: value if key == "t" else as_many(value, head.shape, axis) for key, value in others.items()}
    one, all_rows = (found if isinstance(found, tuple) else (found,) for found in
                     (kernel(head, **others, axis=axis), kernel(head, **written_out, axis=axis)))  # fmt: skip
    for a, b in zip(one, all_rows, strict=True):
        assert a.shape == b.shape and np.array_equal(a, b)


def as_many(row: np.ndarray, shape: tuple[int, ...], axis: int) -> np.ndarray:
    found = np.empty(shape, row.dtype)
    np.moveaxis(found, axis, -1)[...] = row
    return found


@BOTH
def test_what_is_not_the_length_of_the_classes_is_refused(target: str) -> None:
    kernel = derive.load("cross_entropy", target=target)
    with pytest.raises(
        ValueError, match=r"y has shape \(4,\) but x has \(4, 3\): they must be equal, or y one vector of 3"
    ):
        kernel(np.zeros((4, 3)), np.zeros(4))


@BOTH
def test_the_first_is_never_one_for_all(target: str) -> None:
    with pytest.raises(ValueError, match="g has shape"):
        derive.load("softmax_vjp", target=target)(np.zeros(3), np.zeros((4, 3)))


def test_a_value_outside_its_domain_is_found() -> None:
    for target in ("numpy", "c"):
        kernel = derive.load("weighted_cross_entropy", target=target)
        with pytest.raises(ValueError, match="w holds -1"):
            kernel(np.zeros((4, 3)), np.array([1.0, -1.0, 1.0]), t=np.zeros(4, np.int64))
