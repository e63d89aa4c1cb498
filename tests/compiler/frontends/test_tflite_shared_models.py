"""Models that others quantized: read, and equal to TFLM to the byte."""

from pathlib import Path

import numpy as np
import pytest

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.verify import verify_graph
from compiler.reference.integer_interpreter import run_int8
from tests.tflite_models.oracle import run_batch

MODELS = Path(__file__).parents[3] / ".." / "shared" / "models"
NAMES = (
    "ad01_int8",
    "hello_world_int8",
    "kws_ref_model",
    "micro_speech_quantized",
    "person_detect",
    "pretrainedResnet_quant",
    "vww_96_int8",
)


@pytest.mark.parametrize("name", NAMES)
def test_equals_tflm(name: str) -> None:
    path = MODELS / f"{name}.tflite"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    graph = read_tflite(path.read_bytes(), name)
    verify_graph(graph)
    shape = graph.tensors[graph.inputs[0]].shape
    x = np.random.default_rng(0).integers(-128, 128, (3, *shape), dtype=np.int8)
    x[1:] = np.array([-128, 127], np.int8).reshape(2, *(1,) * len(shape))
    assert np.array_equal(run_int8(graph, x)[graph.outputs[0]], run_batch(path.read_bytes(), [x])[0])
