"""Every integer operator against slow loops over Python integers that spell out TFLite's int8 reference."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.errors import DataError, InternalError, ModelError
from compiler.ir.fixed_point import (
    activation_bounds,
    add_multipliers,
    mean_multiplier,
    product_multipliers,
    quantize_multiplier,
)
from compiler.ir.graph import Rounding
from compiler.ir.ops import (
    Activate,
    Activation,
    Add,
    AveragePool2D,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Op,
    Reshape,
    Softmax,
    Window,
)
from compiler.ir.shapes import window_output
from compiler.ir.tensor import Quantization
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.reference.drawn_nodes import (
    drawn_map,
    one_node,
    random_quantization,
    random_weight,
    random_window,
    result,
)
from tests.compiler.reference.test_fixed_point import (
    multiply_by_quantized_multiplier,
    multiply_with_one_rounding,
)

ACTIVATIONS: tuple[Activation, ...] = ("none", "relu", "relu6")
SEEDS = st.integers(0, 2**32 - 1)
SCALED = {"double": multiply_by_quantized_multiplier, "single": multiply_with_one_rounding}


def seen(window: Window, y: int, x: int, shape: tuple[int, ...]) -> Iterator[tuple[int, int, int, int]]:
    """Kernel row and column, map row and column, of what a window at (y, x) sees of the map."""
    for i, j in product(*map(range, window.kernel)):
        row = y * window.strides[0] + i * window.dilations[0] - window.pads[0]
        column = x * window.strides[1] + j * window.dilations[1] - window.pads[1]
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            yield i, j, row, column


def finished(total: int, multiplier: object, output: Quantization, op: Op, rounding: Rounding) -> int:
    scaled = SCALED[rounding](total, multiplier.mantissa, multiplier.shift)  # type: ignore[attr-defined] # oracle
    low, high = activation_bounds(op.activation, output)  # type: ignore[union-attr] # ops here have one
    return min(max(scaled + output.zero_point[0], low), high)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS), st.sampled_from(["double", "single"]), st.booleans())
def test_conv(seed: int, activation: Activation, rounding: Rounding, biased: bool) -> None:
    rng = np.random.default_rng(seed)
    groups, inner, outer = int(rng.integers(1, 3)), int(rng.integers(1, 4)), int(rng.integers(1, 4))
    op = Conv2D(window=random_window(rng), groups=groups, activation=activation)
    x, source = drawn_map(rng, groups * inner, 1)
    weight, weight_type = random_weight(rng, (groups * outer, *op.window.kernel, inner), 0)
    output = random_quantization(rng)
    parameters = {"w": (weight, weight_type)}
    bias = np.zeros(groups * outer, np.int32)
    if biased:
        bias = rng.integers(-20000, 20000, groups * outer, dtype=np.int32)
        parameters["b"] = (bias, random_quantization(rng))
    inputs = {"x": (x, source)}
    found = result(one_node(op, inputs, parameters, output, rounding), inputs)
    multipliers = product_multipliers(source, weight_type, output, groups * outer)
    for row, column, channel in np.ndindex(*found.shape[1:]):
        first = channel // outer * inner
        total = int(bias[channel])
        for i, j, u, v in seen(op.window, row, column, x.shape[1:]):
            for c in range(inner):
                total += (int(x[0, u, v, first + c]) - source.zero_point[0]) * int(weight[channel, i, j, c])
        assert found[0, row, column, channel] == finished(total, multipliers[channel], output, op, rounding)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS), st.sampled_from(["double", "single"]))
def test_depthwise(seed: int, activation: Activation, rounding: Rounding) -> None:
    rng = np.random.default_rng(seed)
    channels, multiplier = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    op = DepthwiseConv2D(window=random_window(rng), multiplier=multiplier, activation=activation)
    x, source = drawn_map(rng, channels, 1)
    weight, weight_type = random_weight(rng, (1, *op.window.kernel, channels * multiplier), 3)
    bias = rng.integers(-20000, 20000, channels * multiplier, dtype=np.int32)
    output = random_quantization(rng)
    inputs = {"x": (x, source)}
    parameters = {"w": (weight, weight_type), "b": (bias, random_quantization(rng))}
    found = result(one_node(op, inputs, parameters, output, rounding), inputs)
    multipliers = product_multipliers(source, weight_type, output, channels * multiplier)
    for row, column, channel in np.ndindex(*found.shape[1:]):
        total = int(bias[channel])
        for i, j, u, v in seen(op.window, row, column, x.shape[1:]):
            value = int(x[0, u, v, channel // multiplier]) - source.zero_point[0]
            total += value * int(weight[0, i, j, channel])
        assert found[0, row, column, channel] == finished(total, multipliers[channel], output, op, rounding)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS), st.sampled_from([1, 7, 600, 3000]))
def test_dense(seed: int, activation: Activation, size: int) -> None:
    """3000 inputs: the sums leave float32's exact integers behind."""
    rng = np.random.default_rng(seed)
    x, source = rng.integers(100, 128, (2, size), dtype=np.int8), random_quantization(rng)
    weight, weight_type = random_weight(rng, (3, size), 0)
    if size == 3000:
        weight = np.abs(weight)
        source = replace(source, zero_point=(-128,))
    bias = rng.integers(-20000, 20000, 3, dtype=np.int32)
    output = random_quantization(rng, (1.0, 20.0))
    op = Dense(activation=activation)
    inputs = {"x": (x, source)}
    parameters = {"w": (weight, weight_type), "b": (bias, random_quantization(rng))}
    found = result(one_node(op, inputs, parameters, output), inputs)
    multipliers = product_multipliers(source, weight_type, output, 3)
    for sample, unit in np.ndindex(*found.shape):
        terms = zip(x[sample].tolist(), weight[unit].tolist(), strict=True)
        total = int(bias[unit]) + sum((a - source.zero_point[0]) * b for a, b in terms)
        assert found[sample, unit] == finished(total, multipliers[unit], output, op, "double")


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS), st.sampled_from(["double", "single"]))
def test_add(seed: int, activation: Activation, rounding: Rounding) -> None:
    rng = np.random.default_rng(seed)
    (x, left), right, output = drawn_map(rng, 2), random_quantization(rng), random_quantization(rng)
    z = rng.integers(-128, 128, x.shape, dtype=np.int8)
    inputs = {"x": (x, left), "z": (z, right)}
    op = Add(activation=activation)
    found = result(one_node(op, inputs, {}, output, rounding), inputs)
    multipliers, scale = add_multipliers(left, right, output), SCALED[rounding]
    for a, b, sum_ in zip(x.flat, z.flat, found.flat, strict=True):
        total = scale(
            (int(a) - left.zero_point[0]) << 20, multipliers.left.mantissa, multipliers.left.shift
        ) + scale((int(b) - right.zero_point[0]) << 20, multipliers.right.mantissa, multipliers.right.shift)
        assert sum_ == finished(total, multipliers.output, output, op, rounding)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS), st.booleans())
