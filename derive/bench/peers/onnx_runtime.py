"""ONNX Runtime: a graph of one node, its input and its output bound to memory once."""

from __future__ import annotations

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from derive.bench.data import Array, Data
from derive.bench.peers.contestant import Contestant
from derive.bench.task import Task
from derive.formulas.timed.onnx_nodes import SPELLED, Node

TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}


def contestants(task: Task, data: Data) -> dict[str, Contestant]:
    node = SPELLED.get(task.cell.kernel)
    if node is None or task.plain is None:
        return {}
    (memory,) = task.plain.memory(data)
    session = _session(node, data, memory)
    binding, held = session.io_binding(), onnxruntime.OrtValue.ortvalue_from_numpy
    for name, array in data.arrays.items():
        binding.bind_ortvalue_input(name, held(array))
    out = held(memory)
    binding.bind_ortvalue_output("out", out)
    return {"onnxruntime": Contestant(lambda: session.run_with_iobinding(binding), lambda _: (out.numpy(),))}


def _session(node: Node, data: Data, out: Array) -> onnxruntime.InferenceSession:
    real = TYPES[data.dtype]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64 if array.dtype == np.int64 else real, list(array.shape))
        for name, array in data.arrays.items()
    ]
    constants = [helper.make_tensor(name, TensorProto.INT64, [len(v)], v) for name, v in node.constants.items()]
    made = helper.make_node(node.operator, [*data.arrays, *node.constants], ["out"], **node.attributes)
    result = helper.make_tensor_value_info("out", real, list(out.shape))
    graph = helper.make_graph([made], "bench", inputs, [result], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = data.threads, 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
