"""Hypothesis strategies: graphs of one operator of two operands, one that sums, or one that rescales."""

import numpy as np
from hypothesis import strategies as st

from compiler.ir.ops import (
    Add,
    BatchMatMul,
    LogSoftmax,
    Lookup,
    Maximum,
    Mean,
    Minimum,
    Mul,
    Op,
    PRelu,
    ReduceMax,
    Requantize,
    SquaredDifference,
    Sub,
    Sum,
)
from compiler.ir.tensor import Dtype, Quantization, Tensor
from tests.runtime_c.drawn_graphs import Case, one_node, quantizations, seeds

activations = st.sampled_from(["none", "relu", "relu6", "relu_n1_1"])
PAIRS = (Add, Sub, Mul, Maximum, Minimum, SquaredDifference)
REQUANTIZES: tuple[tuple[Dtype, Dtype], ...] = (
    ("int8", "int8"), ("int8", "uint8"), ("uint8", "int8"), ("int8", "int16"), ("int16", "int8"),
    ("int16", "int16"), ("int8", "int32"), ("int16", "int32"),
)  # fmt: skip


@st.composite
def broadcasting(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two shapes that go together: axes of 1 on either side, leading axes missing on one."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    if draw(st.booleans()):
        return shape, shape
    kinds = [draw(st.sampled_from(["both", "left", "right"])) for _ in shape]
    left, right = (
        tuple(1 if kind == other else size for kind, size in zip(kinds, shape, strict=True))
        for other in ("left", "right")
    )
    missing = draw(st.integers(0, len(shape)))
    if draw(st.booleans()):
        return (left, right[missing:]) if left[:missing] == shape[:missing] else (left, right)
    return (left[missing:], right) if right[:missing] == shape[:missing] else (left, right)


@st.composite
def pairs(draw: st.DrawFn) -> Case:
    kind = draw(st.sampled_from(PAIRS))
    op: Op = kind(activation=draw(activations)) if kind in (Add, Sub, Mul) else kind()
    left, right = draw(broadcasting())
    alike = kind in (Maximum, Minimum)
    ours = draw(quantizations())
    tensors = {
        "left": Tensor(shape=left, dtype="int8", quantization=ours),
        "right": Tensor(shape=right, dtype="int8", quantization=ours if alike else draw(quantizations())),
    }
    constant = draw(st.sampled_from(["", "left", "right"]))
    inputs = {name: tensor for name, tensor in tensors.items() if name != constant}
    parameters = {name: tensor for name, tensor in tensors.items() if name == constant}
    output = ours if alike else draw(quantizations(2**-8, 1.0))
    rng = np.random.default_rng(draw(seeds))
    return one_node(op, inputs, output, rng, parameters, order=("left", "right"))


@st.composite
def prelus(draw: st.DrawFn) -> Case:
    shape, alpha = draw(broadcasting().filter(lambda pair: np.broadcast_shapes(*pair) == pair[0]))
    x = Tensor(shape=shape, dtype="int8", quantization=draw(quantizations()))
    slopes = Tensor(shape=alpha, dtype="int8", quantization=draw(quantizations()))
    rng = np.random.default_rng(draw(seeds))
    return one_node(PRelu(), {"in": x}, draw(quantizations()), rng, {"alpha": slopes})


@st.composite
def reductions(draw: st.DrawFn) -> Case:
    kind = draw(st.sampled_from([Mean, Sum, ReduceMax]))
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    axes = tuple(sorted(draw(st.sets(st.integers(0, len(shape) - 1), min_size=0))))
    x = Tensor(shape=shape, dtype="int8", quantization=draw(quantizations()))
    output = x.quantization if kind is ReduceMax else draw(quantizations(2**-8, 1.0))
    assert output is not None
    return one_node(kind(axes=axes), {"in": x}, output, np.random.default_rng(draw(seeds)))


@st.composite
def matrix_products(draw: st.DrawFn) -> Case:
    batch = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    rows, depth, columns = (draw(st.integers(1, 7)) for _ in range(3))
    op = BatchMatMul(transpose_left=draw(st.booleans()), transpose_right=draw(st.booleans()))
    left = (depth, rows) if op.transpose_left else (rows, depth)
    right = (columns, depth) if op.transpose_right else (depth, columns)
    tensors = {
        "left": Tensor(shape=(*batch, *left), dtype="int8", quantization=draw(quantizations())),
        "right": Tensor(shape=(*batch, *right), dtype="int8", quantization=draw(quantizations())),
    }
    flash = draw(st.sampled_from([(), ("right",)]))
    inputs = {name: tensor for name, tensor in tensors.items() if name not in flash}
    parameters = {name: tensors[name] for name in flash}
    return one_node(
        op, inputs, draw(quantizations(2**-6, 1.0)), np.random.default_rng(draw(seeds)), parameters
    )


@st.composite
def lookups(draw: st.DrawFn) -> Case:
    x = Tensor(shape=(draw(st.integers(1, 300)),), dtype="int8", quantization=draw(quantizations()))
    table = Tensor(shape=(256,), dtype="int8", quantization=Quantization(scale=(1.0,), zero_point=(0,)))
    rng = np.random.default_rng(draw(seeds))
    return one_node(Lookup(curve="any"), {"in": x}, draw(quantizations()), rng, {"table": table})


@st.composite
def requantizations(draw: st.DrawFn) -> Case:
    before, after = draw(st.sampled_from(REQUANTIZES))
    shape = (draw(st.integers(1, 60)),)
    x = Tensor(shape=shape, dtype=before, quantization=draw(of_dtype(before)))
    rng = np.random.default_rng(draw(seeds))
    op = Requantize(activation=draw(activations))
    return one_node(op, {"in": x}, draw(of_dtype(after)), rng, dtype=after)


@st.composite
def of_dtype(draw: st.DrawFn, dtype: Dtype) -> Quantization:
    """int16 has scales that give it the range of int8, and zero point 0, as int32 has."""
    found = draw(quantizations())
    if dtype in ("int8", "uint8"):
        return Quantization(scale=found.scale, zero_point=(found.zero_point[0] + 128 * (dtype == "uint8"),))
    fine = float(np.float32(found.scale[0] / 256))
    return Quantization(scale=(fine if dtype == "int16" else found.scale[0],), zero_point=(0,))


@st.composite
def log_softmaxes(draw: st.DrawFn) -> Case:
    shape = (*draw(st.sampled_from([(), (2,), (2, 3)])), draw(st.integers(1, 60)))
    scale = float(np.float32(2.0 ** draw(st.floats(-10, 4))))
    quantization = Quantization(scale=(scale,), zero_point=(draw(st.integers(-128, 127)),))
    x = Tensor(shape=shape, dtype="int8", quantization=quantization)
    output = Quantization(scale=(1 / 16,), zero_point=(127,))
    return one_node(LogSoftmax(), {"in": x}, output, np.random.default_rng(draw(seeds)))


cases = st.one_of(
    log_softmaxes(), pairs(), pairs(), prelus(), reductions(), matrix_products(), lookups(), requantizations()
)
