"""Takes the arrays an interpreter is given and holds them to the graph's input types."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from compiler.errors import DataError
from compiler.ir.graph import Graph


def feed(graph: Graph, x: np.ndarray | Mapping[str, np.ndarray], dtype: DTypeLike) -> dict[str, np.ndarray]:
    """By input name, contiguous, (N, ...) with one N. DataError for a wrong name, shape or dtype."""
    given = {graph.inputs[0]: x} if isinstance(x, np.ndarray) else dict(x)
    if set(given) != set(graph.inputs):
        raise DataError(f"the network reads {', '.join(graph.inputs)}; given: {', '.join(given)}")
    for name, array in given.items():
        shape = graph.tensors[name].shape
        if array.shape[1:] != shape:
            raise DataError(f"input {name!r} is {shape} a sample, the data is {array.shape[1:]}")
        if array.dtype != np.dtype(dtype) and not _widens(array.dtype, np.dtype(dtype)):
            raise DataError(f"input {name!r} takes {np.dtype(dtype)}, the data is {array.dtype}")
    if len({len(array) for array in given.values()}) != 1:
        raise DataError("the network's inputs are given different numbers of samples")
    return {name: np.ascontiguousarray(array, dtype) for name, array in given.items()}


def _widens(source: np.dtype, target: np.dtype) -> bool:
    return source.kind == target.kind == "f"
