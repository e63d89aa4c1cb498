"""Hypothesis strategies: graphs of one operator on int16, or with an int4 filter."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from compiler.ir.ops import (
    Activate,
    Add,
    AveragePool2D,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    MaxPool2D,
    Mean,
    Mul,
    Op,
    Softmax,
    Sub,
    Sum,
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
) -> dict[str, Tensor]:
    """int8 with an int64 bias for int16 activations, else int4."""
    per_channel = draw(st.booleans()) and not (dtype == "int8" and len(shape) == 2)
    tensors = filter_tensors(shape, axis, draw(st.booleans()), per_channel, rng)
    if dtype == "int8":
        return tensors | {"weight": replace(tensors["weight"], dtype="int4")}
    if "bias" in tensors:
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
    tensors = filters(shape, axis, dtype, draw, rng)
    x = Tensor(shape=source, dtype=dtype, quantization=draw(kind_of(dtype)))
    output = draw(fine(2.0**-13, 2.0**-5) if dtype == "int16" else quantizations())
    return one_node(op, {"in": x}, output, rng, tensors, dtype=dtype)


@st.composite
def wide_pairs(draw: st.DrawFn) -> Case:
    left, right = draw(broadcasting())
    op = draw(st.sampled_from([Add, Sub, Mul]))(activation=draw(activations))
    tensors = {
        name: Tensor(shape=shape, dtype="int16", quantization=draw(fine()))
        for name, shape in (("left", left), ("right", right))
    }
    constant = draw(st.sampled_from(["", "left", "right"]))
    inputs = {name: tensor for name, tensor in tensors.items() if name != constant}
    parameters = {name: tensor for name, tensor in tensors.items() if name == constant}
    rng = np.random.default_rng(draw(seeds))
    return one_node(op, inputs, draw(fine()), rng, parameters, dtype="int16", order=("left", "right"))


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
    op: Op = Softmax() if kind == "softmax" else Unary(activation=kind)  # type: ignore[arg-type] # a Literal
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
    op = Activate(activation=draw(activations))
    return one_node(op, {"in": x}, quantization, np.random.default_rng(draw(seeds)), dtype="int16")


wide_cases = st.one_of(
    layers("int8"),
    layers("int8"),
    layers("int16"),
    layers("int16"),
    wide_pairs(),
    wide_pools(),
    wide_sums(),
    wide_curves(),
    wide_clamps(),
)
