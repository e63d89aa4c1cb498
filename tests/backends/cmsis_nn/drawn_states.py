"""Graphs of one operator with states, and products of matrices, drawn for the tests against the library."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from benchmarks.draft import VALUE
from compiler.ir.fixed_point import INTEGER_RANGE
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Activation, BatchMatMul, Lstm, Svdf
from compiler.ir.recurrent import GATES
from compiler.ir.shapes import output_shape
from compiler.ir.tensor import Dtype, Quantization, Tensor, numpy_dtype
from tests.compiler.stateful_graphs import Stateful, quantization

ACTIVATIONS: tuple[Activation, ...] = ("none", "relu", "relu6")


def svdf(
    seed: int,
    inputs: int,
    units: int,
    rank: int,
    memory: int,
    dtype: Dtype,
    *,
    zero_point: int = 0,
    fineness: float = 1.0,
    activation: Activation = "none",
) -> Graph:
    """Two of them on one input. `fineness`: of their states' scale; fine ones are clamped often."""
    draft = Stateful(np.random.default_rng(seed), (inputs,))
    filters, most = units * rank, 127 if dtype == "int8" else 32767
    feature = 1 / (127 * 40 * inputs**0.5)
    held = 0.05 * feature * 127 * 60 * inputs**0.5 / (most * fineness)
    time = 1 / (most * (rank * memory) ** 0.5)
    output = held * time * most * most * (rank * memory) ** 0.5 / 300
    outputs = []
    for name in ("one", "other"):
        operands = (
            "x",
            draft.parameter(f"{name}/feature", (filters, inputs), feature),
            draft.parameter(f"{name}/time", (filters, memory), time, dtype),
            draft.parameter(f"{name}/bias", (units,), held * time, "int32"),
            draft.state(
                f"{name}/state", (filters, memory), quantization(held, zero_point), dtype, zero_point
            ),
        )
        draft.node(
            Svdf(rank=rank, activation=activation),
            operands,
            draft.value(name, (units,), quantization(output, int(draft.rng.integers(-128, 128)))),
        )
        outputs.append(name)
    return draft.graph(*outputs)


def lstm(
    seed: int,
    steps: int,
    inputs: int,
    units: int,
    *,
    reach: float = 0.98,
    cell_exponent: int = -11,
    cell_clip: float = 0.0,
    dtype: Dtype = "int8",
) -> Graph:
    """`reach`: how much of 16 bits the hidden state can fill in the gate where it fills most."""
    wide = dtype == "int16"
    draft = Stateful(np.random.default_rng(seed), (steps, inputs))
    hidden = quantization(1 / 128, int(draft.rng.integers(-40, 40)))
    if wide:
        draft.value("x", (steps, inputs), quantization(0.05 / 256), "int16")
        hidden = quantization(2.0**-15)
    operands: list[str] = ["x"]
    for gate in range(GATES):
        given = draft.parameter(f"i{gate}", (units, inputs), draft.rng.uniform(0.002, 0.05))
        again = draft.parameter(f"r{gate}", (units, units), 1.0)
        ends = [
            draft.weights[again].astype(int) * (end - hidden.zero_point[0]) for end in INTEGER_RANGE[dtype]
        ]
        farthest = max(1, np.maximum(*ends).sum(axis=1).max(), -np.minimum(*ends).sum(axis=1).min())
        scale = 8 * reach / (farthest * hidden.scale[0]) * (1 if gate == 0 else draft.rng.uniform(0.1, 1))
        draft.tensors[again] = replace(draft.tensors[again], quantization=quantization(scale))
        bias = draft.parameter(f"b{gate}", (units,), 1e-5, "int32")
        if wide:
            draft.weights[bias] = draft.weights[bias].astype(np.int64) * 256
            draft.tensors[bias] = replace(draft.tensors[bias], dtype="int64")
        operands += [given, again, bias]
    operands.append(draft.state("hidden", (units,), hidden, dtype, initial=hidden.zero_point[0]))
    operands.append(draft.state("cell", (units,), quantization(2.0**cell_exponent), "int16"))
    draft.node(Lstm(cell_clip=cell_clip), tuple(operands), draft.value("y", (steps, units), hidden, dtype))
    return draft.graph("y")


