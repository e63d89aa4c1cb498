"""The multiplier of a dense layer with one scale: a sum of ad01_int8 that tells a float32 product from one in
double, which random tests hardly ever meet."""

import numpy as np
import pytest

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.tensor import Quantization
from compiler.reference.integer_interpreter import run_int8
from tests.tflite_models.builder import ModelBuilder
from tests.tflite_models.oracle import Oracle

SUM = -88337


def test_the_product_of_scales_is_double() -> None:
    pytest.importorskip("tflite_micro")
    builder = ModelBuilder()
    x = builder.input((1, 4), "INT8", Quantization(scale=(0.024790890514850616,), zero_point=(-128,)))
    filter_ = Quantization(scale=(0.0195566825568676,), zero_point=(0,))
    weight = builder.tensor((1, 4), "INT8", filter_, data=np.zeros((1, 4), np.int8))
    sums = Quantization(scale=(0.0004848275857511908,), zero_point=(0,))
    bias = builder.tensor((1,), "INT32", sums, data=np.array([SUM], np.int32))
    y = builder.tensor((1, 1), "INT8", Quantization(scale=(0.36449846625328064,), zero_point=(96,)))
    builder.output(y)
    builder.operator("FULLY_CONNECTED", [x, weight, bias], [y], fused_activation_function="NONE")
    model = builder.build()
    given = np.zeros((1, 4), np.int8)
    graph = read_tflite(model, "dense")
    (found,) = run_int8(graph, given).values()
    assert found.reshape(-1).tolist() == Oracle(model).run([given])[0].reshape(-1).tolist() == [-21]
