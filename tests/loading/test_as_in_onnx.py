"""ONNX's operator SoftmaxCrossEntropyLoss, all its attributes and inputs, by its reference evaluator and by ours."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

import derive

onnx = pytest.importorskip("onnx", reason="ONNX is not installed")
helper, reference = pytest.importorskip("onnx.helper"), pytest.importorskip("onnx.reference")

CLASSES = 4
SHAPES = ((6, CLASSES), (3, CLASSES, 2), (2, CLASSES, 2, 3))
"""The classes lie on axis 1, behind any axes of places."""
PRODUCT = list(product(SHAPES, ("none", "mean", "sum"), (None, -1, 2, 255), (False, True)))
kernel = cache(derive.load)


def theirs(x: Any, labels: Any, weight: Any, reduction: str, ignored: int | None) -> list[Any]:
    """The loss and the logarithms of the shares, which the operator gives too."""
    given = {"scores": x, "labels": labels} | ({"weights": weight} if weight is not None else {})
    attributes: dict[str, Any] = {"reduction": reduction} | ({"ignore_index": ignored} if ignored is not None else {})
    node = helper.make_node("SoftmaxCrossEntropyLoss", list(given), ["loss", "log_prob"], **attributes)
    types = {np.dtype(np.float64): onnx.TensorProto.DOUBLE, np.dtype(np.int64): onnx.TensorProto.INT64}
    inputs = [helper.make_tensor_value_info(name, types[array.dtype], array.shape) for name, array in given.items()]
    outputs = [helper.make_tensor_value_info(name, onnx.TensorProto.DOUBLE, None) for name in ("loss", "log_prob")]
    model = helper.make_model(helper.make_graph([node], "graph", inputs, outputs))
    found: list[Any] = reference.ReferenceEvaluator(model).run(None, given)
    return found


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize(("shape", "reduction", "ignored", "weighted"), PRODUCT)
def test_every_attribute(
    shape: tuple[int, ...], reduction: str, ignored: int | None, weighted: bool, target: str
) -> None:
    dice = np.random.default_rng(len(shape))
    x, labels = dice.normal(size=shape), dice.integers(0, CLASSES, (shape[0], *shape[2:]))
    weight = np.array([0.5, 2, 1, 0.25]) if weighted else None
    options: dict[str, Any] = {"reduction": reduction, "weight": weight}
    if ignored is not None:
        labels[0] = ignored
        options["ignore_index"] = ignored
    loss, log_share = theirs(x, labels, weight, reduction, ignored)
    ours = kernel("cross_entropy_label", target)(x, labels, axis=1, **options)
    np.testing.assert_allclose(ours, loss, rtol=1e-13)
    np.testing.assert_allclose(kernel("log_softmax", target)(x, axis=1), log_share, rtol=1e-13, atol=1e-15)
