"""SVDF, LSTM and variables over sequences of calls: the reference and the printed C give TFLite Micro's
bytes."""

from pathlib import Path

import numpy as np
import pytest

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.tensor import numpy_dtype
from compiler.passes.compile_pipeline import optimize
from compiler.reference.sequences import run_sequence
from tests.exactness.compare import Compared, compare_printed, compare_reference, expect_equal, hold_exact
from tests.tflite_models import draw_state as drawn
from tests.tflite_models.builder import ABSENT
from tests.tflite_models.draw import per_tensor
from tests.tflite_models.expose import expose
from tests.tflite_models.oracle import run_sequences
from tests.tflite_models.printed import HostNetworks, print_network
from tests.tflite_models.sketch import Case, Sketch

SANITIZED = ("-O1", "-g", "-fsanitize=undefined", "-fno-sanitize-recover=all")


def test_memory_filters(tmp_path: Path) -> None:
    hold_exact(drawn.memory_filters(), tmp_path, examples=80, printed=20)


@pytest.mark.parametrize("dtype", ["INT8", "INT16"])
def test_lstm_layers(dtype: str, tmp_path: Path) -> None:
    hold_exact(drawn.lstm_layers(dtype), tmp_path, examples=80, printed=20)


def test_variables(tmp_path: Path) -> None:
    hold_exact(drawn.variables(), tmp_path)


def compare(*cases: Case, folder: Path) -> None:
    networks: list[Compared] = [compare_reference(case) for case in cases]
    compare_printed(networks, folder, SANITIZED)


def lstm(exponent: int, *, time_major: bool, output_scale: float) -> Case:
    """With a cell of any scale, and perhaps an output that is quantized otherwise than the hidden state, of
    which TFLite Micro copies the bytes."""
    sketch, width, units, steps = Sketch(exponent + 100), 3, 5, 4
    around = (steps, 1) if time_major else (1, steps)
    x = sketch.reshaped(sketch.input((1, steps, width), "INT8", per_tensor(0.05, 7)), (*around, width))

    def constant(shape: tuple[int, ...], dtype: str, scale: float, most: int) -> int:
        return sketch.random(shape, dtype, per_tensor(scale, 0), (-most, most))

    inputs = [constant((units, width), "INT8", 0.02, 127) for _ in range(4)]
    recurrent = [constant((units, units), "INT8", 0.02, 127) for _ in range(4)]
    biases = [constant((units,), "INT32", 0.001, 500) for _ in range(4)]
    hidden = sketch.tensor((1, units), "INT8", per_tensor(1 / 128, -3), variable=True)
    cell = sketch.tensor((1, units), "INT16", per_tensor(2.0**exponent, 0), variable=True)
    y = sketch.tensor((*around, units), "INT8", per_tensor(output_scale, -3))
    tensors = [x, *inputs, *recurrent, *[ABSENT] * 3, *biases, *[ABSENT] * 2, hidden, cell, *[ABSENT] * 4]
    options = {"fused_activation_function": "TANH", "time_major": time_major, "cell_clip": 0.5}
    sketch.operator("UNIDIRECTIONAL_SEQUENCE_LSTM", tensors, [y], **options)
    return sketch.case(sketch.reshaped(y, (1, steps, units)))


def test_an_lstm_of_any_cell_scale(tmp_path: Path) -> None:
    cases = [
        lstm(exponent, time_major=time_major, output_scale=scale)
        for exponent in (-20, -13, -12, -6, 0)
        for time_major in (False, True)
        for scale in (1 / 128, 1 / 100)
    ]
    compare(*cases, folder=tmp_path)


def delay(dtype: str) -> Case:
    """The value of the call before: in the first call the zero point, where a value is one byte."""
    sketch = Sketch(3)
    quantization = {"INT8": per_tensor(0.1, -9), "UINT8": per_tensor(0.1, 200), "INT16": per_tensor(0.1, 0)}
    x = sketch.input((1, 3), dtype, quantization.get(dtype))
    handle = sketch.tensor((1,), "RESOURCE")
    before = sketch.tensor((1, 3), dtype, quantization.get(dtype))
    sketch.operator("VAR_HANDLE", [], [handle], shared_name="memory")
    sketch.operator("READ_VARIABLE", [handle], [before])
    sketch.operator("ASSIGN_VARIABLE", [handle, x], [])
    return sketch.case(before)


@pytest.mark.parametrize("dtype", ["INT8", "UINT8", "INT16", "INT32"])
def test_variables_of_every_type_hold_their_bytes(dtype: str, tmp_path: Path) -> None:
    compare(delay(dtype), folder=tmp_path)


def test_a_variable_may_be_assigned_a_constant_and_read_before_and_after(tmp_path: Path) -> None:
    sketch = Sketch(4)
    kept = per_tensor(0.1, 5)
    x = sketch.input((1, 4), "INT8", kept)
    handle = sketch.tensor((1,), "RESOURCE")
    first, second, third = (sketch.tensor((1, 4), "INT8", kept) for _ in range(3))
    sketch.operator("VAR_HANDLE", [], [handle], shared_name="memory")
    sketch.operator("READ_VARIABLE", [handle], [first])
    sketch.operator("ASSIGN_VARIABLE", [handle, sketch.random((1, 4), "INT8", kept)], [])
    sketch.operator("READ_VARIABLE", [handle], [second])
    sketch.operator("ASSIGN_VARIABLE", [handle, x], [])
    sketch.operator("READ_VARIABLE", [handle], [third])
    compare(sketch.case(first, second, third), folder=tmp_path)


MODELS = Path(__file__).parents[2] / ".." / "shared" / "models"


@pytest.mark.parametrize("name", ["keyword_scrambled_8bit", "trained_lstm_int8"])
def test_every_layer_of_models_of_others_over_sequences(name: str, tmp_path: Path) -> None:
    """Two sequences of 20 calls, the extremes among them."""
    path = MODELS / f"{name}.tflite"
    if not path.is_file():
        pytest.skip(f"../shared/models/{path.name} is not there")
    exposed = expose(path.read_bytes())
    graph = read_tflite(exposed, name)
    tensor = graph.tensors[graph.inputs[0]]
    limits = np.iinfo(tensor.dtype)
    x = np.random.default_rng(0).integers(
        limits.min, limits.max, (2, 20, *tensor.shape), numpy_dtype(tensor.dtype), endpoint=True
    )
    x[1, 3:6], x[1, 6:9] = limits.min, limits.max
    wanted = [array.reshape(2, 20, -1) for array in run_sequences(exposed, [x])]
    found = run_sequence(graph, x)
    expect_equal(wanted, [found[output].reshape(2, 20, -1) for output in graph.outputs], "reference")
    printed = print_network(optimize(graph), "n0")
    expect_equal(wanted, HostNetworks([printed], tmp_path, SANITIZED).run(printed, [x]), "C")


def test_softmax_of_int8_to_int16(tmp_path: Path) -> None:
    cases = []
    for seed, scale in enumerate((0.001, 0.0625, 0.3, 2.0)):
        sketch = Sketch(seed)
        x = sketch.input((1, 4, 9), "INT8", per_tensor(scale, 3))
        y = sketch.tensor((1, 4, 9), "INT16", per_tensor(1 / 65536, -32768))
        sketch.operator("SOFTMAX", [x], [y], beta=1.0)
        cases.append(sketch.case(y))
    compare(*cases, folder=tmp_path)
