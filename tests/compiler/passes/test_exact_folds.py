"""Passes over quantized networks: each takes out what it is there for, and no byte of an output changes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.draft import Draft
from compiler.ir import ops
from compiler.ir.graph import Graph
from compiler.ir.tensor import Quantization
from compiler.ir.verify import verify_graph
from compiler.passes.compile_pipeline import COMPILE_PIPELINE, optimize
from compiler.passes.fold_byte_functions import fold_byte_functions
from compiler.passes.fold_constants import fold_constants
from compiler.passes.fold_enlargements import fold_enlargements
from compiler.passes.fold_moves import fold_moves, keeps_order
from compiler.passes.fold_pads import fold_pads
from compiler.reference.integer_interpreter import run_int8

Pass = Callable[[Graph], Graph]
seeds = st.integers(0, 2**32 - 1)


def same_bytes(graph: Graph, *passes: Pass, seed: int = 0) -> Graph:
    """The graph after the passes, whose outputs for random inputs and extremes are those it had before."""
    verify_graph(graph)
    rng = np.random.default_rng(seed)
    inputs = {
        name: np.concatenate(
            [
                rng.integers(-128, 128, (3, *graph.tensors[name].shape), np.int8),
                rng.choice(np.array([-128, 127], np.int8), (2, *graph.tensors[name].shape)),
            ]
        )
        for name in graph.inputs
    }
    changed = graph
    for run in passes:
        changed = run(changed)
        verify_graph(changed)
    before, after = run_int8(graph, inputs), run_int8(changed, inputs)
    assert before.keys() == after.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value)
    return changed


def kinds(graph: Graph) -> list[str]:
    return [type(node.op).__name__ for node in graph.nodes]


def drawn() -> Draft:
    return Draft(np.random.default_rng(1))


def convolved(draft: Draft, value: str, window: ops.Window) -> tuple[str, str]:
    channels = draft.tensors[value].shape[2]
    conv = draft.layer(ops.Conv2D(window=window), value, weight=(3, *window.kernel, channels))
    depthwise = ops.DepthwiseConv2D(window=window)
    return conv, draft.layer(depthwise, value, weight=(1, *window.kernel, channels), axis=3)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), seed=seeds)
def test_pads_become_windows(data: st.DataObject, seed: int) -> None:
    draft = drawn()
    side = st.tuples(st.integers(0, 4), st.integers(0, 4))
    value = draft.source((5, 6, 4))
    for _ in range(data.draw(st.integers(1, 2))):
        value = draft.layer(ops.Pad(pads=(data.draw(side), data.draw(side), (0, 0))), value)
    kernel = (data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4)))
    strides = (data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2)))
    pads = data.draw(st.sampled_from([(0, 0, 0, 0), (1, 0, 0, 1)]))
    window = ops.Window(kernel=kernel, strides=strides, pads=pads)
    changed = same_bytes(draft.graph(convolved(draft, value, window)), fold_pads, seed=seed)
    assert kinds(changed) == ["Conv2D", "DepthwiseConv2D"]


@pytest.mark.parametrize("reason", ["value", "channels", "pool", "output"])
def test_pads_that_stay(reason: str) -> None:
    draft = drawn()
    sides = ((1, 1), (1, 1), (0, 4 if reason == "channels" else 0))
    pad = draft.layer(ops.Pad(pads=sides, value=0.5 if reason == "value" else 0.0), draft.source((5, 6, 4)))
    outputs = convolved(draft, pad, ops.Window(kernel=(3, 3)))
    if reason == "pool":
        outputs += (draft.layer(ops.MaxPool2D(window=ops.Window(kernel=(2, 2))), pad),)
    if reason == "output":
        outputs += (pad,)
    assert kinds(same_bytes(draft.graph(outputs), fold_pads))[0] == "Pad"


def test_constants_are_computed_here() -> None:
    draft = drawn()
    joined = draft.layer(ops.Concat(axis=0), draft.constant((2, 3)), draft.constant((4, 3)))
    turned = draft.layer(ops.Transpose(permutation=(1, 0)), joined)
    part = draft.layer(ops.Slice(begin=(0, 5), size=(3, 2), strides=(1, -2)), turned)
    total = draft.layer(ops.Add(), draft.source((3, 2)), part)
    changed = same_bytes(draft.graph((total,)), fold_constants)
    assert kinds(changed) == ["Add"]
    assert changed.parameters == (part,)


def test_an_output_of_constants_stays() -> None:
    draft = drawn()
    joined = draft.layer(ops.Concat(axis=0), draft.constant((2, 3)), draft.constant((4, 3)))
    graph = draft.graph((joined, draft.layer(ops.Activate(activation="relu"), draft.source((3,)))))
    assert kinds(fold_constants(graph)) == ["Concat", "Activate"]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), seed=seeds)
def test_moves_fold(data: st.DataObject, seed: int) -> None:
    """Any chain of transposes and of moves that may move nothing."""
    draft = drawn()
    value = draft.source(tuple(data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))))
    for _ in range(data.draw(st.integers(1, 6))):
        shape = draft.tensors[value].shape
        value = draft.layer(data.draw(moves(shape)), value)
    changed = same_bytes(draft.graph((value,)), fold_moves, seed=seed)
    producer = changed.producer()
    for node in changed.nodes:
        assert not keeps_order(node.op, changed.tensors[node.inputs[0]].shape)
        if isinstance(node.op, ops.Transpose) and node.inputs[0] in producer:
            assert not isinstance(producer[node.inputs[0]].op, ops.Transpose)


@st.composite
def moves(draw: st.DrawFn, shape: tuple[int, ...]) -> ops.Op:
    axes = range(len(shape))
    kind = draw(st.sampled_from(["transpose", "transpose", "slice", "take", "pad"]))
    if kind == "transpose":
        return ops.Transpose(permutation=tuple(draw(st.permutations(axes))))
    if kind == "pad":
        return ops.Pad(pads=tuple((draw(st.sampled_from([0, 0, 0, 1])), 0) for _ in axes))
    axis = draw(st.sampled_from(axes))
    if kind == "take":
        return ops.Take(axis=axis, indices=tuple(draw(st.permutations(range(shape[axis])))))
    backwards = draw(st.booleans())
    begin = tuple(shape[i] - 1 if backwards and i == axis else 0 for i in axes)
    strides = tuple(-1 if backwards and i == axis else 1 for i in axes)
    return ops.Slice(begin=begin, size=shape, strides=strides)


@pytest.mark.parametrize(
    ("rows", "columns", "kinds_after"),
    [
        ((0, 0, 1, 1), (0, 0, 0, 1, 1, 1, 2, 2, 2), ["ResizeNearest"]),
        ((0, 0, 1, 1), (0, 0, 1, 1, 2), ["Take", "Take"]),
        ((1, 1, 0, 0), (0, 0, 1, 1, 2, 2), ["Take", "Take"]),
        ((0, 1), (0, 0, 1, 1, 2, 2), ["ResizeNearest"]),
    ],
)
def test_even_picks_enlarge(rows: tuple[int, ...], columns: tuple[int, ...], kinds_after: list[str]) -> None:
    draft = drawn()
    picked = draft.layer(ops.Take(axis=0, indices=rows), draft.source((2, 3, 4)))
    graph = draft.graph((draft.layer(ops.Take(axis=1, indices=columns), picked),))
    assert kinds(same_bytes(graph, fold_enlargements)) == kinds_after


def test_there_and_back_is_nothing() -> None:
    draft = drawn()
    source = draft.source((4, 5, 3))
    nchw = draft.layer(ops.Transpose(permutation=(2, 0, 1)), source)
    back = draft.layer(ops.Transpose(permutation=(1, 2, 0)), nchw)
    (conv, _) = convolved(draft, back, ops.Window(kernel=(1, 1)))
    assert kinds(same_bytes(draft.graph((conv,)), *COMPILE_PIPELINE)) == ["Conv2D"]


@settings(max_examples=30, deadline=None)
@given(data=st.data(), seed=seeds)
def test_byte_functions_become_one_table(data: st.DataObject, seed: int) -> None:
    draft = drawn()
    value = draft.source((40,))
    count = data.draw(st.integers(2, 4))
    for _ in range(count):
        kind = data.draw(st.sampled_from(["lookup", "requantize", "clamp"]))
        if kind == "lookup":
            value = draft.layer(ops.Lookup(curve="odd"), value, draft.constant((256,)))
        elif kind == "clamp":
            value = draft.layer(ops.Activate(activation="relu6"), value)
        else:
            value = draft.layer(ops.Requantize(), value)
            scale = float(np.float32(data.draw(st.floats(0.01, 0.1))))
            quantization = Quantization(scale=(scale,), zero_point=(data.draw(st.integers(-128, 127)),))
            draft.tensors[value] = replace(draft.tensors[value], quantization=quantization)
            if data.draw(st.booleans()):
                value = draft.layer(ops.Requantize(activation="relu"), value)
                count += 1
    graph = draft.graph((value,))
    clamps = [node for node in graph.nodes if isinstance(node.op, ops.Activate)]
    tensors = dict(graph.tensors)
    for node in clamps:
        tensors[node.outputs[0]] = tensors[node.inputs[0]]
    changed = same_bytes(replace(graph, tensors=tensors), fold_byte_functions, seed=seed)
    assert kinds(changed) == ["Lookup"]


def test_a_function_that_others_read_stays() -> None:
    draft = drawn()
    first = draft.layer(ops.Lookup(curve="a"), draft.source((8,)), draft.constant((256,)))
    second = draft.layer(ops.Lookup(curve="b"), first, draft.constant((256,)))
    changed = same_bytes(draft.graph((first, second)), fold_byte_functions)
    assert kinds(changed) == ["Lookup", "Lookup"]


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_all_passes_together(seed: int) -> None:
    """Pads, moves, constants and tables around convolutions, in random order."""
    rng = np.random.default_rng(seed)
    draft = Draft(rng)
    value = draft.source((4, 5, 3))
    for _ in range(int(rng.integers(3, 9))):
        shape = draft.tensors[value].shape
        kind = rng.choice(["pad", "conv", "transpose", "slice", "lookup", "add", "take", "concat"])
        if kind == "pad":
            pads = tuple((int(rng.integers(0, 2)), int(rng.integers(0, 2))) for _ in range(2))
            value = draft.layer(ops.Pad(pads=(*pads, (0, 0))), value)
        elif kind == "conv":
            value = convolved(draft, value, ops.Window(kernel=(1, 1)))[int(rng.integers(0, 2))]
        elif kind == "transpose":
            value = draft.layer(ops.Transpose(permutation=tuple(map(int, rng.permutation(3)))), value)
        elif kind == "slice":
            size = (max(1, shape[0] - int(rng.integers(0, 2))), *shape[1:])
            value = draft.layer(ops.Slice(begin=(0, 0, 0), size=size, strides=(1, 1, 1)), value)
        elif kind == "lookup":
            value = draft.layer(ops.Lookup(curve="odd"), value, draft.constant((256,)))
        elif kind == "add":
            table = draft.layer(ops.Transpose(permutation=(0, 1, 2)), draft.constant(shape))
            value = draft.layer(ops.Add(), value, table)
        elif kind == "take":
            indices = tuple(int(i) for i in rng.integers(0, shape[1], shape[1]))
            value = draft.layer(ops.Take(axis=1, indices=indices), value)
        else:
            value = draft.layer(ops.Concat(axis=2), value, draft.constant((*shape[:2], 2)))
    graph = draft.graph((value,))
    assert same_bytes(graph, *COMPILE_PIPELINE, seed=seed).nodes == optimize(graph).nodes
