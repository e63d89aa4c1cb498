"""Graphs of single layers, drawn or fixed."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from benchmarks.draft import Draft
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    Add,
    AveragePool2D,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Maximum,
    MaxPool2D,
    Minimum,
    Mul,
    Op,
    Pad,
    Softmax,
    Sub,
    Transpose,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.tensor import Dtype, Quantization


def layer(
    op: Op,
    *shapes: tuple[int, ...],
    weight: tuple[int, ...] | None = None,
    axis: int = 0,
    seed: int = 0,
    dtype: Dtype = "int8",
    filter_dtype: Dtype = "int8",
    bias: Dtype | None = None,
) -> Graph:
    """A graph of one layer with random weights."""
    draft = Draft(np.random.default_rng(seed))
    sources = [draft.source(shape, dtype) for shape in shapes]
    value = draft.layer(
        op, *sources, weight=weight, axis=axis, dtype=dtype, filter_dtype=filter_dtype, bias_dtype=bias
    )
    return draft.graph((value,))


def per_tensor(graph: Graph) -> Graph:
    """The same with one scale for all weights."""
    one = Quantization(scale=(0.0005,), zero_point=(0,))
    return replace(
        graph,
        tensors=graph.tensors
        | {name: replace(graph.tensors[name], quantization=one) for name in graph.parameters},
    )


@st.composite
def windows(draw: st.DrawFn, height: int, width: int, *, dilated: bool, far: bool = False) -> Window:
    """A window that fits the map; pads smaller than the kernel, or where `far` at times much larger."""
    dilations = draw(st.tuples(st.integers(1, 2), st.integers(1, 2))) if dilated else (1, 1)
    kernel = (draw(st.integers(1, min(5, height))), draw(st.integers(1, min(5, width))))
    reach = tuple((k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True))
    top, left = (draw(st.integers(0, min(2, k - 1))) for k in kernel)
    bottom = draw(
        st.integers(max(0, reach[0] - height - top), max(0, reach[0] - height - top) + min(2, kernel[0] - 1))
    )
    right = draw(
        st.integers(max(0, reach[1] - width - left), max(0, reach[1] - width - left) + min(2, kernel[1] - 1))
    )
    strides = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    more = [draw(st.sampled_from([0, 0, 0, 1, 4])) if far else 0 for _ in range(4)]
    pads = (top + more[0], left + more[1], bottom + more[2], right + more[3])
    return Window(kernel=kernel, strides=strides, dilations=dilations, pads=pads)


@st.composite
def transposed(draw: st.DrawFn, channels: int, filters: int, seed: int) -> Graph:
    """A transposed convolution with windows wider and narrower than its strides."""
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    kernel, strides = (draw(st.tuples(st.integers(1, 4), st.integers(1, 4))) for _ in range(2))
    low = [draw(st.integers(0, min(2, size - 1))) for size in kernel]
    spare = [
        (n - 1) * s + k - pad for n, s, k, pad in zip((height, width), strides, kernel, low, strict=True)
    ]
    high = [
        draw(st.integers(0, min(2, size - 1, room - 1))) for size, room in zip(kernel, spare, strict=True)
    ]
    extra = (draw(st.integers(0, strides[0] - 1)), draw(st.integers(0, strides[1] - 1)))
    window = Window(kernel=kernel, strides=strides, pads=(low[0], low[1], high[0], high[1]))
    op = TransposeConv2D(window=window, extra=extra)
    return layer(op, (height, width, channels), weight=(filters, *kernel, channels), seed=seed)


@st.composite
def moves(draw: st.DrawFn, shape: tuple[int, ...], seed: int) -> Graph:
    """A border, two maps one beside the other, or axes in another order; of int8 or, but for axes, int16."""
    dtype: Dtype = draw(st.sampled_from(["int8", "int16"]))
    kind = draw(st.sampled_from(["pad", "concat", "transpose"]))
    if kind == "pad":
        few = st.sampled_from([0, 0, 1, 3])
        pads = tuple((draw(few), draw(few)) for _ in shape)
        return layer(Pad(pads=pads), shape, seed=seed, dtype=dtype)
    if kind == "concat":
        axis = draw(st.integers(0, 2))
        other = (*shape[:axis], draw(st.integers(1, 20)), *shape[axis + 1 :])
        return layer(Concat(axis=axis), shape, other, seed=seed, dtype=dtype)
    order = tuple(draw(st.permutations(range(3))))
    return layer(Transpose(permutation=order), shape, seed=seed)


@st.composite
def pairs(draw: st.DrawFn, height: int, width: int, channels: int, seed: int) -> Graph:
    """Two maps, or a map and a row, with scales of their own; an extreme of two that broadcast; or a move."""
    shape = (height, width, channels)
    if draw(st.booleans()):
        scales = draw(st.tuples(*[st.sampled_from([0.03125, 0.04, 0.0173, 0.5])] * 3))
        other = shape[draw(st.integers(0, 2)) :]
        graph = layer(draw(st.sampled_from([Add(), Mul(), Sub(), Sub()])), shape, other, seed=seed)
        drawn = {
            name: replace(
                graph.tensors[name],
                quantization=Quantization(
                    scale=(float(np.float32(scale)),), zero_point=(draw(st.integers(-128, 127)),)
                ),
            )
            for name, scale in zip(graph.tensors, scales, strict=True)
        }
        return replace(graph, tensors=drawn)
    if draw(st.booleans()):
        return draw(moves(shape, seed))
    full = (draw(st.integers(1, 3)), *shape)
    left, right = (tuple(size if draw(st.booleans()) else 1 for size in full) for _ in range(2))
    return layer(draw(st.sampled_from([Maximum(), Minimum()])), left, right, seed=seed)


@st.composite
def layers(draw: st.DrawFn) -> Graph:
    """One layer that the library may do: odd sizes, strides, pads, groups, multipliers, channels."""
    height, width = draw(st.one_of(st.just(1), st.integers(1, 9))), draw(st.integers(1, 12))
    channels, filters = draw(st.integers(1, 20)), draw(st.integers(1, 12))
    seed = draw(st.integers(0, 1000))
    kind = draw(
        st.sampled_from(
            [
                "conv",
                "grouped",
                "depthwise",
                "multiplied",
                "dense",
                "dense1",
                "max",
                "average",
                "transposed",
                "pair",
            ]
        )
    )
    if kind == "pair":
        return draw(pairs(height, width, channels, seed))
    if kind in ("dense", "dense1"):
        graph = layer(Dense(), (channels * 3,), weight=(filters, channels * 3), seed=seed)
        return graph if kind == "dense" else per_tensor(graph)
    if kind in ("max", "average"):
        window = draw(windows(height, width, dilated=False))
        op: Op = MaxPool2D(window=window) if kind == "max" else AveragePool2D(window=window)
        return layer(op, (height, width, channels), seed=seed)
    if kind == "transposed":
        return draw(transposed(channels * 2, filters, seed))
    window = draw(windows(height, width, dilated=True, far=True))
    if kind in ("conv", "grouped"):
        groups = draw(st.sampled_from([2, 3])) if kind == "grouped" else 1
        weight = (filters * groups, *window.kernel, channels)
        return layer(
            Conv2D(window=window, groups=groups), (height, width, channels * groups), weight=weight, seed=seed
        )
    multiplier = 1 if kind == "depthwise" else draw(st.integers(2, 5))
    weight = (1, *window.kernel, channels * multiplier)
    op = DepthwiseConv2D(window=window, multiplier=multiplier)
    return layer(op, (height, width, channels), weight=weight, axis=3, seed=seed)


@st.composite
def wide_layers(draw: st.DrawFn) -> Graph:
    """One layer on int16 that the library may do."""
    height, width, channels = draw(st.integers(1, 8)), draw(st.integers(1, 9)), draw(st.integers(1, 20))
    shape = (height, width, channels)
    seed = draw(st.integers(0, 1000))
    kind = draw(
        st.sampled_from(
            [
                "conv",
                "depthwise",
                "multiplied",
                "dense",
                "max",
                "average",
                "pair",
                "softmax",
                "mixed",
                "curve",
            ]
        )
    )
    if kind in ("mixed", "curve"):
        return draw(wide_curves((height, width, channels), seed, mixed=kind == "mixed"))
    weighted = kind in ("conv", "depthwise", "multiplied")
    bias: Dtype = draw(st.sampled_from(["int64", "int32"])) if kind in ("conv", "dense") else "int64"
    window = draw(windows(height, width, dilated=kind in ("conv", "multiplied"), far=weighted))
    if kind == "dense":
        inputs, units = draw(st.sampled_from([channels * 5, 512 + channels])), draw(st.integers(1, 9))
        graph = layer(Dense(), (inputs,), weight=(units, inputs), seed=seed, dtype="int16", bias=bias)
        return per_tensor(graph) if draw(st.booleans()) else graph
    if kind == "conv":
        weight = (draw(st.integers(1, 9)), *window.kernel, channels)
        return layer(Conv2D(window=window), shape, weight=weight, seed=seed, dtype="int16", bias=bias)
    if kind in ("depthwise", "multiplied"):
        multiplier = 1 if kind == "depthwise" else draw(st.integers(2, 5))
        op = DepthwiseConv2D(window=window, multiplier=multiplier)
        weight = (1, *window.kernel, channels * multiplier)
        return layer(op, shape, weight=weight, axis=3, seed=seed, dtype="int16")
    if kind == "pair":
        return layer(draw(st.sampled_from([Add(), Mul()])), shape, shape, seed=seed, dtype="int16")
    pools = {"max": MaxPool2D(window=window), "average": AveragePool2D(window=window)}
    return layer(pools.get(kind, Softmax()), shape, seed=seed, dtype="int16")


@st.composite
def wide_curves(draw: st.DrawFn, shape: tuple[int, ...], seed: int, *, mixed: bool) -> Graph:
    """A softmax of int8 to int16, or a sigmoid or tanh of int16 whose scale is a power of two."""
    if mixed:
        graph = layer(Softmax(), shape, seed=seed)
        fine = Quantization(scale=(2.0**-16,), zero_point=(-32768,))
        output = replace(graph.tensors["n0"], dtype="int16", quantization=fine)
        return replace(graph, tensors=graph.tensors | {"n0": output})
    graph = layer(
        Unary(activation=draw(st.sampled_from(["sigmoid", "tanh"]))), shape, seed=seed, dtype="int16"
    )
    scale = Quantization(scale=(2.0 ** draw(st.integers(-16, 1)),), zero_point=(0,))
    return replace(graph, tensors=graph.tensors | {"in0": replace(graph.tensors["in0"], quantization=scale)})


@st.composite
def packed_layers(draw: st.DrawFn) -> Graph:
    """One layer on int8 with int4 weights that the library may do."""
    height = draw(st.one_of(st.just(1), st.integers(1, 8)))
    width, channels = draw(st.integers(1, 12)), draw(st.integers(1, 40))
    filters, seed = draw(st.integers(1, 12)), draw(st.integers(0, 1000))
    shape = (height, width, channels)
    kind = draw(st.sampled_from(["conv", "pointwise", "depthwise", "dense"]))
    if kind == "dense":
        inputs = channels * draw(st.integers(1, 6))
        weight: tuple[int, ...] = (filters, inputs)
        graph = layer(Dense(), (inputs,), weight=weight, seed=seed, filter_dtype="int4")
        return per_tensor(graph) if draw(st.booleans()) else graph
    window = draw(windows(height, width, dilated=kind != "pointwise", far=True))
    if kind == "depthwise":
        multiplier = draw(st.sampled_from([1, 1, 2, 3]))
        weight = (1, *window.kernel, channels * multiplier)
        op = DepthwiseConv2D(window=window, multiplier=multiplier)
        return layer(op, shape, weight=weight, axis=3, seed=seed, filter_dtype="int4")
    if kind == "pointwise":
        pads = draw(st.sampled_from([(0, 0, 0, 0), (0, 0, 1, 1)]))
        window = Window(kernel=(1, 1), strides=window.strides, pads=pads)
    weight = (filters, *window.kernel, channels)
    return layer(Conv2D(window=window), shape, weight=weight, seed=seed, filter_dtype="int4")
