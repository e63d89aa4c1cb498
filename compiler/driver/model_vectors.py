"""What the self-test of a compiled model runs: random numbers over the whole range, and the extremes."""

import numpy as np

from compiler.backend import Vectors
from compiler.ir.graph import Graph
from compiler.ir.ops import Quantize
from compiler.ir.tensor import Quantization, Tensor
from compiler.reference.sequences import run_sequence

MOST_VECTORS = 16
MOST_STORED = 1000
LEAST_VECTORS = 4
_MOST_BYTES = 64 * 1024
_MOST_MACS = 400_000_000
_INTEGERS = ("int8", "uint8", "int16", "int32", "int64")


def usual_count(graph: Graph, macs: int) -> int:
    """How many vectors a self-test has unless asked for more: fewer of large samples and large networks."""
    sample = sum(graph.tensors[name].bytes for name in (*graph.inputs, *graph.outputs))
    affordable = min(_MOST_BYTES // max(1, sample), _MOST_MACS // max(1, macs))
    return max(LEAST_VECTORS, min(MOST_VECTORS, affordable))


def model_vectors(graph: Graph, count: int, seed: int) -> Vectors:
    """`count` inputs and what the integer reference makes of them. Where the graph has states they are two
    sequences of calls, so that the second tells whether the state was reset; an odd count is one more.

    The last two hold the least and the greatest number everywhere, where there are three or more.
    ModelError where a layer can overflow its accumulator.
    """
    rng = np.random.default_rng(seed)
    if graph.states:
        count += count % 2
    sequence = count // 2 if graph.states else 1
    inputs = {name: _samples(graph, name, count, rng) for name in graph.inputs}
    given = {name: array.reshape(-1, sequence, *array.shape[1:]) for name, array in inputs.items()}
    found = run_sequence(graph, given)
    outputs = {name: array.reshape(count, *array.shape[2:]) for name, array in found.items()}
    return Vectors(
        sequence=sequence,
        inputs=_rows([inputs[name] for name in graph.inputs]),
        outputs=_rows([outputs[name] for name in graph.outputs]),
    )


def _rows(arrays: list[np.ndarray]) -> np.ndarray:
    """(count, bytes) int8: the bytes of the arrays side by side, one row a sample."""
    flat = [np.ascontiguousarray(array).reshape(len(array), -1).view(np.int8) for array in arrays]
    return np.concatenate(flat, axis=1)


def _samples(graph: Graph, name: str, count: int, rng: np.random.Generator) -> np.ndarray:
    tensor = graph.tensors[name]
    if tensor.dtype == "float32":
        low, high = _real_range(graph, name)
        drawn = rng.uniform(low, high, (count, *tensor.shape)).astype(np.float32)
    else:
        low, high = _integer_range(tensor)
        drawn = rng.integers(low, high, (count, *tensor.shape), np.dtype(tensor.dtype), endpoint=True)
    if count >= 3:
        drawn[-2], drawn[-1] = low, high
    return drawn


def _integer_range(tensor: Tensor) -> tuple[int, int]:
    if tensor.dtype == "bool":
        return 0, 1
    assert tensor.dtype in _INTEGERS, f"no input is {tensor.dtype}"
    found = np.iinfo(tensor.dtype)
    return int(found.min), int(found.max)


def _real_range(graph: Graph, name: str) -> tuple[float, float]:
    """What the integers behind the border stand for, and a tenth more on both sides, which saturates."""
    for node in graph.readers().get(name, ()):
        inner = graph.tensors[node.outputs[0]] if isinstance(node.op, Quantize) else None
        if inner is not None and inner.quantization is not None:
            low, high = (_real(value, inner.quantization) for value in _integer_range(inner))
            margin = 0.1 * (high - low)
            return low - margin, high + margin
    return -1.0, 1.0


def _real(integer: int, quantization: Quantization) -> float:
    return quantization.scale[0] * (integer - quantization.zero_point[0])
