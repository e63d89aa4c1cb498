"""ConvInteger and MatMulInteger: int32 sums of products, which constants scale before they are quantized.

Definition: github.com/onnx/onnx, docs/Operators.md.
"""

import numpy as np

from compiler.frontends.onnx.attributes import malformed
from compiler.frontends.onnx.convolutions import convolved
from compiler.frontends.onnx.dense import dense, transposed
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.steps import UNSIGNED_OFFSET, real_numbers
from compiler.frontends.onnx.values import Constant, Integers, Pending, Reals, Steps, Sums, Value
from compiler.ir.tensor import Quantization


def conv_integer(reading: Reading, node: OnnxNode) -> Value:
    """x, weight, and their zero points."""
    x = _operand(reading, node, 0)
    weight = _weight(reading, node, x, 0)
    return _sums(convolved(reading, node, x, weight, None))


def mat_mul_integer(reading: Reading, node: OnnxNode) -> Value:
    """A value and a stored matrix, and their zero points."""
    x = _operand(reading, node, 0)
    weight = _weight(reading, node, x, 1)
    return _sums(dense(reading, node, x, transposed(node, weight), None))


def _sums(value: Value) -> Sums:
    assert isinstance(value, Pending), "a layer of a quantized network waits for its quantization"
    return Sums(layout=value.layout, real=value)


def _operand(reading: Reading, node: OnnxNode, at: int) -> Reals:
    """Integers less their zero point. Their scale is their own where they have that zero point already."""
    value = reading.value(node, at)
    if not isinstance(value, Integers):
        raise RejectedError("it reads what is not known as 8-bit integers", "QuantizeLinear before it")
    zero_points = _zero_points(reading, node, at + 2)
    if zero_points.size != 1:
        raise RejectedError("its input has a zero point for each row", "one zero point")
    zero_point = int(zero_points.item()) - (UNSIGNED_OFFSET if value.unsigned else 0)
    if not -128 <= zero_point <= 127:
        raise malformed(node, f"has the zero point {zero_points.item()}")
    known = reading.draft.grid(value.tensor)
    own = known.scale[0] if known is not None and known.zero_point == (zero_point,) else 1.0
    grid = Quantization(scale=(own,), zero_point=(zero_point,))
    return reading.settled(real_numbers(reading, value, grid))


def _weight(reading: Reading, node: OnnxNode, x: Reals, last: int) -> Constant:
    """Stored integers on a scale that makes a product of 1 stand for 1. `last`: 1 where channels lie along
    the last axis, 0 where along the first.
    """
    constant = reading.constant(node, 1, "weight")
    if constant.steps is not None or constant.array.dtype.name not in ("int8", "uint8"):
        raise malformed(node, f"has weights of {constant.array.dtype}")
    axis = constant.array.ndim - 1 if last else 0
    zero_points = _zero_points(reading, node, 3)
    scale = np.float32(1.0 / x.grid.scale[0])
    if zero_points.size == 1:
        steps = Steps(scale=np.array(scale), zero_point=zero_points.reshape(()))
    elif zero_points.shape == (constant.array.shape[axis],):
        steps = Steps(scale=np.full(zero_points.shape, scale), zero_point=zero_points, axis=axis)
    else:
        raise malformed(node, f"has {zero_points.size} zero points for {list(constant.array.shape)}")
    return Constant(array=constant.array, steps=steps)


def _zero_points(reading: Reading, node: OnnxNode, at: int) -> np.ndarray:
    if not reading.given(node, at):
        return np.zeros((), np.int8)
    found = reading.constant(node, at, "zero point").array
    if found.dtype.kind not in "iu" or found.size < 1:
        raise malformed(node, "has a zero point that is no integer")
    return found


HANDLERS: Handlers = {"ConvInteger": conv_integer, "MatMulInteger": mat_mul_integer}
