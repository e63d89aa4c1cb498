"""Hypothesis strategies: graphs of one operator on int16, or with an int4 filter."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    BatchMatMul,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Maximum,
    MaxPool2D,
    Mean,
    Minimum,
    Mul,
    Op,
    PRelu,
    Requantize,
    Softmax,
    SquaredDifference,
    Sub,
    Sum,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.tensor import Dtype, Quantization, Tensor
from tests.runtime_c.drawn_arithmetic import activations, broadcasting
from tests.runtime_c.drawn_graphs import Case, filter_tensors, one_node, quantizations, seeds, walks

UNIT = Quantization(scale=(2.0**-15,), zero_point=(0,))


@st.composite
def fine(draw: st.DrawFn, smallest: float = 2.0**-17, largest: float = 2.0**-9) -> Quantization:
    """An int16 value's quantization."""
    return Quantization(scale=(float(np.float32(draw(st.floats(smallest, largest)))),), zero_point=(0,))


def kind_of(dtype: Dtype) -> st.SearchStrategy[Quantization]:
    return fine() if dtype == "int16" else quantizations()


def filters(
    shape: tuple[int, ...],
    axis: int,
    dtype: Dtype,
    draw: Callable[[st.SearchStrategy[bool]], bool],
    rng: np.random.Generator,
    *,
    narrow: bool = True,
) -> dict[str, Tensor]:
    """int8 with an int64 or int32 bias for int16 activations, else int4."""
    per_channel = draw(st.booleans()) and not (dtype == "int8" and len(shape) == 2)
    tensors = filter_tensors(shape, axis, draw(st.booleans()), per_channel, rng)
    if dtype == "int8":
        return tensors | {"weight": replace(tensors["weight"], dtype="int4")}
    if "bias" in tensors and not (narrow and draw(st.booleans())):
        tensors["bias"] = replace(tensors["bias"], dtype="int64")
    return tensors


@st.composite
def unpadded(draw: st.DrawFn) -> tuple[tuple[int, int], Window]:
    size, window = draw(walks())
    fits = all(s >= (k - 1) * d + 1 for s, k, d in zip(size, window.kernel, window.dilations, strict=True))
    return size, replace(window, pads=(0, 0, 0, 0)) if fits else Window(kernel=(1, 1))


@st.composite
def layers(draw: st.DrawFn, dtype: Dtype, *, padded: bool = True) -> Case:
    """Convolution, depthwise and dense."""
    kind = draw(st.sampled_from([Conv2D, DepthwiseConv2D, Dense]))
    size, window = draw(walks() if padded else unpadded())
    rng = np.random.default_rng(draw(seeds))
    clamp = draw(activations)
    op: Op
    if kind is Dense:
        inputs, units = draw(st.integers(1, 40)), draw(st.integers(1, 11))
        op, source, shape, axis = Dense(activation=clamp), (inputs,), (units, inputs), 0
    elif kind is Conv2D:
        groups = draw(st.sampled_from([1, 1, 1, 2])) if padded else 1
        depth, count = draw(st.integers(1, 6)), groups * draw(st.integers(1, 18))
        op = Conv2D(window=window, groups=groups, activation=clamp)
        source, shape, axis = (*size, groups * depth), (count, *window.kernel, depth), 0
    else:
        channels, multiplier = draw(st.integers(1, 18)), draw(st.sampled_from([1, 1, 2, 3]))
        op = DepthwiseConv2D(window=window, multiplier=multiplier, activation=clamp)
        source, shape, axis = (*size, channels), (1, *window.kernel, channels * multiplier), 3
    tensors = filters(shape, axis, dtype, draw, rng, narrow=kind is not DepthwiseConv2D)
    x = Tensor(shape=source, dtype=dtype, quantization=draw(kind_of(dtype)))
    output = draw(fine(2.0**-13, 2.0**-5) if dtype == "int16" else quantizations())
    return one_node(op, {"in": x}, output, rng, tensors, dtype=dtype)


@st.composite
def wide_pairs(draw: st.DrawFn) -> Case:
    left, right = draw(broadcasting())
    kind = draw(st.sampled_from([Add, Sub, Mul, Maximum, Minimum, SquaredDifference]))
    op: Op = kind(activation=draw(activations)) if kind in (Add, Sub, Mul) else kind()
    shared = draw(fine())
    tensors = {
        name: Tensor(shape=shape, dtype="int16", quantization=quantization)
        for name, shape, quantization in (
            ("left", left, shared),
            ("right", right, shared if kind in (Maximum, Minimum) else draw(fine())),
        )
    }
    constant = draw(st.sampled_from(["", "left", "right"]))
    inputs = {name: tensor for name, tensor in tensors.items() if name != constant}
    parameters = {name: tensor for name, tensor in tensors.items() if name == constant}
    rng = np.random.default_rng(draw(seeds))
    output = shared if kind in (Maximum, Minimum) else draw(fine())
    return one_node(op, inputs, output, rng, parameters, dtype="int16", order=("left", "right"))


