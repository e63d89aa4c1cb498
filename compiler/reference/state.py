"""What a graph's states hold before the first call."""

import numpy as np

from compiler.errors import DataError
from compiler.ir.graph import Graph
from compiler.ir.tensor import numpy_dtype


def fresh_state(graph: Graph, count: int) -> dict[str, np.ndarray]:
    """By state, (count, ...): `count` sequences that have not begun. Empty for a graph without states."""
    return {
        state.name: np.full(
            (count, *graph.tensors[state.name].shape),
            state.initial,
            numpy_dtype(graph.tensors[state.name].dtype),
        )
        for state in graph.states
    }


def check_state(graph: Graph, state: dict[str, np.ndarray], count: int) -> None:
    """DataError where it is not what `fresh_state` gives, in names, shapes and dtypes."""
    expected = fresh_state(graph, count)
    if set(state) != set(expected):
        raise DataError(f"the network keeps {', '.join(expected)}; given: {', '.join(state)}")
    for name, array in state.items():
        if (array.shape, array.dtype) != (expected[name].shape, expected[name].dtype):
            wanted = f"{expected[name].dtype}{expected[name].shape}"
            raise DataError(f"state {name!r} is {wanted}, the data is {array.dtype}{array.shape}")
