"""Gemm and MatMul with stored weights: dense layers; of several rows, convolutions of one pixel."""

from dataclasses import replace
from math import prod

import numpy as np

from compiler.frontends.onnx.attributes import integer, malformed, number
from compiler.frontends.onnx.convolutions import accumulator_unit
from compiler.frontends.onnx.layout import Layout, Shape, axes_kept, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, result_in, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Constant, Floats, Reals, Result, Value
from compiler.frontends.onnx.weights import add_bias, add_weight, require_multiplier
from compiler.ir.ops import Activation, Conv2D, Dense, Window
from compiler.ir.tensor import Quantization


def gemm(reading: Reading, node: OnnxNode) -> Value:
    """x (M, K), weight (K, N) or (N, K), bias (N,)."""
    if number(node, "alpha", 1.0) != 1.0 or number(node, "beta", 1.0) not in (0.0, 1.0):
        raise RejectedError("it scales by alpha or beta", "alpha 1 and beta 1")
    if integer(node, "transA", 0):
        raise RejectedError("it transposes its first input", "transA 0")
    weight = reading.constant(node, 1, "weight")
    weight = weight if integer(node, "transB", 0) else transposed(node, weight)
    with_bias = reading.given(node, 2) and number(node, "beta", 1.0) == 1.0
    bias = reading.constant(node, 2, "bias") if with_bias else None
    x = reading.operand(node, 0)
    if len(shape_of(x)) != 2:
        raise malformed(node, f"reads a value of shape {list(shape_of(x))}")
    return dense(reading, node, x, weight, bias)


def mat_mul(reading: Reading, node: OnnxNode) -> Value:
    """x (..., K), weight (K, N)."""
    if isinstance(reading.value(node, 0), Constant):
        raise RejectedError("its first factor is a constant", "the constant as the second factor")
    weight = reading.constant(node, 1, "second factor")
    return dense(reading, node, reading.operand(node, 0), transposed(node, weight), None)


def transposed(node: OnnxNode, weight: Constant) -> Constant:
    """A matrix the other way round, with its scales."""
    if weight.array.ndim != 2:
        raise RejectedError(f"its weight has the shape {list(weight.array.shape)}", "a matrix")
    steps = weight.steps
    if steps is not None and steps.axis is not None:
        steps = replace(steps, axis=1 - steps.axis)
    return Constant(array=weight.array.T, steps=steps)


def dense(
    reading: Reading, node: OnnxNode, x: Reals | Floats, weight: Constant, bias: Constant | None
) -> Value:
    """x (..., K), weight (N, K)."""
    shape = shape_of(x)
    if weight.array.ndim != 2 or not shape or weight.array.shape[1] != shape[-1] or 0 in weight.array.shape:
        raise malformed(node, f"has a weight of shape {list(weight.array.shape)} on {list(shape)}")
    units, output = weight.array.shape[0], (*shape[:-1], weight.array.shape[0])
    unit = accumulator_unit(x, weight, 0) if reading.quantized else None
    rows = prod(shape[:-1])

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        if grid is not None and unit is not None:
            require_multiplier(unit, grid)
        arrange = _one_row if rows == 1 else _rows
        source, ordered = arrange(reading, x, weight)
        along = (units, shape[-1]) if rows == 1 else (units, 1, 1, shape[-1])
        parameters = (
            add_weight(
                reading, f"{node.outputs[0]}/weight", ordered, lambda array: array.reshape(along), (0, 0)
            ),
            *add_bias(reading, f"{node.outputs[0]}/bias", bias, units, unit),
        )
        op = (
            Dense(activation=activation)
            if rows == 1
            else Conv2D(window=Window(kernel=(1, 1)), activation=activation)
        )
        sides = (units,) if rows == 1 else (rows, 1, units)
        name = reading.draft.compute(op, (source, *parameters), node.outputs[0], sides, grid)
        return result_in(name, output, tuple(range(len(output))))

    def with_bias(later: Constant) -> Value:
        return dense(reading, node, x, weight, later)

    layout = stored(output, tuple(range(len(output))))
    return reading.result(layout, finish, with_bias=with_bias if bias is None else None)


def _one_row(reading: Reading, x: Reals | Floats, weight: Constant) -> tuple[str, Constant]:
    """The flat input as it lies in memory, and the weight's columns in that order."""
    layout: Layout = x.layout
    source = reading.draft.reshaped(x.tensor, (prod(layout.shape),))
    sizes: Shape = tuple(layout.sizes[atom] for atom in layout.logical)
    place = {atom: index for index, atom in enumerate(layout.logical)}
    columns = np.arange(prod(sizes)).reshape(sizes).transpose([place[atom] for atom in layout.storage])
    return source, replace(weight, array=weight.array[:, columns.ravel()])


def _rows(reading: Reading, x: Reals | Floats, weight: Constant) -> tuple[str, Constant]:
    """Rows one below the other, in ONNX's order."""
    source = reading.draft.arranged(x, axes_kept(x.layout.shape))
    depth = x.layout.shape[-1]
    return reading.draft.reshaped(source, (prod(x.layout.shape) // depth, 1, depth)), weight


HANDLERS: Handlers = {"Gemm": gemm, "MatMul": mat_mul}
