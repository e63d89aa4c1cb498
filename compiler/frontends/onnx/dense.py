"""Gemm and MatMul with stored weights: dense layers; of several rows, convolutions of one pixel."""

from dataclasses import replace
from math import prod

import numpy as np

from compiler.frontends.onnx.affine import after
from compiler.frontends.onnx.attributes import integer, malformed, number
from compiler.frontends.onnx.layout import Layout, Shape, axes_kept, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, result_in, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Affine, Constant, Floats, Reals, Result, Value
from compiler.frontends.onnx.weights import (
    LayerNumbers,
    add_bias,
    add_weight,
    numbers_on,
    operand_integers,
    require_multiplier,
    weight_scale,
)
from compiler.ir.ops import Activation, BatchMatMul, Conv2D, Dense, Window
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
    """x (..., K), weight (K, N): a dense layer. Of two values, or a constant that is no matrix: a product of
    matrices.
    """
    left, right = reading.value(node, 0), reading.value(node, 1)
    if isinstance(right, Constant) and right.array.ndim == 2 and not isinstance(left, Constant):
        return dense(reading, node, reading.computed(left), transposed(node, right), None)
    return _product(reading, node, left, right)


def _product(reading: Reading, node: OnnxNode, left: Value, right: Value) -> Value:
    """(..., rows, depth) by (..., depth, columns), their leading axes equal, either of them stored."""
    shapes = (shape_of(left), shape_of(right))
    if min(map(len, shapes)) < 2 or shapes[0][-1] != shapes[1][-2]:
        raise malformed(node, f"multiplies {list(shapes[0])} by {list(shapes[1])}")
    leading = [tuple(size for size in shape[:-2] if size > 1) for shape in shapes]
    if leading[0] != leading[1] or not reading.quantized:
        raise RejectedError(f"it multiplies {list(shapes[0])} by {list(shapes[1])}", "one matrix as weights")
    batch = max(shapes, key=len)[:-2]
    output = (*batch, shapes[0][-2], shapes[1][-1])
    sides = (*leading[0], *output[-2:])
    operands = [value if isinstance(value, Constant) else reading.computed(value) for value in (left, right)]

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        names = tuple(
            _matrix(reading, node, value, (*leading[0], *shape[-2:]))
            for value, shape in zip(operands, shapes, strict=True)
        )
        scales = [found.scale[0] for name in names if (found := reading.draft.grid(name)) is not None]
        if grid is not None:
            require_multiplier(scales[0] * scales[1], grid)
        wanted = node.outputs[0] if activation == "none" else f"{node.outputs[0]}/product"
        name = reading.draft.compute(BatchMatMul(), names, wanted, sides, grid)
        return reading.activated(result_in(name, sides, tuple(range(len(sides)))), activation, grid, output)

    for value in operands:
        if isinstance(value, Constant):
            operand_integers(value)
    return reading.result(stored(output, tuple(range(len(output)))), finish)


def _matrix(reading: Reading, node: OnnxNode, value: Constant | Reals | Floats, sides: Shape) -> str:
    if isinstance(value, Constant):
        array, grid = operand_integers(value)
        return reading.draft.parameter(f"{node.outputs[0]}/factor", array.reshape(sides), grid)
    shape = value.layout.shape
    tensor = reading.draft.arranged(value, tuple(range(len(shape))))
    return reading.draft.reshaped(tensor, sides)


def transposed(node: OnnxNode, weight: Constant) -> Constant:
    """A matrix the other way round, with its scales."""
    if weight.array.ndim != 2:
        raise RejectedError(f"its weight has the shape {list(weight.array.shape)}", "a matrix")
    steps = weight.steps
    if steps is not None and steps.axis is not None:
        steps = replace(steps, axis=1 - steps.axis)
    return replace(weight, array=weight.array.T, steps=steps)


def dense(
    reading: Reading,
    node: OnnxNode,
    x: Reals | Floats,
    weight: Constant,
    bias: Constant | None,
    affine: Affine | None = None,
) -> Value:
    """x (..., K), weight (N, K); `affine` follows the product."""
    shape = shape_of(x)
    if weight.array.ndim != 2 or not shape or weight.array.shape[1] != shape[-1] or 0 in weight.array.shape:
        raise malformed(node, f"has a weight of shape {list(weight.array.shape)} on {list(shape)}")
    units, output = weight.array.shape[0], (*shape[:-1], weight.array.shape[0])
    rows = prod(shape[:-1])
    if reading.quantized:
        weight_scale(weight, 0)

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        numbers = numbers_on(x, weight, bias, affine, 0, grid)
        operands = _operands(reading, node.outputs[0], x, numbers)
        op: Dense | Conv2D = Dense(activation=activation)
        if rows != 1:
            op = Conv2D(window=Window(kernel=(1, 1)), activation=activation)
        sides = (units,) if rows == 1 else (rows, 1, units)
        name = reading.draft.compute(op, operands, node.outputs[0], sides, grid)
        return result_in(name, output, tuple(range(len(output))))

    def with_bias(later: Constant) -> Value:
        return dense(reading, node, x, weight, later)

    def with_affine(later: Affine) -> Value:
        return dense(reading, node, x, weight, bias, after(affine, later))

    layout = stored(output, tuple(range(len(output))))
    bare = bias is None and affine is None
    return reading.result(layout, finish, with_bias=with_bias if bare else None, with_affine=with_affine)


def _operands(reading: Reading, wanted: str, x: Reals | Floats, numbers: LayerNumbers) -> tuple[str, ...]:
    """Rows, weight and, where there is one, bias, the latter two named after the result."""
    units, depth = numbers.weight.array.shape
    one_row = prod(x.layout.shape) == depth
    source, weight = (_one_row if one_row else _rows)(reading, x, numbers.weight)
    along = (units, depth) if one_row else (units, 1, 1, depth)
    return (
        source,
        add_weight(reading, f"{wanted}/weight", weight, lambda array: array.reshape(along), (0, 0)),
        *add_bias(reading, f"{wanted}/bias", numbers.bias, units, numbers.unit),
    )


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
