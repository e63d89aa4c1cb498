"""onnxruntime as the oracle of exported files: one thread, with or without its optimizer."""

import numpy as np
import pytest

from compiler.ir.graph import Graph

NEEDS_ONNXRUNTIME = "onnxruntime, the oracle, is not installed"


def run_onnx(content: bytes, inputs: dict[str, np.ndarray], *, optimized: bool = True) -> np.ndarray:
    """The first output of inputs (N, ..., C), itself (N, ..., C)."""
    onnxruntime = pytest.importorskip("onnxruntime", reason=NEEDS_ONNXRUNTIME)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    feed = {name: np.ascontiguousarray(np.moveaxis(array, -1, 1)) for name, array in inputs.items()}
    return np.moveaxis(session.run(None, feed)[0], 1, -1)


def run_int8_onnx(
    content: bytes, graph: Graph, inputs: dict[str, np.ndarray], *, optimized: bool = True
) -> np.ndarray:
    """As run_onnx, but integers in and out: int8 inputs by name, int64 out."""
    real = {name: _real(array, graph, name) for name, array in inputs.items()}
    quantization = graph.tensors[graph.outputs[0]].quantization
    assert quantization is not None
    found = run_onnx(content, real, optimized=optimized)
    return np.rint(found / np.float32(quantization.scale[0])).astype(int) + quantization.zero_point[0]


def _real(integers: np.ndarray, graph: Graph, name: str) -> np.ndarray:
    quantization = graph.tensors[name].quantization
    assert quantization is not None
    return (integers.astype(np.float32) - quantization.zero_point[0]) * np.float32(quantization.scale[0])
