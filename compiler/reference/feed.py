"""The values both interpreters start from, held to the graph's input types, and when each may be let go."""

from collections.abc import Mapping

import numpy as np

from compiler.errors import DataError
from compiler.ir.graph import Graph, Node
from compiler.ir.tensor import numpy_dtype


def feed(graph: Graph, x: np.ndarray | Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By input name, contiguous, (N, ...) with one N. DataError for a wrong name, shape or dtype."""
    given = {graph.inputs[0]: x} if isinstance(x, np.ndarray) else dict(x)
    if set(given) != set(graph.inputs):
        raise DataError(f"the network reads {', '.join(graph.inputs)}; given: {', '.join(given)}")
    for name, array in given.items():
        shape, dtype = graph.tensors[name].shape, numpy_dtype(graph.tensors[name].dtype)
        if array.shape[1:] != shape:
            raise DataError(f"input {name!r} is {shape} a sample, the data is {array.shape[1:]}")
        if array.dtype != dtype and not _widens(array.dtype, dtype):
            raise DataError(f"input {name!r} takes {dtype}, the data is {array.dtype}")
    if not all(len(array) for array in given.values()):
        raise DataError("the network is given no samples")
    if len({len(array) for array in given.values()}) != 1:
        raise DataError("the network's inputs are given different numbers of samples")
    return {
        name: np.ascontiguousarray(array, numpy_dtype(graph.tensors[name].dtype))
        for name, array in given.items()
    }


def _widens(source: np.dtype, target: np.dtype) -> bool:
    return source.kind == target.kind == "f"


def dying_values(graph: Graph, kept: set[str]) -> dict[str, list[str]]:
    """By node name: the values no later node reads, but for those in `kept`."""
    last: dict[str, Node] = {name: node for node in graph.nodes for name in (*node.outputs, *node.inputs)}
    dying: dict[str, list[str]] = {}
    for name, node in last.items():
        if name not in kept and name not in graph.weights:
            dying.setdefault(node.name, []).append(name)
    return dying