def matmul(
    seed: int,
    shape: tuple[int, int, int, int],
    op: BatchMatMul,
    *,
    constant: str = "",
    left: Quantization = VALUE,
    right: Quantization = VALUE,
    dtype: Dtype = "int8",
    fineness: float = 1.0,
) -> Graph:
    """`shape`: batches, rows, depth, columns; `constant`: the operand that never changes; `fineness`: of the
    output's scale. int16 operands have the scale of `left` and `right` alone."""
    batches, rows, depth, columns = shape
    rng = np.random.default_rng(seed)
    wide = dtype == "int16"
    if wide:
        left, right = (quantization(of.scale[0]) for of in (left, right))
    stored = {
        "left": (batches, depth, rows) if op.transpose_left else (batches, rows, depth),
        "right": (batches, columns, depth) if op.transpose_right else (batches, depth, columns),
    }
    typical = 18900.0**2 / 110 if wide else 4000
    product = left.scale[0] * right.scale[0] * typical * depth**0.5 / (100 * fineness)
    tensors = {
        "left": Tensor(shape=stored["left"], dtype=dtype, quantization=left),
        "right": Tensor(shape=stored["right"], dtype=dtype, quantization=right),
        "out": Tensor(
            shape=output_shape(op, (stored["left"], stored["right"]), ()),
            dtype=dtype,
            quantization=quantization(product, 0 if wide else int(rng.integers(-128, 128))),
        ),
    }
    least, most = INTEGER_RANGE[dtype]
    weights = {
        name: rng.integers(least, most + 1, shape, numpy_dtype(dtype))
        for name, shape in stored.items()
        if name == constant
    }
    return Graph(
        name="products",
        inputs=tuple(name for name in stored if name != constant),
        outputs=("out",),
        nodes=(Node(name="node", op=op, inputs=("left", "right"), outputs=("out",)),),
        tensors=tensors,
        parameters=tuple(weights),
        weights=weights,
    )


seeds = st.integers(0, 2**32 - 1)


@st.composite
def filters(draw: st.DrawFn, *, offset: bool = False) -> Graph:
    """SVDF with states of either type, int8 ones of any zero point where `offset` is set."""
    dtype: Dtype = draw(st.sampled_from(["int8", "int16"]))
    zero_point = draw(st.integers(-128, 127)) if offset and dtype == "int8" else 0
    return svdf(
        draw(seeds),
        draw(st.integers(1, 40)),
        draw(st.integers(1, 13)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 20)),
        dtype,
        zero_point=zero_point,
        fineness=draw(st.sampled_from([0.25, 1.0, 8.0])),
        activation=draw(st.sampled_from(ACTIVATIONS)),
    )


@st.composite
def lstms(draw: st.DrawFn, dtype: Dtype = "int8") -> Graph:
    """LSTMs of few steps and many, half of them with clamps that the library's own lacks."""
    return lstm(
        draw(seeds),
        draw(st.integers(1, 6)),
        draw(st.integers(1, 40)),
        draw(st.integers(1, 24)),
        reach=draw(st.sampled_from([0.5, 0.98, 1.5, 4.0])),
        cell_exponent=draw(st.integers(-18, -8)),
        cell_clip=draw(st.sampled_from([0.0, 0.0, 1e-4, 0.5, 10.0])),
        dtype=dtype,
    )


@st.composite
def products(draw: st.DrawFn) -> Graph:
    """Matrices that lie either way, one of them perhaps constant, with and without zero points."""
    op = BatchMatMul(transpose_left=draw(st.booleans()), transpose_right=draw(st.booleans()))
    sides = (st.integers(1, 3), st.integers(1, 9), st.integers(1, 40), st.integers(1, 13))
    zero_points = st.one_of(st.just(0), st.integers(-128, 127))
    left, right = (quantization(0.05, draw(zero_points)) for _ in range(2))
    constant = draw(st.sampled_from(["", "", "left", "right"]))
    return matmul(draw(seeds), draw(st.tuples(*sides)), op, constant=constant, left=left, right=right)


@st.composite
def wide_products(draw: st.DrawFn) -> Graph:
    """Matrices of int16 that lie either way, one of them perhaps constant."""
    op = BatchMatMul(transpose_left=draw(st.booleans()), transpose_right=draw(st.booleans()))
    sides = (st.integers(1, 3), st.integers(1, 9), st.integers(1, 40), st.integers(1, 13))
    constant = draw(st.sampled_from(["", "", "left", "right"]))
    fineness = draw(st.sampled_from([0.1, 1.0, 5.0]))
    return matmul(
        draw(seeds), draw(st.tuples(*sides)), op, constant=constant, dtype="int16", fineness=fineness
    )
