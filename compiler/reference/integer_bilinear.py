"""Int8 bilinear resizing as TensorFlow Lite Micro computes it: weights in 1/1024, one rounding at the end."""

import numpy as np

from compiler.errors import ModelError
from compiler.ir.bilinear import ONE, ONE_BITS, positions, stays_inside
from compiler.ir.ops import ResizeBilinear
from compiler.reference.integer_call import IntegerCall


def run_resize_bilinear(op: ResizeBilinear, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """(N, H, W, C) -> (N, *size, C); input and output have one quantization. Rounds half away from zero,
    whatever the graph's rounding. ModelError where a rounded step leads out of the input."""
    x = inputs[0].astype(np.int64)
    rows = _along(op, 0, x, call)
    total = _along(op, 1, rows, call)
    half = 1 << (2 * ONE_BITS - 1)
    return np.asarray(np.sign(total) * ((np.abs(total) + half) >> (2 * ONE_BITS)), np.int8)


def _along(op: ResizeBilinear, axis: int, x: np.ndarray, call: IntegerCall) -> np.ndarray:
    """Weighted sums of the two neighbours along one axis, times 1024."""
    size, outputs = x.shape[axis + 1], op.size[axis]
    found = positions(op, axis, size)
    if not stays_inside(found, outputs, size):
        raise ModelError(f"layer {call.name!r} resizes {size} to {outputs}, which its steps cannot resolve")
    at = found.offset + np.arange(outputs) * found.step
    low = np.maximum(at >> ONE_BITS, 0)
    high = np.minimum((at + ONE - 1) >> ONE_BITS, size - 1)
    weight = (at - low * ONE).reshape(-1, *(1,) * (x.ndim - axis - 2))
    below, above = np.take(x, low, axis=axis + 1), np.take(x, high, axis=axis + 1)
    result: np.ndarray = below * (ONE - weight) + above * weight
    return result
