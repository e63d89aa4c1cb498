"""The range of every value of a float graph on calibration samples: quantization takes its scales from it."""

from collections.abc import Iterable, Mapping

import numpy as np

from compiler.errors import DataError, ModelError
from compiler.ir.graph import Graph
from compiler.reference.float_interpreter import run_float

SAMPLES_AT_ONCE = 32


def measure_ranges(graph: Graph, batches: Iterable[np.ndarray]) -> Mapping[str, tuple[float, float]]:
    """Least and greatest element of each value, graph inputs included, over all batches (N, ...) float32.

    `graph` has weights and has been through run_passes. ModelError where a value is infinite or not a number,
    DataError where there are no samples.
    """
    names = (*graph.inputs, *(name for node in graph.nodes for name in node.outputs))
    low = dict.fromkeys(names, np.inf)
    high = dict.fromkeys(names, -np.inf)
    for batch in batches:
        for start in range(0, len(batch), SAMPLES_AT_ONCE):
            values = run_float(graph, batch[start : start + SAMPLES_AT_ONCE], keep=names)
            for name in names:
                low[name] = np.minimum(low[name], values[name].min())
                high[name] = np.maximum(high[name], values[name].max())
    if low[names[0]] > high[names[0]]:
        raise DataError("there are no samples to calibrate on")
    for name in names:
        if not (np.isfinite(low[name]) and np.isfinite(high[name])):
            raise ModelError(f"value {name!r} is not finite on the calibration samples")
    return {name: (float(low[name]), float(high[name])) for name in names}