def test_mul(seed: int, activation: Activation, broadcast: bool) -> None:
    rng = np.random.default_rng(seed)
    (x, left), right, output = drawn_map(rng, 3), random_quantization(rng), random_quantization(rng)
    z = rng.integers(-128, 128, (len(x), 1, 1, 3) if broadcast else x.shape, dtype=np.int8)
    inputs = {"x": (x, left), "z": (z, right)}
    op = Mul(activation=activation)
    found = result(one_node(op, inputs, {}, output), inputs)
    multiplier = quantize_multiplier(left.scale[0] * right.scale[0] / output.scale[0])
    for a, b, y in zip(x.flat, np.broadcast_to(z, x.shape).flat, found.flat, strict=True):
        total = (int(a) - left.zero_point[0]) * (int(b) - right.zero_point[0])
        assert y == finished(total, multiplier, output, op, "double")


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS))
def test_pools(seed: int, activation: Activation) -> None:
    rng = np.random.default_rng(seed)
    window = random_window(rng, dilated=False)
    x, types = drawn_map(rng, 2, 1)
    inputs = {"x": (x, types)}
    low, high = activation_bounds(activation, types)
    largest = result(one_node(MaxPool2D(window=window, activation=activation), inputs, {}, types), inputs)
    mean = result(one_node(AveragePool2D(window=window, activation=activation), inputs, {}, types), inputs)
    for row, column, channel in np.ndindex(*largest.shape[1:]):
        values = [int(x[0, u, v, channel]) for _, _, u, v in seen(window, row, column, x.shape[1:])]
        total, half = sum(values), len(values) // 2
        rounded = (total + half) // len(values) if total > 0 else -((-total + half) // len(values))
        assert largest[0, row, column, channel] == min(max(max(values), low), high)
        assert mean[0, row, column, channel] == min(max(rounded, low), high)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(["double", "single"]))
def test_global_average_pool(seed: int, rounding: Rounding) -> None:
    rng = np.random.default_rng(seed)
    (x, source), output = drawn_map(rng, 3), random_quantization(rng)
    inputs = {"x": (x, source)}
    found = result(one_node(GlobalAveragePool(), inputs, {}, output, rounding), inputs)
    count = x.shape[1] * x.shape[2]
    multiplier = mean_multiplier(source, output, count)
    for sample, channel in np.ndindex(*found.shape):
        total = sum(x[sample, :, :, channel].ravel().tolist()) - source.zero_point[0] * count
        scaled = SCALED[rounding](total, multiplier.mantissa, multiplier.shift)
        assert found[sample, channel] == min(max(scaled + output.zero_point[0], -128), 127)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from(ACTIVATIONS))
