"""Integer operators written from the TFLite int8 specification in Python's integers: slow, independent."""

import math
from fractions import Fraction

import numpy as np

from compiler.ir.fixed_point import (
    Multiplier,
    activation_bounds,
    add_multipliers,
    mean_multiplier,
    product_multipliers,
    quantize_multiplier,
)
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Pad,
    Reshape,
    ResizeNearest,
    TransposeConv2D,
    Unary,
    Window,
)


def half_away_from_zero(value: Fraction) -> int:
    whole = math.floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def doubling_high_multiply(a: int, b: int) -> int:
    """gemmlowp: (a * b + nudge) / 2^31 with C's truncating division, saturated."""
    if a == b == -(2**31):
        return 2**31 - 1
    product = a * b
    nudged = product + (2**30 if product >= 0 else 1 - 2**30)
    return math.trunc(Fraction(nudged, 2**31))


def wrap(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def requantize(value: int, by: Multiplier) -> int:
    high = doubling_high_multiply(wrap(value << max(by.shift, 0)), by.mantissa)
    return half_away_from_zero(Fraction(high, 2 ** max(-by.shift, 0)))


def clamp(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)


def run_oracle(graph: Graph, inputs: list[np.ndarray]) -> dict[str, np.ndarray]:
    """All values of the graph, int8 in their shapes."""
    values = dict(zip(graph.inputs, inputs, strict=True)) | dict(graph.weights)
    for node in graph.nodes:
        arrays = [values[name].astype(np.int64) for name in node.inputs]
        shape = graph.tensors[node.outputs[0]].shape
        out = np.array(_evaluate(graph, node, arrays), dtype=np.int64).reshape(shape)
        assert out.min() >= -128 and out.max() <= 127
        values[node.outputs[0]] = out.astype(np.int8)
    return values


def _evaluate(graph: Graph, node: Node, arrays: list[np.ndarray]) -> object:
    quantizations = [graph.tensors[name].quantization for name in (*node.inputs, *node.outputs)]
    match node.op:
        case Conv2D(window=window, groups=groups):
            return _weighted(graph, node, _conv_sums(graph, node, arrays, window, groups))
        case DepthwiseConv2D(window=window, multiplier=multiplier):
            return _weighted(graph, node, _depthwise_sums(graph, node, arrays, window, multiplier))
        case TransposeConv2D():
            return _weighted(graph, node, _transposed_sums(graph, node, arrays))
        case Dense():
            centred = arrays[0] - quantizations[0].zero_point[0]
            return _weighted(graph, node, (arrays[1] * centred[None, :]).sum(axis=1))
        case Add():
            return _add(graph, node, arrays)
        case Mul():
            return _mul(graph, node, arrays)
        case Activate(activation=activation):
            return np.clip(arrays[0], *activation_bounds(activation, quantizations[-1]))
        case Unary():
            return _curve(graph, node, arrays[0])
        case Pad(pads=pads, value=value):
            output = quantizations[-1]
            border = half_away_from_zero(Fraction(value) / Fraction(output.scale[0]))
            return _padded(arrays[0], pads, clamp(border + output.zero_point[0], -128, 127))
        case ResizeNearest(factors=(rows, columns)):
            return arrays[0].repeat(rows, axis=0).repeat(columns, axis=1)
        case MaxPool2D() | AveragePool2D():
            return _pool(graph, node, arrays[0])
        case GlobalAveragePool():
            return _global_average(graph, node, arrays[0])
        case Concat(axis=axis):
            return np.concatenate(arrays, axis=axis)
        case Reshape():
            return arrays[0]
    raise AssertionError(node.op)


def _taps(window: Window, y: int, x: int, height: int, width: int) -> list[tuple[int, int, int, int]]:
    """(tap row, tap column, map row, map column) of every tap of window (y, x) that is on the map."""
    found = []
    for i in range(window.kernel[0]):
        for j in range(window.kernel[1]):
            row = y * window.strides[0] - window.pads[0] + i * window.dilations[0]
            column = x * window.strides[1] - window.pads[1] + j * window.dilations[1]
            if 0 <= row < height and 0 <= column < width:
                found.append((i, j, row, column))
    return found


def _conv_sums(graph: Graph, node: Node, arrays: list[np.ndarray], window: Window, groups: int) -> np.ndarray:
    centred = arrays[0] - graph.tensors[node.inputs[0]].quantization.zero_point[0]
    filters, shape = arrays[1], graph.tensors[node.outputs[0]].shape
    depth, per_group = filters.shape[3], filters.shape[0] // groups
    sums = np.zeros(shape, dtype=np.int64)
    for y, x in np.ndindex(*shape[:2]):
        for i, j, row, column in _taps(window, y, x, *centred.shape[:2]):
            for o in range(shape[2]):
                group = o // per_group
                sums[y, x, o] += centred[row, column, group * depth : (group + 1) * depth] @ filters[o, i, j]
    return sums


def _depthwise_sums(
    graph: Graph, node: Node, arrays: list[np.ndarray], window: Window, multiplier: int
) -> np.ndarray:
    centred = arrays[0] - graph.tensors[node.inputs[0]].quantization.zero_point[0]
    shape = graph.tensors[node.outputs[0]].shape
    sums = np.zeros(shape, dtype=np.int64)
    for y, x in np.ndindex(*shape[:2]):
        for i, j, row, column in _taps(window, y, x, *centred.shape[:2]):
            sums[y, x] += np.repeat(centred[row, column], multiplier) * arrays[1][0, i, j]
    return sums


def _transposed_sums(graph: Graph, node: Node, arrays: list[np.ndarray]) -> np.ndarray:
    """Every input pixel adds its multiple of the kernel to the output, where that is not cropped."""
    centred = arrays[0] - graph.tensors[node.inputs[0]].quantization.zero_point[0]
    filters, window = arrays[1], node.op.window
    sums = np.zeros(graph.tensors[node.outputs[0]].shape, dtype=np.int64)
    for y, x in np.ndindex(*centred.shape[:2]):
        for i, j in np.ndindex(*window.kernel):
            row = y * window.strides[0] + i - window.pads[0]
            column = x * window.strides[1] + j - window.pads[1]
            if 0 <= row < sums.shape[0] and 0 <= column < sums.shape[1]:
                sums[row, column] += filters[:, i, j] @ centred[y, x]
    return sums


def _curve(graph: Graph, node: Node, array: np.ndarray) -> list[int]:
    before, after = (graph.tensors[n].quantization for n in (*node.inputs, *node.outputs))
    found = []
    for integer in array.ravel().tolist():
        x = before.scale[0] * (integer - before.zero_point[0])
        real = _real_curve(node.op, x)
        rounded = math.floor(abs(real / after.scale[0]) + 0.5)
        found.append(clamp(int(math.copysign(rounded, real)) + after.zero_point[0], -128, 127))
    return found


def _real_curve(op: Unary, x: float) -> float:
    hard = min(max(x + 3, 0), 6) / 6
    match op.activation:
        case "sigmoid":
            return 1 / (1 + math.exp(-x))
        case "tanh":
            return math.tanh(x)
        case "hard_sigmoid":
            return hard
        case "hard_swish":
            return x * hard
        case "swish":
            return x / (1 + math.exp(-x))
        case "gelu":
            return x * (1 + math.erf(x / math.sqrt(2))) / 2
        case "leaky_relu":
            return x * op.slope if x < 0 else x
    raise AssertionError(op)


def _padded(array: np.ndarray, pads: tuple[tuple[int, int], ...], border: int) -> np.ndarray:
    shape = [before + size + after for (before, after), size in zip(pads, array.shape, strict=True)]
    out = np.full(shape, border, dtype=np.int64)
    inside = tuple(slice(before, before + size) for (before, _), size in zip(pads, array.shape, strict=True))
    out[inside] = array
    return out


def _weighted(graph: Graph, node: Node, sums: np.ndarray) -> np.ndarray:
    source, weight, output = (graph.tensors[n].quantization for n in (*node.inputs[:2], node.outputs[0]))
    channels = sums.shape[-1]
    multipliers = product_multipliers(source, weight, output, channels)
    bias = graph.weights[node.inputs[2]] if len(node.inputs) == 3 else [0] * channels
    low, high = activation_bounds(node.op.activation, output)
    flat = sums.reshape(-1, channels)
    return np.array(
        [
            [
                clamp(requantize(int(s) + int(b), m) + output.zero_point[0], low, high)
                for s, b, m in zip(row, bias, multipliers, strict=True)
            ]
            for row in flat
        ]
    )


def _add(graph: Graph, node: Node, arrays: list[np.ndarray]) -> list[int]:
    left, right, output = (graph.tensors[n].quantization for n in (*node.inputs, *node.outputs))
    by = add_multipliers(left, right, output)
    low, high = activation_bounds(node.op.activation, output)
    result = []
    for a, b in zip(arrays[0].ravel().tolist(), arrays[1].ravel().tolist(), strict=True):
        total = requantize((a - left.zero_point[0]) << 20, by.left)
        total += requantize((b - right.zero_point[0]) << 20, by.right)
        result.append(clamp(requantize(total, by.output) + output.zero_point[0], low, high))
    return result


def _mul(graph: Graph, node: Node, arrays: list[np.ndarray]) -> list[int]:
    left, right, output = (graph.tensors[n].quantization for n in (*node.inputs, *node.outputs))
    by = quantize_multiplier(left.scale[0] * right.scale[0] / output.scale[0])
    low, high = activation_bounds(node.op.activation, output)
    products = (arrays[0] - left.zero_point[0]) * (arrays[1] - right.zero_point[0])
    return [clamp(requantize(p, by) + output.zero_point[0], low, high) for p in products.ravel().tolist()]


def _pool(graph: Graph, node: Node, array: np.ndarray) -> np.ndarray:
    window, output = node.op.window, graph.tensors[node.outputs[0]]
    low, high = activation_bounds(node.op.activation, output.quantization)
    result = np.zeros(output.shape, dtype=np.int64)
    for y, x, c in np.ndindex(*output.shape):
        found = [int(array[r, k, c]) for _, _, r, k in _taps(window, y, x, *array.shape[:2])]
        mean = half_away_from_zero(Fraction(sum(found), len(found)))
        result[y, x, c] = clamp(max(found) if isinstance(node.op, MaxPool2D) else mean, low, high)
    return result


def _global_average(graph: Graph, node: Node, array: np.ndarray) -> list[int]:
    before, after = (graph.tensors[n].quantization for n in (*node.inputs, *node.outputs))
    count = array.shape[0] * array.shape[1]
    by = mean_multiplier(before, after, count)
    sums = (array - before.zero_point[0]).sum(axis=(0, 1)).tolist()
    return [clamp(requantize(total, by) + after.zero_point[0], -128, 127) for total in sums]
