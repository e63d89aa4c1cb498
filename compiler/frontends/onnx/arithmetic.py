"""Operators of two values: on integers of their own scales, or with a constant a function of one number."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compiler.frontends.onnx.affine import of_operator
from compiler.frontends.onnx.attributes import malformed
from compiler.frontends.onnx.curves import apply
from compiler.frontends.onnx.layout import Order, Shape, best_order, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.normalization import as_batch_norm, by_channel
from compiler.frontends.onnx.reading import Handlers, Reading, result_in, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.scaling import channels_of, scaled_map
from compiler.frontends.onnx.steps import without_axis
from compiler.frontends.onnx.values import Constant, Floats, Pending, Reals, Result, Steps, Sums, Value
from compiler.frontends.onnx.weights import MOST_MULTIPLIER, operand_integers
from compiler.ir.ops import Activation, Add, Curve, Maximum, Minimum, Mul, Op, PRelu, Sub, Unary
from compiler.ir.tensor import Quantization

Binary = Callable[[np.ndarray, np.ndarray], np.ndarray]
_NUMPY: dict[str, Binary] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Max": np.maximum,
    "Min": np.minimum,
    "Pow": np.power,
}
_GRAPH: dict[str, Callable[[Activation], Op]] = {
    "Add": lambda activation: Add(activation=activation),
    "Sub": lambda activation: Sub(activation=activation),
    "Mul": lambda activation: Mul(activation=activation),
}


def binary(reading: Reading, node: OnnxNode) -> Value:
    """Add, Sub, Mul, Div, Max, Min, Pow of two values."""
    if len(node.inputs) != 2:
        raise RejectedError(f"it has {len(node.inputs)} inputs", "two inputs")
    left, right = reading.value(node, 0), reading.value(node, 1)
    if isinstance(left, Constant) and isinstance(right, Constant):
        raise RejectedError("it computes constants", "folding them beforehand")
    shape = broadcast(node, shape_of(left), shape_of(right))
    for value, other, swapped in ((left, right, False), (right, left, True)):
        if isinstance(other, Constant) and shape_of(value) == shape:
            found = _with_constant(reading, node, value, other, swapped)
            if found is not None:
                return found
    if _one_value(left, right):
        assert isinstance(left, Reals) and isinstance(right, Reals)
        second = right.table
        return apply(reading, left, lambda x: _NUMPY[node.op](x, second), None, node.outputs[0])
    swish = _swish(reading, node, left, right)
    return swish if swish is not None else _of_two(reading, node, left, right, shape)


def broadcast(node: OnnxNode, left: Shape, right: Shape) -> Shape:
    """The shape of both together."""
    try:
        return np.broadcast_shapes(left, right)
    except ValueError as error:
        raise malformed(node, f"joins values of shapes {list(left)} and {list(right)}") from error


def _one_value(left: Value, right: Value) -> bool:
    return (
        isinstance(left, Reals)
        and isinstance(right, Reals)
        and (left.tensor, left.layout) == (right.tensor, right.layout)
    )


def _with_constant(
    reading: Reading, node: OnnxNode, value: Value, other: Constant, swapped: bool
) -> Value | None:
    """A scalar: a function of one number. A vector added to a layer without bias: its bias. In a float
    network either is an affine map of channels. None where it is none of these.
    """
    numbers = other.real().astype(np.float32)
    function = _NUMPY[node.op]
    if isinstance(value, Sums):
        return _summed(node, value, other)
    if isinstance(value, Pending):
        return _behind_a_layer(node, value, other, swapped)
    if isinstance(value, Floats) and not reading.quantized:
        return as_batch_norm(reading, node, value, numbers, swapped)
    if numbers.size == 1 and isinstance(value, Reals):
        scalar = numbers.reshape(())
        return apply(
            reading,
            value,
            (lambda x: function(scalar, x)) if swapped else (lambda x: function(x, scalar)),
            None,
            node.outputs[0],
        )
    if isinstance(value, Reals) and other.steps is None:
        channels = channels_of(numbers, value)
        by = None if channels is None else of_operator(node.op, channels, swapped)
        return None if by is None else scaled_map(reading, node, value, by)
    return None


def _behind_a_layer(node: OnnxNode, value: Pending, other: Constant, swapped: bool) -> Value | None:
    """What is not quantized yet, and a number for each channel or for all."""
    numbers = by_channel(other.real().astype(np.float32), value)
    if numbers is None:
        return None
    if node.op == "Add" and value.with_bias is not None:
        return value.with_bias(Constant(array=other.array.ravel(), steps=without_axis(other).steps))
    affine = of_operator(node.op, numbers, swapped)
    if affine is None or value.with_affine is None:
        return None
    return value.with_affine(affine)


def _summed(node: OnnxNode, value: Sums, other: Constant) -> Value | None:
    """int32 sums and an int32 bias."""
    real = value.real
    if node.op != "Add" or real.with_bias is None or other.array.dtype != np.int32:
        return None
    if by_channel(other.array, real) is None:
        return None
    one = Steps(scale=np.ones((), np.float32), zero_point=np.zeros((), np.int32))
    biased = real.with_bias(Constant(array=other.array.ravel(), steps=one))
    assert isinstance(biased, Pending)
    return Sums(layout=value.layout, real=biased)


def _swish(reading: Reading, node: OnnxNode, left: Value, right: Value) -> Value | None:
    """x * sigmoid(x) of a float network."""
    if node.op != "Mul" or not (isinstance(left, Floats) and isinstance(right, Floats)):
        return None
    for x, gate in ((left, right), (right, left)):
        op = reading.draft.source(gate.tensor)
        if op is None or op.inputs != (x.tensor,) or gate.layout != x.layout:
            continue
        if isinstance(op.op, Unary) and op.op.activation in ("sigmoid", "hard_sigmoid"):
            curve: Curve = "swish" if op.op.activation == "sigmoid" else "hard_swish"
            return apply(reading, x, lambda y: y, Unary(activation=curve), node.outputs[0])
    return None


def _of_two(reading: Reading, node: OnnxNode, left: Value, right: Value, shape: Shape) -> Value:
    if node.op in ("Max", "Min"):
        return _extreme(reading, node, left, right, shape)
    if node.op not in _GRAPH:
        raise RejectedError("it joins two values", "a constant as one of them")
    larger = left if shape_of(left) == shape or isinstance(right, Constant) else right
    if shape_of(larger) != shape or isinstance(larger, Constant):
        raise RejectedError("both its inputs are repeated", "one input of the output's shape")
    order = best_order(reading.computed(larger).layout)

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        operands = tuple(_in_order(reading, node, value, shape, order) for value in (left, right))
        if grid is not None:
            _require_scales(reading, node, operands, grid)
        sides = tuple(shape[axis] for axis in order)
        name = reading.draft.compute(_GRAPH[node.op](activation), operands, node.outputs[0], sides, grid)
        return result_in(name, shape, order)

    for value in (left, right):
        if not isinstance(value, Constant):
            reading.computed(value)
        elif reading.quantized:
            operand_integers(value)
    return reading.result(stored(shape, order), finish)


def _in_order(reading: Reading, node: OnnxNode, value: Value, shape: Shape, order: Order) -> str:
    """The tensor of an operand, its axes as the output's; the axes it lacks have length 1."""
    if not isinstance(value, Constant):
        computed = reading.computed(value)
        own = (1,) * (len(shape) - len(computed.layout.shape)) + computed.layout.shape
        layout = computed.layout.reshaped(own)
        assert layout is not None, "axes of length 1 are never stored apart"
        return reading.draft.arranged(replace(computed, layout=layout), order)
    array, grid = value.real().astype(np.float32), None
    if reading.quantized:
        array, grid = operand_integers(value)
    array = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)
    left_out = tuple(axis for axis in range(len(shape)) if axis not in order)
    ordered = array.transpose((*left_out, *order)).reshape(tuple(array.shape[axis] for axis in order))
    return reading.draft.parameter(f"{node.outputs[0]}/constant", ordered, grid)


