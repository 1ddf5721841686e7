"""ONNX Runtime: a graph of one node, its input and its output bound to memory once."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from derive.bench.data import Data
from derive.bench.peers.contestant import Contestant
from derive.bench.task import Task

NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "softmax": ("Softmax", {"axis": -1}),
    "log_softmax": ("LogSoftmax", {"axis": -1}),
    "logsumexp": ("ReduceLogSumExp", {"keepdims": 0}),
    "cross_entropy_label": ("SoftmaxCrossEntropyLoss", {"reduction": "none"}),
}
PER_CLASS = frozenset({"Softmax", "LogSoftmax"})
"""Operators whose result has an entry for each class."""
TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    if task.cell.subject.name not in NODES:
        return {}
    session = _session(task.cell.subject.name, data)
    binding, held = session.io_binding(), onnxruntime.OrtValue.ortvalue_from_numpy
    for name, array in data.arrays.items():
        binding.bind_ortvalue_input(name, held(array))
    operator, _ = NODES[task.cell.subject.name]
    out = held(data.like_input() if operator in PER_CLASS else data.like_rows())
    binding.bind_ortvalue_output("out", out)
    return {"onnxruntime": Contestant(lambda: session.run_with_iobinding(binding), lambda _: (out.numpy(),))}


def _session(subject: str, data: Data) -> onnxruntime.InferenceSession:
    (kind, attributes), real = NODES[subject], TYPES[data.dtype]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64 if array.dtype == np.int64 else real, list(array.shape))
        for name, array in data.arrays.items()
    ]
    axes = [helper.make_tensor("axes", TensorProto.INT64, [1], [1])] if kind == "ReduceLogSumExp" else []
    node = helper.make_node(kind, [*data.arrays, *(["axes"] if axes else [])], ["out"], **attributes)
    shape = [data.rows, data.classes] if kind in PER_CLASS else [data.rows]
    graph = helper.make_graph([node], "bench", inputs, [helper.make_tensor_value_info("out", real, shape)], axes)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = data.threads, 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
