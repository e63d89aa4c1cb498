"""SVDF, LSTM and variables over sequences of calls: the reference gives TFLite Micro's bytes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.graph import Graph
from compiler.ir.verify import verify_graph
from compiler.reference.sequences import run_sequence
from tests.tflite_models import draw_state
from tests.tflite_models.builder import ABSENT, NUMPY_TYPES, ModelBuilder
from tests.tflite_models.draw import per_tensor
from tests.tflite_models.oracle import Oracle, run_sequences
from tests.tflite_models.sketch import Case

KINDS = {
    "svdf": draw_state.memory_filters(),
    "lstm": draw_state.lstm_layers(),
    "variables": draw_state.variables(),
}
SEQUENCES, CALLS = 2, 6


def by_reference(graph: Graph, sequences: Sequence[np.ndarray]) -> list[np.ndarray]:
    """For each output (sequences, calls, ...)."""
    verify_graph(graph)
    found = run_sequence(graph, dict(zip(graph.inputs, sequences, strict=True)))
    return [found[name] for name in graph.outputs]


def sequences_of(case: Case) -> list[np.ndarray]:
    """For each input (SEQUENCES, CALLS, ...)."""
    return [rows.reshape(SEQUENCES, CALLS, *rows.shape[1:]) for rows in case.rows(SEQUENCES * CALLS)]


def imported(case: Case) -> Graph:
    try:
        return read_tflite(case.model, "drawn")
    except UnsupportedError:
        reject()


@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_equals_tflm(kind: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(case=KINDS[kind])
    def check(case: Case) -> None:
        x = sequences_of(case)
        expected = run_sequences(case.model, x)
        for found, wanted in zip(by_reference(imported(case), x), expected, strict=True):
            np.testing.assert_array_equal(found.reshape(wanted.shape), wanted)

    check()


MODELS = Path(__file__).parents[2] / ".." / "shared" / "models"


@pytest.mark.parametrize("name", ["trained_lstm_int8"])
def test_models_of_others_equal_tflm_over_sequences(name: str) -> None:
    path = MODELS / f"{name}.tflite"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    graph = read_tflite(path.read_bytes(), name)
    (source,) = graph.inputs
    limits = np.iinfo(graph.tensors[source].dtype)
    rng = np.random.default_rng(0)
    x = rng.integers(limits.min, limits.max + 1, (2, 40, *graph.tensors[source].shape), limits.dtype)
    x[1, 3:6] = limits.min
    x[1, 6:9] = limits.max
    (wanted,) = run_sequences(path.read_bytes(), [x])
    (found,) = by_reference(graph, [x])
    np.testing.assert_array_equal(found.reshape(wanted.shape), wanted)


@pytest.mark.parametrize("exponent", [-20, -13, -12, -6, 0])
@pytest.mark.parametrize("time_major", [False, True])
def test_an_lstm_of_any_cell_scale(exponent: int, *, time_major: bool) -> None:
    model, width, units, steps = ModelBuilder(), 3, 4, 5
    rng = np.random.default_rng(exponent + 100)
    order = (steps, 1) if time_major else (1, steps)
    x = model.input((*order, width), "INT8", per_tensor(0.05, 7))

    def constant(shape: tuple[int, ...], dtype: str, scale: float, most: int) -> int:
        data = rng.integers(-most, most + 1, shape).astype(NUMPY_TYPES[dtype])
        return model.tensor(shape, dtype, per_tensor(scale, 0), data=data)

    inputs = [constant((units, width), "INT8", 0.02, 127) for _ in range(4)]
    recurrent = [constant((units, units), "INT8", 0.02, 127) for _ in range(4)]
    biases = [constant((units,), "INT32", 0.001, 500) for _ in range(4)]
    hidden = model.tensor((1, units), "INT8", per_tensor(1 / 128, -3), variable=True)
    cell = model.tensor((1, units), "INT16", per_tensor(2.0**exponent, 0), variable=True)
    y = model.tensor((*order, units), "INT8", per_tensor(1 / 128, -3))
    tensors = [x, *inputs, *recurrent, *[ABSENT] * 3, *biases, *[ABSENT] * 2, hidden, cell, *[ABSENT] * 4]
    model.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        tensors,
        [y],
        fused_activation_function="TANH",
        time_major=time_major,
        cell_clip=0.5,
    )
    model.output(y)
    file = model.build()
    given_x = rng.integers(-128, 128, (1, 4, steps, width), np.int8)
    oracle = Oracle(file)
    wanted = [oracle.run([given_x[0, call].reshape(*order, width)])[0] for call in range(4)]
    graph = read_tflite(file, "lstm")
    shaped = given_x.reshape(1, 4, *graph.tensors[graph.inputs[0]].shape)
    (found,) = by_reference(graph, [shaped])
    np.testing.assert_array_equal(found.reshape(np.shape(wanted)), wanted)


@pytest.mark.parametrize("dtype", ["INT8", "UINT8", "INT16", "INT32", "FLOAT32"])
def test_variables_of_every_type_hold_their_bytes(dtype: str) -> None:
    """The value of the call before: in the first call the zero point where it is one byte."""
    model = ModelBuilder()
    quantization = {"INT8": per_tensor(0.1, -9), "UINT8": per_tensor(0.1, 200), "INT16": per_tensor(0.1, 0)}
    x = model.input((1, 3), dtype, quantization.get(dtype))
    handle = model.tensor((1,), "RESOURCE")
    before = model.tensor((1, 3), dtype, quantization.get(dtype))
    model.operator("VAR_HANDLE", [], [handle], shared_name="memory")
    model.operator("READ_VARIABLE", [handle], [before])
    model.operator("ASSIGN_VARIABLE", [handle, x], [])
    model.output(before)
    given_x = np.arange(12).reshape(1, 4, 3).astype(NUMPY_TYPES[dtype])
    (wanted,) = run_sequences(model.build(), [given_x])
    (found,) = by_reference(read_tflite(model.build(), "delay"), [given_x])
    np.testing.assert_array_equal(found, wanted)