def _require_scales(reading: Reading, node: OnnxNode, operands: tuple[str, ...], grid: Quantization) -> None:
    scales = [found.scale[0] for name in operands if (found := reading.draft.grid(name)) is not None]
    factor = scales[0] * scales[1] if node.op in ("Mul", "PRelu") else 2 * max(scales) / 2**20
    if factor / grid.scale[0] >= MOST_MULTIPLIER:
        raise RejectedError("its output scale is out of proportion to its inputs'", "a larger output scale")


def _extreme(reading: Reading, node: OnnxNode, left: Value, right: Value, shape: Shape) -> Value:
    """The greater or lesser of two values on one grid: exact."""
    first, second = reading.computed(left), reading.computed(right)
    if not (isinstance(first, Reals) and isinstance(second, Reals)):
        raise RejectedError("there is no float form of it to quantize", "Relu or Clip")
    if first.grid != second.grid or shape_of(first) != shape_of(second):
        raise RejectedError("its inputs have different scales or shapes", "inputs of one scale and shape")
    order = best_order(first.layout)
    names = (reading.draft.arranged(first, order), reading.draft.arranged(second, order))
    op: Op = Maximum() if node.op == "Max" else Minimum()
    sides = tuple(shape[axis] for axis in order)
    name = reading.draft.move(op, names, node.outputs[0], sides)
    return reading.plain(result_in(name, shape, order), first.grid)


def prelu(reading: Reading, node: OnnxNode) -> Value:
    """One slope: a function of one number; a slope for each channel, quantized: PRelu."""
    slope = reading.constant(node, 1, "slope")
    numbers = slope.real().astype(np.float32)
    if numbers.size == 1 and isinstance(reading.value(node, 0), Reals):
        alpha = numbers.reshape(())
        return apply(
            reading, reading.value(node, 0), lambda x: np.where(x < 0, x * alpha, x), None, node.outputs[0]
        )
    x = reading.operand(node, 0)
    if not isinstance(x, Reals):
        raise RejectedError("there is no float form of it to quantize", "LeakyRelu")
    shape = shape_of(x)
    order = best_order(x.layout)
    operand_integers(slope)
    if broadcast(node, shape, slope.array.shape) != shape:
        raise malformed(node, f"has slopes of shape {list(slope.array.shape)} for {list(shape)}")

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        names = (_in_order(reading, node, x, shape, order), _in_order(reading, node, slope, shape, order))
        if grid is not None:
            _require_scales(reading, node, names, grid)
        sides = tuple(shape[axis] for axis in order)
        wanted = node.outputs[0] if activation == "none" else f"{node.outputs[0]}/slopes"
        name = reading.draft.compute(PRelu(), names, wanted, sides, grid)
        return reading.activated(result_in(name, shape, order), activation, grid, shape)

    return reading.result(stored(shape, order), finish)


HANDLERS: Handlers = {**dict.fromkeys(_NUMPY, binary), "PRelu": prelu}
