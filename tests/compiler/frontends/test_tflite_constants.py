"""Operators on constants are computed while a file is read, with TFLM's own integers."""

import numpy as np
import pytest

from compiler.frontends.tflite import builder
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.tensor import Quantization
from compiler.ir.verify import verify_graph
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.tflite_files import UNIT, ZERO, Chain
from tests.tflite_models.builder import ABSENT
from tests.tflite_models.oracle import run_batch

SHAPE = (1, 4, 4, 2)
OTHER = Quantization(scale=(0.25,), zero_point=(-7,))


def computed(model: Chain, kind: str) -> int:
    """A tensor of SHAPE that follows from constants."""
    left = model.random(SHAPE, UNIT)
    if kind in ("RELU", "QUANTIZE", "ABS", "TANH"):
        tanh = Quantization(scale=(1 / 128,), zero_point=(0,))
        return model.then(kind, [left], SHAPE, tanh if kind == "TANH" else OTHER)
    if kind in ("ADD", "MUL", "SUB", "SQUARED_DIFFERENCE", "PRELU"):
        return model.then(kind, [left, model.random((1, 1, 2), OTHER)], SHAPE, OTHER)
    if kind in ("MAXIMUM", "CONCATENATION"):
        half = [model.random((1, 4, 4, 1), UNIT) for _ in range(2)]
        options = {"axis": -1} if kind == "CONCATENATION" else {}
        return model.then(kind, half if options else [left, half[0]], SHAPE, **options)
    if kind == "PAD":
        small = model.random((1, 2, 3, 2), UNIT)
        return model.then(kind, [small, model.constant([[0, 0], [1, 1], [0, 1], [0, 0]])], SHAPE)
    assert kind == "SLICE"
    wide = model.random((1, 4, 8, 6), ZERO)
    return model.then("SLICE", [wide, model.constant([0, 0, 1, 3]), model.constant(SHAPE)], SHAPE, ZERO)


@pytest.mark.parametrize(
    "kind",
    [
        "RELU", "QUANTIZE", "ABS", "TANH", "ADD", "MUL", "SUB", "SQUARED_DIFFERENCE", "PRELU", "MAXIMUM",
        "CONCATENATION", "PAD", "SLICE",
    ],
)  # fmt: skip
def test_operators_on_constants_equal_tflm(kind: str) -> None:
    model = Chain()
    x = model.input(SHAPE, "INT8", UNIT)
    model.output(model.then("ADD", [x, computed(model, kind)], SHAPE, OTHER))
    graph = read_tflite(model.build(), "model")
    verify_graph(graph)
    assert len(graph.nodes) == 1
    rows = np.random.default_rng(0).integers(-128, 128, (6, *SHAPE[1:]), dtype=np.int8)
    assert np.array_equal(run_int8(graph, rows)[graph.outputs[0]], run_batch(model.build(), [rows])[0])


def test_weights_may_follow_from_constants() -> None:
    model = Chain()
    x = model.input((1, 4), "INT8", UNIT)
    weight = model.then("RELU", [model.random((3, 4), ZERO)], (3, 4), ZERO)
    model.output(model.then("FULLY_CONNECTED", [x, weight, ABSENT], (1, 3), OTHER))
    graph = read_tflite(model.build(), "model")
    rows = np.random.default_rng(0).integers(-128, 128, (6, 4), dtype=np.int8)
    assert np.array_equal(run_int8(graph, rows)[graph.outputs[0]], run_batch(model.build(), [rows])[0])


def test_outputs_that_never_vary_are_told_as_such() -> None:
    model = Chain()
    x = model.input(SHAPE, "INT8", UNIT)
    model.output(model.then("RELU", [x], SHAPE), computed(model, "ADD"))
    with pytest.raises(UnsupportedError, match="it is constant; nearest: outputs that are computed"):
        read_tflite(model.build(), "model")


def test_what_constants_make_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "MOST_FOLDED", 100)
    model = Chain()
    x = model.input((1, 101), "INT8", UNIT)
    large = model.then("TILE", [model.random((1, 1), UNIT), model.constant([1, 101])], (1, 101))
    model.output(model.then("ADD", [x, large], (1, 101)))
    with pytest.raises(UnsupportedError, match=r"TILE 't3' .*: constants make more than 100 other numbers"):
        read_tflite(model.build(), "model")
