"""The builder's files are TFLite's, and the oracle answers as TFLite's rules say it must."""

import numpy as np
import pytest
import tflite

from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import ABSENT, ModelBuilder
from tests.tflite_models.oracle import OracleRefusalError, run_batch, run_oracle, run_sequences

UNIT = Quantization(scale=(1.0,), zero_point=(0,))


def dense(dtype: str, weights: np.ndarray) -> bytes:
    model = ModelBuilder()
    units, depth = weights.shape
    x = model.input((1, depth), "INT8", UNIT, name="x")
    weight = model.tensor((units, depth), dtype, UNIT, data=weights)
    y = model.tensor((1, units), "INT8", UNIT, name="y")
    model.operator("FULLY_CONNECTED", [x, weight, ABSENT], [y], fused_activation_function="NONE")
    model.output(y)
    model.signature({"given": x}, {"answer": y})
    return model.build()


@pytest.mark.parametrize("dtype", ["INT8", "INT4"])
def test_dense_with_unit_scales_is_a_matrix_product(dtype: str) -> None:
    rng = np.random.default_rng(0)
    weights = rng.integers(-7, 8, (3, 5), dtype=np.int8)
    x = rng.integers(-3, 4, (4, 5), dtype=np.int8)
    assert np.array_equal(run_batch(dense(dtype, weights), [x])[0], x @ weights.T)


def test_signature_names_inputs_and_outputs() -> None:
    model = tflite.Model.GetRootAs(dense("INT8", np.ones((1, 1), np.int8)), 0)
    signature = model.SignatureDefs(0)
    assert (signature.Inputs(0).Name(), signature.Outputs(0).Name()) == (b"given", b"answer")
    assert model.Subgraphs(0).Tensors(signature.Outputs(0).TensorIndex()).Name() == b"y"


def accumulator() -> bytes:
    """A variable that adds up its inputs."""
    model = ModelBuilder()
    x = model.input((1, 2), "INT8", UNIT)
    handle = model.tensor((1,), "RESOURCE")
    before, after = (model.tensor((1, 2), "INT8", UNIT) for _ in range(2))
    model.operator("VAR_HANDLE", [], [handle], shared_name="sum")
    model.operator("READ_VARIABLE", [handle], [before])
    model.operator("ADD", [x, before], [after], fused_activation_function="NONE")
    model.operator("ASSIGN_VARIABLE", [handle, after], [])
    model.output(after)
    return model.build()


def test_variables_live_from_call_to_call_and_no_longer_than_a_sequence() -> None:
    x = np.array([[[1, 2], [3, 4], [5, 6]]] * 2, np.int8)
    assert np.array_equal(run_sequences(accumulator(), [x])[0], x.cumsum(axis=1))


def test_the_oracle_refuses_what_it_has_no_kernel_for() -> None:
    model = ModelBuilder()
    x = model.input((1, 4), "INT8", UNIT)
    y = model.tensor((1, 4), "INT8", UNIT)
    model.operator("BUCKETIZE", [x], [y])
    model.output(y)
    with pytest.raises(OracleRefusalError):
        run_oracle(model.build(), [np.zeros((1, 4), np.int8)])
