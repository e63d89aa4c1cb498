"""Batch norms, and what is one in a float network: adding or multiplying a number for each channel."""

import numpy as np

from compiler.frontends.onnx.affine import batch_norm, numbers_along, of_operator
from compiler.frontends.onnx.attributes import malformed, number
from compiler.frontends.onnx.layout import axes_kept, best_order, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.scaling import scaled_map
from compiler.frontends.onnx.values import Affine, Floats, Pending, Reals, Value
from compiler.ir.ops import BatchNorm


def normalization(reading: Reading, node: OnnxNode) -> Value:
    """BatchNormalization: of a float network, quantized after it is folded; of a quantized one behind a layer
    with weights, or of a map.
    """
    value = reading.value(node, 0)
    if len([name for name in node.outputs if name]) > 1:
        raise RejectedError("it is in training mode", "inference mode")
    numbers = tuple(
        reading.constant(node, index, "parameter").real().astype(np.float32) for index in range(1, 5)
    )
    channels = shape_of(value)[1] if len(shape_of(value)) > 1 else 0
    if any(array.shape != (channels,) for array in numbers):
        raise malformed(node, f"has parameters of other lengths than {channels}")
    epsilon = number(node, "epsilon", 1e-5)
    if reading.quantized:
        return _by_numbers(reading, node, value, batch_norm(numbers, epsilon))
    value = reading.computed(value)
    assert isinstance(value, Floats), "a float network has no others"
    if best_order(value.layout)[-1] != 1:
        order = (*(axis for axis in axes_kept(shape_of(value)) if axis != 1), 1)
        tensor = reading.draft.arranged(value, order)
        value = Floats(tensor=tensor, layout=stored(shape_of(value), order))
    return _batch_norm(reading, node.outputs[0], value, numbers, epsilon)


def _by_numbers(reading: Reading, node: OnnxNode, value: Value, affine: Affine) -> Value:
    if isinstance(value, Pending) and value.with_affine is not None and best_order(value.layout)[-1] == 1:
        return value.with_affine(affine)
    if isinstance(value, Reals) and len(shape_of(value)) in (3, 4) and shape_of(value)[0] == 1:
        return scaled_map(reading, node, value, affine)
    raise RejectedError(
        "it normalizes what is neither a quantized map nor a layer's result", "folding it before quantization"
    )


def by_channel(numbers: np.ndarray, value: Pending | Floats) -> np.ndarray | None:
    """(C,) of a constant that varies along the axis stored last alone."""
    shape = value.layout.shape
    return numbers_along(numbers, shape, best_order(value.layout)[-1]) if shape else None


def as_batch_norm(
    reading: Reading, node: OnnxNode, value: Floats, numbers: np.ndarray, swapped: bool
) -> Value | None:
    """Add, Sub, Mul or Div by a constant, as a batch norm that the Graph folds into the layer before. None of
    anything else.
    """
    scalar = numbers.size == 1
    channels = _repeated(reading, numbers, value) if scalar else by_channel(numbers, value)
    found = None if channels is None else of_operator(node.op, channels, swapped)
    if found is None:
        return None
    with np.errstate(over="ignore"):
        gamma, beta = found.scale.astype(np.float32), found.shift.astype(np.float32)
    zeros, ones = np.zeros_like(gamma), np.ones_like(gamma)
    return _batch_norm(reading, node.outputs[0], value, (gamma, beta, zeros, ones), 0.0, anywhere=scalar)


def _repeated(reading: Reading, numbers: np.ndarray, value: Floats) -> np.ndarray:
    """A scalar for each index of the axis that lies last in memory, whichever that is."""
    sides = reading.draft.shape(value.tensor)
    return np.broadcast_to(numbers.ravel(), sides[-1:] or (1,))


def _batch_norm(
    reading: Reading,
    wanted: str,
    value: Floats,
    numbers: tuple[np.ndarray, ...],
    epsilon: float,
    *,
    anywhere: bool = False,
) -> Floats:
    """A BatchNorm over the axis stored last; `numbers`: gamma, beta, mean, variance. `anywhere`: these are as
    many as the tensor's last axis is long, and one for all, so that it does not matter which axis that is.
    """
    if not all(np.isfinite(array).all() for array in numbers) or (numbers[3] + epsilon <= 0).any():
        raise RejectedError("its numbers are not finite, or a variance is negative", "finite numbers")
    tensor, layout = value.tensor, value.layout
    if not anywhere:
        order = best_order(layout)
        tensor, layout = reading.draft.arranged(value, order), stored(layout.shape, order)
    names = ("gamma", "beta", "mean", "variance")
    parameters = (
        reading.draft.parameter(f"{wanted}/{name}", array.astype(np.float32), None)
        for name, array in zip(names, numbers, strict=True)
    )
    shape = reading.draft.shape(tensor)
    op = BatchNorm(epsilon=epsilon)
    name = reading.draft.compute(op, (tensor, *parameters), wanted, shape, None)
    return Floats(tensor=name, layout=layout)


HANDLERS: Handlers = {"BatchNormalization": normalization}
