"""Hypothesis strategies: graphs of one operator that moves elements, resizes a map, or meets float32."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from backends.portable.borders import MOST_AXES, bordered_axes
from compiler.ir.bilinear import positions, stays_inside
from compiler.ir.ops import (
    ArgMax,
    Concat,
    Dequantize,
    Op,
    Pad,
    Quantize,
    ResizeBilinear,
    ResizeNearest,
    Slice,
    Take,
    Transpose,
)
from compiler.ir.tensor import Dtype, Quantization, Tensor
from compiler.reference.integer_call import REAL
from tests.runtime_c.drawn_graphs import Case, one_node, quantizations, seeds

moved: st.SearchStrategy[Dtype] = st.sampled_from(["int8", "int8", "int16", "int32", "float32"])
ported: st.SearchStrategy[Dtype] = st.sampled_from(["int8", "uint8", "int16"])


@st.composite
def tensors(
    draw: st.DrawFn, most_axes: int = 5, largest: int = 5, dtypes: st.SearchStrategy[Dtype] = moved
) -> Tensor:
    shape = tuple(draw(st.lists(st.integers(1, largest), min_size=1, max_size=most_axes)))
    dtype = draw(dtypes)
    return Tensor(shape=shape, dtype=dtype, quantization=draw(quantized(dtype)))


@st.composite
def quantized(draw: st.DrawFn, dtype: Dtype) -> Quantization | None:
    if dtype == "float32":
        return None
    if dtype == "uint8":
        return Quantization(scale=draw(quantizations()).scale, zero_point=(draw(st.integers(0, 255)),))
    found = draw(quantizations())
    return found if dtype == "int8" else Quantization(scale=found.scale, zero_point=(0,))


def _case(draw: st.DrawFn, op: Op, source: Tensor, **parameters: Tensor) -> Case:
    rng = np.random.default_rng(draw(seeds))
    return one_node(op, {"in": source}, source.quantization, rng, parameters, dtype=source.dtype)


@st.composite
def slices(draw: st.DrawFn) -> Case:
    """Steps forwards and backwards, single elements, whole axes."""
    source = draw(tensors())
    begin, size, strides = [], [], []
    for side in source.shape:
        stride = draw(st.sampled_from([1, 1, 1, 2, 3, -1, -2]))
        first = draw(st.integers(0, side - 1))
        most = (side - 1 - first) // stride + 1 if stride > 0 else first // -stride + 1
        begin.append(first)
        size.append(draw(st.integers(1, most)))
        strides.append(stride)
    return _case(draw, Slice(begin=tuple(begin), size=tuple(size), strides=tuple(strides)), source)


@st.composite
def whole_slices(draw: st.DrawFn) -> Case:
    """All of most axes, so that axes merge."""
    source = draw(tensors())
    axis = draw(st.integers(0, len(source.shape) - 1))
    begin = draw(st.integers(0, source.shape[axis] - 1))
    size = draw(st.integers(1, source.shape[axis] - begin))
    others = [0] * len(source.shape)
    begins = (*others[:axis], begin, *others[axis + 1 :])
    sizes = (*source.shape[:axis], size, *source.shape[axis + 1 :])
    return _case(draw, Slice(begin=begins, size=sizes, strides=(1,) * len(sizes)), source)


@st.composite
def transposes(draw: st.DrawFn) -> Case:
    source = draw(tensors())
    order = tuple(draw(st.permutations(range(len(source.shape)))))
    return _case(draw, Transpose(permutation=order), source)


@st.composite
def takes(draw: st.DrawFn) -> Case:
    source = draw(tensors(most_axes=4))
    axis = draw(st.integers(0, len(source.shape) - 1))
    index = st.integers(0, source.shape[axis] - 1)
    indices = tuple(draw(st.lists(index, min_size=1, max_size=8)))
    return _case(draw, Take(axis=axis, indices=indices), source)


@st.composite
def pads(draw: st.DrawFn) -> Case:
    """Any number of axes of which few enough have borders, any value."""
    source = draw(tensors(largest=4))
    pair = st.tuples(st.integers(0, 3), st.integers(0, 3))
    free = set(draw(st.permutations(range(len(source.shape))))[: draw(st.integers(0, 3))])
    sides = tuple((0, 0) if axis in free else draw(pair) for axis in range(len(source.shape)))
    op = Pad(pads=sides, value=draw(st.sampled_from([0.0, 0.0, 0.3, -40.0, 1e6])))
    assume(len(bordered_axes(op, source.shape)) <= MOST_AXES)
    return _case(draw, op, source)


@st.composite
def concats(draw: st.DrawFn) -> Case:
    """A computed and a constant operand of any dtype."""
    source = draw(tensors())
    axis = draw(st.integers(0, len(source.shape) - 1))
    shape = (*source.shape[:axis], draw(st.integers(1, 4)), *source.shape[axis + 1 :])
    table = Tensor(shape=shape, dtype=source.dtype, quantization=source.quantization)
    return _case(draw, Concat(axis=axis), source, table=table)


@st.composite
def enlargements(draw: st.DrawFn) -> Case:
    source = draw(tensors().filter(lambda tensor: len(tensor.shape) == 3))
    return _case(draw, ResizeNearest(factors=(draw(st.integers(1, 3)), draw(st.integers(1, 3)))), source)


@st.composite
def resizes(draw: st.DrawFn) -> Case:
    """Larger and smaller, in each way to align the maps."""
    shape = (draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 9)))
    size = (draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    corners, centers = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    op = ResizeBilinear(size=size, align_corners=corners, half_pixel_centers=centers)
    assert all(stays_inside(positions(op, axis, shape[axis]), size[axis], shape[axis]) for axis in (0, 1))
    return _case(draw, op, Tensor(shape=shape, dtype="int8", quantization=draw(quantizations())))


@st.composite
def greatest(draw: st.DrawFn) -> Case:
    """Few different numbers, so that many are equal, now and then."""
    source = draw(tensors(most_axes=4, dtypes=st.just("int8")))
    op = ArgMax(axis=draw(st.integers(0, len(source.shape) - 1)), least=draw(st.booleans()))
    rng = np.random.default_rng(draw(seeds))
    return one_node(op, {"in": source}, REAL, rng, dtype="int32")


@st.composite
def from_floats(draw: st.DrawFn) -> Case:
    """Numbers around the range of the integers, ties among them."""
    dtype = draw(ported)
    quantization = draw(quantized(dtype))
    assert quantization is not None
    source = Tensor(shape=(draw(st.integers(1, 60)),), dtype="float32")
    rng = np.random.default_rng(draw(seeds))
    case = one_node(Quantize(), {"in": source}, quantization, rng, dtype=dtype)
    limits = np.iinfo(dtype)
    steps = rng.integers(2 * limits.min, 2 * limits.max, source.shape) / 2
    exact = (steps * quantization.scale[0]).astype(np.float32)
    return Case(case.graph, [exact if draw(st.booleans()) else case.inputs[0]])


@st.composite
def to_floats(draw: st.DrawFn) -> Case:
    source = draw(tensors(dtypes=ported))
    return one_node(Dequantize(), {"in": source}, None, np.random.default_rng(draw(seeds)), dtype="float32")


KINDS: dict[str, st.SearchStrategy[Case]] = {
    "slice": slices(),
    "slice of whole axes": whole_slices(),
    "transpose": transposes(),
    "take": takes(),
    "pad": pads(),
    "concat": concats(),
    "upsample": enlargements(),
    "resize bilinear": resizes(),
    "argmax": greatest(),
    "quantize": from_floats(),
    "dequantize": to_floats(),
}

cases = st.one_of(*KINDS.values())
