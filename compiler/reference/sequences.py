"""Runs an int8 graph call after call, its states kept from one to the next."""

from collections.abc import Collection, Mapping

import numpy as np

from compiler.ir.graph import Graph
from compiler.reference.integer_interpreter import step_int8


def run_sequence(
    graph: Graph,
    x: np.ndarray | Mapping[str, np.ndarray],
    *,
    keep: Collection[str] | None = None,
    state: Mapping[str, np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """The outputs of every call, and the values named in `keep`, each (N, calls, ...): N independent
    sequences.

    x: the input (N, calls, ...), or one array for each graph input by name; calls >= 1. `state`: where the
    sequences go on, by name (N, ...); None where they begin. Errors as of step_int8.
    """
    given = {graph.inputs[0]: x} if isinstance(x, np.ndarray) else dict(x)
    calls = min(array.shape[1] for array in given.values())
    found: list[dict[str, np.ndarray]] = []
    for call in range(calls):
        values, state = step_int8(
            graph, {name: array[:, call] for name, array in given.items()}, keep=keep, state=state
        )
        found.append(values)
    return {name: np.stack([values[name] for values in found], axis=1) for name in found[0]}
