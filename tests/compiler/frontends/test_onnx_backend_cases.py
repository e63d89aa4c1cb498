"""The `onnx` package's own test cases of quantized operators, through our importer and reference."""

import warnings
from functools import cache
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from compiler.errors import ModelError
from compiler.frontends.onnx.read import import_onnx
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.verify import verify_graph
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.onnx_networks import in_onnx_order

_KINDS = ("QuantizeLinear", "DequantizeLinear", "QLinear", "Integer")

UNSUPPORTED = {
    "test_convinteger_with_padding": "int32 sums leave the network",
    "test_convinteger_without_padding": "int32 sums leave the network",
    "test_dequantizelinear_axis": "per channel",
    "test_dequantizelinear_blocked": "blocks",
    "test_dequantizelinear_e4m3fn": "is FLOAT8E4M3FN",
    "test_dequantizelinear_e4m3fn_float16": "is FLOAT8E4M3FN",
    "test_dequantizelinear_e4m3fn_zero_point": "is FLOAT8E4M3FN",
    "test_dequantizelinear_e5m2": "is FLOAT8E5M2",
    "test_dequantizelinear_float4e2m1": "is FLOAT4E2M1",
    "test_dequantizelinear_int16": "is INT16",
    "test_dequantizelinear_uint16": "is UINT16",
    "test_dynamicquantizelinear": "found at run time",
    "test_dynamicquantizelinear_expanded": "ReduceMax .* is not quantized",
    "test_dynamicquantizelinear_max_adjusted": "found at run time",
    "test_dynamicquantizelinear_max_adjusted_expanded": "ReduceMax .* is not quantized",
    "test_dynamicquantizelinear_min_adjusted": "found at run time",
    "test_dynamicquantizelinear_min_adjusted_expanded": "ReduceMax .* is not quantized",
    "test_matmulinteger": "int32 sums leave the network",
    "test_quantizelinear_axis": "per channel",
    "test_quantizelinear_blocked_asymmetric": "blocks",
    "test_quantizelinear_blocked_symmetric": "quantizes to int16",
    "test_quantizelinear_e4m3fn": "are FLOAT8E4M3FN",
    "test_quantizelinear_e5m2": "are FLOAT8E5M2",
    "test_quantizelinear_float4e2m1": "are FLOAT4E2M1",
    "test_quantizelinear_int16": "quantizes to int16",
    "test_quantizelinear_int2": "per channel",
    "test_quantizelinear_int4": "per channel",
    "test_quantizelinear_uint16": "quantizes to uint16",
    "test_quantizelinear_uint2": "per channel",
    "test_quantizelinear_uint4": "per channel",
}
"""What has no form here, and a word of why."""


@cache
def _cases() -> dict[str, Any]:
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = collect_testcases(None)
    return {
        case.name: case
        for case in cases
        if any(kind in node.op_type for node in case.model.graph.node for kind in _KINDS)
    }


def _with_parameters_stored(case: Any) -> tuple[bytes, Any, Any]:
    """The case's model with every input but the first an initializer; that input, and the output."""
    inputs, outputs = case.data_sets[0]
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    for port, array in list(zip(model.graph.input, inputs, strict=True))[1:]:
        tensor = array if isinstance(array, TensorProto) else numpy_helper.from_array(np.asarray(array))
        model.graph.initializer.append(tensor)
        model.graph.initializer[-1].name = port.name
    return model.SerializeToString(), _held(inputs[0]), _held(outputs[0])


def _held(given: Any) -> np.ndarray:
    """Integers of few bits as int8 or uint8, which NumPy knows."""
    array: np.ndarray = numpy_helper.to_array(given) if isinstance(given, TensorProto) else given
    name = str(array.dtype)
    return array.astype(name.rstrip("24") + "8") if name in ("int4", "uint4", "int2", "uint2") else array


@pytest.mark.parametrize("name", sorted(set(_cases()) - set(UNSUPPORTED)))
def test_gives_the_expected_integers(name: str) -> None:
    data, given, expected = _with_parameters_stored(_cases()[name])
    found = import_onnx(data, name, float_ports=True)
    verify_graph(found.graph)
    x = given if given.dtype == np.float32 else _signed(given)
    ours = run_int8(found.graph, _sample(x, found.inputs[0]))[found.graph.outputs[0]]
    result = in_onnx_order(ours, found.outputs[0], expected.shape)
    np.testing.assert_array_equal(result, expected if expected.dtype == np.float32 else _signed(expected))


def _sample(x: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """A batch of the one sample, its axes in our order; a leading axis of length 1 may be no axis of ours."""
    left_out = tuple(axis for axis in range(x.ndim) if axis not in order)
    shape = tuple(x.shape[axis] for axis in order)
    return np.ascontiguousarray(x.transpose((*left_out, *order)).reshape(1, *shape))


def _signed(array: np.ndarray) -> np.ndarray:
    return (array.astype(np.int64) - (128 if array.dtype == np.uint8 else 0)).astype(np.int8)


@pytest.mark.parametrize("name", sorted(UNSUPPORTED))
def test_says_what_is_not_supported(name: str) -> None:
    data, _, _ = _with_parameters_stored(_cases()[name])
    with pytest.raises(ModelError, match=UNSUPPORTED[name]) as caught:
        import_onnx(data, name)
    # an input's type is told alone, since nothing can be read of such a file
    assert isinstance(caught.value, UnsupportedError) or "input 'x' is" in str(caught.value)


def test_some_cases_of_each_operator_are_run() -> None:
    models = [case.model for name, case in _cases().items() if name not in UNSUPPORTED]
    run = {node.op_type for model in models for node in model.graph.node}
    assert run >= {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul"}
    assert set(UNSUPPORTED) <= set(_cases())