@st.composite
def wide_prelus(draw: st.DrawFn) -> Case:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    slopes = shape[draw(st.integers(0, len(shape) - 1)) :]
    x = Tensor(shape=shape, dtype="int16", quantization=draw(fine()))
    alpha = {"alpha": Tensor(shape=slopes, dtype="int8", quantization=draw(quantizations()))}
    rng = np.random.default_rng(draw(seeds))
    return one_node(PRelu(), {"in": x}, draw(fine()), rng, alpha, dtype="int16", order=("in", "alpha"))


@st.composite
def wide_products(draw: st.DrawFn) -> Case:
    batch = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    rows, depth, columns = (draw(st.integers(1, 7)) for _ in range(3))
    op = BatchMatMul(transpose_left=draw(st.booleans()), transpose_right=draw(st.booleans()))
    left = (*batch, *((depth, rows) if op.transpose_left else (rows, depth)))
    right = (*batch, *((columns, depth) if op.transpose_right else (depth, columns)))
    tensors = {
        name: Tensor(shape=shape, dtype="int16", quantization=draw(fine()))
        for name, shape in (("left", left), ("right", right))
    }
    rng = np.random.default_rng(draw(seeds))
    return one_node(op, tensors, draw(fine(2.0**-13, 2.0**-5)), rng, dtype="int16", order=("left", "right"))


@st.composite
def wide_transposed(draw: st.DrawFn) -> Case:
    sizes, kernel, strides = ((draw(st.integers(1, 5)), draw(st.integers(1, 5))) for _ in range(3))
    pads = tuple(draw(st.integers(0, k - 1)) for k in kernel)
    fits = all((n - 1) * s + k - p > 0 for n, s, k, p in zip(sizes, strides, kernel, pads, strict=True))
    window = Window(kernel=kernel, strides=strides, pads=(*pads, 0, 0) if fits else (0, 0, 0, 0))
    extra = (draw(st.integers(0, 1)), draw(st.integers(0, 1)))
    op = TransposeConv2D(window=window, extra=extra, activation=draw(activations))
    depth, count = draw(st.integers(1, 6)), draw(st.integers(1, 9))
    rng = np.random.default_rng(draw(seeds))
    tensors = filters((count, *kernel, depth), 0, "int16", draw, rng, narrow=False)
    x = Tensor(shape=(*sizes, depth), dtype="int16", quantization=draw(fine()))
    return one_node(op, {"in": x}, draw(fine(2.0**-13, 2.0**-5)), rng, tensors, dtype="int16")


@st.composite
def wide_pools(draw: st.DrawFn, *, padded: bool = True) -> Case:
    size, window = draw(walks(pool=True) if padded else unpadded())
    op = draw(st.sampled_from([MaxPool2D, AveragePool2D]))(
        window=replace(window, dilations=(1, 1)), activation=draw(activations)
    )
    quantization = draw(fine())
    x = Tensor(shape=(*size, draw(st.integers(1, 6))), dtype="int16", quantization=quantization)
    return one_node(op, {"in": x}, quantization, np.random.default_rng(draw(seeds)), dtype="int16")


@st.composite
def wide_sums(draw: st.DrawFn) -> Case:
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    axes = tuple(sorted(draw(st.sets(st.integers(0, len(shape) - 1)))))
    op = draw(st.sampled_from([Mean, Sum]))(axes=axes)
    x = Tensor(shape=shape, dtype="int16", quantization=draw(fine()))
    return one_node(op, {"in": x}, draw(fine()), np.random.default_rng(draw(seeds)), dtype="int16")


@st.composite
def wide_curves(draw: st.DrawFn) -> Case:
    """Softmax, sigmoid and tanh; scales that are powers of two, or next to one."""
    kind = draw(st.sampled_from(["softmax", "sigmoid", "tanh"]))
    beta = draw(st.sampled_from([1.0, 0.3, 2.5]))
    op: Op = Softmax(beta=beta) if kind == "softmax" else Unary(activation=kind)  # type: ignore[arg-type] # a Literal
    shape = (*draw(st.sampled_from([(), (2,), (2, 3)])), draw(st.integers(1, 60)))
    power = 2.0 ** draw(st.integers(-16, -4))
    near = draw(st.sampled_from([1.0, 1.0, 1.0003, 0.999, 1.3, 0.7]))
    quantization = Quantization(scale=(float(np.float32(power * near)),), zero_point=(0,))
    x = Tensor(shape=shape, dtype="int16", quantization=quantization)
    return one_node(op, {"in": x}, UNIT, np.random.default_rng(draw(seeds)), dtype="int16")


@st.composite
def wide_clamps(draw: st.DrawFn) -> Case:
    quantization = draw(fine())
    x = Tensor(shape=(draw(st.integers(1, 60)),), dtype="int16", quantization=quantization)
    op: Op = Activate(activation=draw(activations))
    if draw(st.booleans()):
        finer = replace(draw(fine()), zero_point=(draw(st.integers(-99, 99)),))
        op, quantization = Requantize(activation=op.activation, same_integers=True), finer
    return one_node(op, {"in": x}, quantization, np.random.default_rng(draw(seeds)), dtype="int16")


wide_cases = st.one_of(
    layers("int8"),
    layers("int8"),
    layers("int16"),
    layers("int16"),
    wide_transposed(),
    wide_pairs(),
    wide_prelus(),
    wide_products(),
    wide_pools(),
    wide_sums(),
    wide_curves(),
    wide_clamps(),
)