def test_operators_that_only_move_or_clamp(seed: int, activation: Activation) -> None:
    rng = np.random.default_rng(seed)
    x, types = drawn_map(rng, 3)
    inputs = {"x": (x, types), "z": (x[..., :1], types)}
    joined = result(one_node(Concat(axis=2), inputs, {}, types), inputs)
    np.testing.assert_array_equal(joined, np.concatenate([x, x[..., :1]], axis=3))
    alone = {"x": (x, types)}
    clamped = result(one_node(Activate(activation=activation), alone, {}, types), alone)
    np.testing.assert_array_equal(clamped, np.clip(x, *activation_bounds(activation, types)))
    flat = result(one_node(Reshape(), alone, {}, types, declared=(x[0].size,)), alone)
    np.testing.assert_array_equal(flat, x.reshape(2, -1))


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("none", (-128, 127)), ("relu", (-10, 127)), ("relu6", (-10, 50))],
)
def test_relu6_clamps_at_six_in_the_outputs_scale(activation: Activation, expected: tuple[int, int]) -> None:
    types = Quantization(scale=(float(np.float32(0.1)),), zero_point=(-10,))
    x = np.arange(-128, 128, dtype=np.int8).reshape(1, 256)
    inputs = {"x": (x, types)}
    found = result(one_node(Activate(activation=activation), inputs, {}, types), inputs)
    assert (int(found.min()), int(found.max())) == expected


def test_softmax_of_large_differences_is_a_choice() -> None:
    inputs = {"x": (np.array([[-128, 127, 0]], np.int8), Quantization(scale=(1.0,), zero_point=(0,)))}
    output = Quantization(scale=(1 / 256,), zero_point=(-128,))
    assert result(one_node(Softmax(), inputs, {}, output), inputs).tolist() == [[-128, 127, -128]]


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_softmax_comes_within_one_of_the_real_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, source = (
        rng.integers(-128, 128, (3, int(rng.integers(1, 30))), dtype=np.int8),
        random_quantization(rng),
    )
    output = Quantization(scale=(1 / 256,), zero_point=(-128,))
    inputs = {"x": (x, source)}
    found = result(one_node(Softmax(), inputs, {}, output), inputs)
    exps = np.exp(source.scale[0] * x.astype(np.float64))
    expected = np.clip(256 * exps / exps.sum(axis=1, keepdims=True) - 128, -128, 127)
    assert np.abs(found - expected).max() <= 1.0


def test_an_accumulator_that_can_overflow_is_refused() -> None:
    x, source = np.zeros((1, 70000), np.int8), Quantization(scale=(0.1,), zero_point=(-128,))
    source = replace(source, scale=(0.125,))
    weight = (np.full((1, 70000), 127, np.int8), Quantization(scale=(0.125,), zero_point=(0,)))
    inputs = {"x": (x, source)}
    with pytest.raises(ModelError, match="'node' can overflow"):
        result(one_node(Dense(), inputs, {"w": weight}, source), inputs)


def test_inputs_are_held_to_the_graph() -> None:
    types = Quantization(scale=(1.0,), zero_point=(0,))
    graph = one_node(Activate(activation="relu"), {"x": (np.zeros((1, 4), np.int8), types)}, {}, types)
    with pytest.raises(DataError, match=r"\(4,\) a sample, the data is \(5,\)"):
        run_int8(graph, np.zeros((1, 5), np.int8))
    with pytest.raises(DataError, match="takes int8, the data is float32"):
        run_int8(graph, np.zeros((1, 4), np.float32))
    with pytest.raises(DataError, match="the network reads x; given: z"):
        run_int8(graph, {"z": np.zeros((1, 4), np.int8)})


def test_a_graph_without_weights_or_quantization_is_refused() -> None:
    types = Quantization(scale=(1.0,), zero_point=(0,))
    inputs = {"x": (np.zeros((1, 4), np.int8), types)}
    graph = one_node(Dense(), inputs, {"w": (np.zeros((2, 4), np.int8), types)}, types)
    with pytest.raises(InternalError, match="no weights"):
        run_int8(replace(graph, weights={}), inputs["x"][0])
    bare = {name: replace(tensor, quantization=None) for name, tensor in graph.tensors.items()}
    with pytest.raises(InternalError, match="not quantized"):
        run_int8(replace(graph, tensors=bare), inputs["x"][0])


def test_the_window_of_the_oracle_is_the_graphs() -> None:
    window = Window(kernel=(3, 2), strides=(2, 1), dilations=(1, 2), pads=(1, 0, 1, 1))
    assert window_output(window, (7, 5, 1)) == (4, 4)
    assert math.prod(window.kernel) == 6
