from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from backends.portable.lower import lower
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import BatchNorm, Conv2D, Dense, Op, Reshape, Softmax, Window
from compiler.ir.program import Program
from compiler.ir.tensor import Quantization, Tensor
from searchspace_dsl.infeasible import Infeasible
from tests.runtime_c import drawn_graphs
from tests.runtime_c.drawn_graphs import Case

INT8 = Quantization(scale=(0.05,), zero_point=(0,))
WEIGHT = Quantization(scale=(0.01,), zero_point=(0,))


def program_of(graph: Graph) -> Program:
    program = lower(graph, "plain")
    assert isinstance(program, Program), program
    return program


def reason(graph: Graph) -> str:
    refused = lower(graph, "plain")
    assert isinstance(refused, Infeasible)
    assert refused.kind == "no kernel"
    return refused.reason


def without_weights(graph: Graph) -> Graph:
    bare = {name: replace(tensor, quantization=None) for name, tensor in graph.tensors.items()}
    return replace(graph, tensors=bare, weights={})


def dense_graph(**changes: object) -> Graph:
    tensors = {
        "x": Tensor(shape=(2, 2, 3), dtype="int8", quantization=INT8),
        "flat": Tensor(shape=(12,), dtype="int8", quantization=INT8),
        "w": Tensor(shape=(4, 12), dtype="int8", quantization=WEIGHT),
        "b": Tensor(shape=(4,), dtype="int32", quantization=WEIGHT),
        "y": Tensor(shape=(4,), dtype="int8", quantization=INT8),
    }
    graph = Graph(
        name="net",
        inputs=("x",),
        outputs=("y",),
        nodes=(
            Node(name="flatten", op=Reshape(), inputs=("x",), outputs=("flat",)),
            Node(name="head", op=Dense(), inputs=("flat", "w", "b"), outputs=("y",)),
        ),
        tensors=tensors,
        parameters=("w", "b"),
        weights={"w": np.ones((4, 12), np.int8), "b": np.zeros(4, np.int32)},
    )
    return replace(graph, **changes)


def one_op(op: Op, dtype: str = "int8", quantization: Quantization | None = INT8) -> Graph:
    tensor = Tensor(shape=(4, 4, 2), dtype=dtype, quantization=quantization)
    node = Node(name="odd", op=op, inputs=("x",), outputs=("y",))
    return Graph(name="net", inputs=("x",), outputs=("y",), nodes=(node,), tensors={"x": tensor, "y": tensor})


@settings(max_examples=200, deadline=None)
@given(case=drawn_graphs.cases)
def test_programs_with_and_without_weights_need_the_same_bytes(case: Case) -> None:
    weighted, bare = program_of(case.graph), program_of(without_weights(case.graph))
    assert weighted.buffers == bare.buffers
    assert weighted.constants == bare.constants  # data takes no part in equality
    assert all(
        constant.data is not None and constant.data.nbytes == constant.bytes
        for constant in weighted.constants
    )
    assert all(constant.data is None for constant in bare.constants)
    for left, right in zip(weighted.calls, bare.calls, strict=True):
        assert [name for name, _ in left.parameters] == [name for name, _ in right.parameters]
        assert replace(left, parameters=()) == replace(right, parameters=())


def test_reshape_is_a_view_and_calls_name_buffers() -> None:
    program = program_of(dense_graph())
    assert [(buffer.name, buffer.bytes, buffer.kind) for buffer in program.buffers] == [
        ("x", 12, "input"),
        ("y", 4, "output"),
    ]
    assert [(view.name, view.of) for view in program.views] == [("flat", "x")]
    (call,) = program.calls
    assert (call.kernel, call.reads, call.writes) == ("protonas_dense_s8", ("x",), ("y",))
    assert call.sources == ("src/protonas_dense_s8.c",)
    assert call.macs == 48
    assert dict(call.constants) == {
        "weights": "head/weights",
        "bias": "head/bias",
        "multiplier": "head/multiplier",
        "shift": "head/shift",
    }


def test_an_output_behind_a_view_keeps_its_buffer() -> None:
    graph = dense_graph(outputs=("flat",))
    program = program_of(replace(graph, nodes=graph.nodes[:1], parameters=(), weights={}))
    assert (program.outputs, program.calls) == (("flat",), ())
    assert [buffer.kind for buffer in program.buffers] == ["input"]


def test_layers_that_share_weights_share_flash() -> None:
    window = Window(kernel=(1, 1))
    shape = Tensor(shape=(2, 2, 2), dtype="int8", quantization=INT8)
    weight = Tensor(shape=(2, 1, 1, 2), dtype="int8", quantization=WEIGHT)
    nodes = tuple(
        Node(name=name, op=Conv2D(window=window), inputs=(source, "w"), outputs=(name,))
        for name, source in (("a", "x"), ("b", "a"))
    )
    graph = Graph(
        name="net",
        inputs=("x",),
        outputs=("b",),
        nodes=nodes,
        tensors={"x": shape, "a": shape, "b": shape, "w": weight},
        parameters=("w",),
    )
    program = program_of(graph)
    names = [constant.name for constant in program.constants]
    assert names == ["a/weights", "a/multiplier", "a/shift", "b/multiplier", "b/shift"]
    assert [dict(call.constants)["weights"] for call in program.calls] == ["a/weights", "a/weights"]


def test_every_node_without_a_kernel_is_named() -> None:
    graph = dense_graph()
    norm = Node(name="norm", op=BatchNorm(), inputs=("x", "w"), outputs=("x2",))
    wide = replace(graph.tensors["flat"], dtype="int16")
    broken = replace(graph, nodes=(norm, *graph.nodes), tensors={**graph.tensors, "flat": wide})
    text = reason(broken)
    assert "batch_norm 'norm' (no int8 form)" in text
    assert "dense 'head' (int32 'b')" in text


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (one_op(Softmax()), "softmax 'odd' ('y' is not quantized with scale 1/256 and zero point -128)"),
        (one_op(Reshape(), dtype="bool", quantization=None), "reshape 'odd' (bool 'x')"),
        (
            dense_graph(weights={"w": np.full((4, 12), 127, np.int8), "b": np.full(4, 2**31 - 1, np.int32)}),
            "32 bits",
        ),
    ],
)
def test_refused_with_the_reason(graph: Graph, words: str) -> None:
    assert words in reason(graph)


def test_overlapping_quantizations_of_a_copy_are_refused() -> None:
    graph = dense_graph()
    other = replace(graph.tensors["flat"], quantization=Quantization(scale=(0.5,), zero_point=(0,)))
    assert "reshape 'flatten' (input and output are quantized differently)" in reason(
        replace(graph, tensors={**graph.tensors, "flat": other})
    )
