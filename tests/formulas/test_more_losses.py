"""What the losses beside the theory do at a mask, at a tie, and where a class is nearly sure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derive

BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
OF_SOFTMAX = (
    "poly_one", "generalised_cross_entropy", "symmetric_cross_entropy", "logit_adjustment", "additive_margin",
    "info_nce", "brier", "renyi_entropy",
)  # fmt: skip


def called(name: str, target: str, x: Any, t: int) -> Any:
    given: dict[str, Any] = {} if name == "renyi_entropy" else {"t": np.array(t)}
    if name == "logit_adjustment":
        given["q"] = np.full_like(x, 0.25)
    return derive.load(f"{name}_value_and_grad", target)(x, **given)


@BOTH
@pytest.mark.parametrize("name", OF_SOFTMAX)
def test_a_masked_class_is_as_if_it_were_not_there(name: str, target: str) -> None:
    value, grad = called(name, target, np.array([1.0, -np.inf, -0.5, 2.0]), 2)
    alone, slopes = called(name, target, np.array([1.0, -0.5, 2.0]), 1)
    np.testing.assert_allclose(value, alone, rtol=1e-14)
    np.testing.assert_allclose(grad, [slopes[0], 0, slopes[1], slopes[2]], rtol=1e-14)
    assert grad[1] == 0


@BOTH
@pytest.mark.parametrize("name", [name for name in OF_SOFTMAX if name != "logit_adjustment"])
def test_a_loss_keeps_its_digits_where_the_right_class_is_nearly_sure(name: str, target: str) -> None:
    """Each then falls like a constant times the sum of the others, or its square, 2 exp(-40) here."""
    by = {"symmetric_cross_entropy": 0.1 + 4, "poly_one": 2, "info_nce": 1, "generalised_cross_entropy": 1}
    x, rest = np.array([0.0, 40.0, 0.0]), 2 * np.exp(-40.0)
    value, grad = called(name, target, x, 1)
    if name in by:
        np.testing.assert_allclose(value, by[name] * rest, rtol=1e-12)
        np.testing.assert_allclose(grad, [by[name] * rest / 2, -by[name] * rest, by[name] * rest / 2], rtol=1e-12)
    elif name == "brier":
        np.testing.assert_allclose(value, 1.5 * rest**2, rtol=1e-12)
        np.testing.assert_allclose(grad, [1.5 * rest**2, -3 * rest**2, 1.5 * rest**2], rtol=1e-12)
    elif name == "additive_margin":
        np.testing.assert_allclose(value, 2 * np.exp(-30 * 39.65), rtol=1e-12)
    else:
        np.testing.assert_allclose(value, 2 * rest, rtol=1e-12)


@BOTH
def test_the_slopes_at_their_corners(target: str) -> None:
    """As README.md says: 0 beside a constant, the case that holds there for ``where``."""
    grad = derive.load("hinge_grad", target)(np.array([1.0, -1.0]), np.array([1.0, -1.0]))
    assert (grad == 0).all()
    grad = derive.load("huber_grad", target)(np.array([1.0, -1.0]), np.array([0.0, 0.0]), delta=1.0)
    np.testing.assert_array_equal(grad, [0.5, -0.5])
    grad = derive.load("multi_margin_grad", target)(np.array([1.0, 0.0, -1.0]), np.array(0))
    np.testing.assert_array_equal(grad, [0, 0, 0])


@BOTH
def test_two_models_without_an_outcome_in_common_are_log_2_apart(target: str) -> None:
    value, grad = derive.load("jensen_shannon_value_and_grad", target)(np.array([800.0, 0]), z=np.array([0.0, 800]))
    np.testing.assert_allclose(value, np.log(2), rtol=1e-15)
    assert np.isfinite(grad).all()


@BOTH
def test_a_sure_and_wrong_answer_costs_as_much_as_its_score_says(target: str) -> None:
    value, grad = derive.load("sigmoid_focal_value_and_grad", target)(np.array([900.0, -900.0]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(value, 900.0, rtol=1e-15)
    np.testing.assert_allclose(grad, [0.75, -0.25], rtol=1e-15)
