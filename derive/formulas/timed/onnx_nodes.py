"""In ONNX: a graph of one node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Node:
    """An operator of ONNX with its attributes.

    constants: inputs that come after the arrays, as whole numbers.
    """

    operator: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


SPELLED = {
    "softmax": Node("Softmax", {"axis": -1}),
    "log_softmax": Node("LogSoftmax", {"axis": -1}),
    "logsumexp": Node("ReduceLogSumExp", {"keepdims": 0}, {"axes": (1,)}),
    "cross_entropy_label": Node("SoftmaxCrossEntropyLoss", {"reduction": "none"}),
}
