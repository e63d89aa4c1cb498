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
_OURS = {TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT8}

UNSUPPORTED = {
    "test_convinteger_with_padding": "found at run time",
    "test_convinteger_without_padding": "found at run time",
    "test_dequantizelinear_axis": "per channel",
    "test_dequantizelinear_blocked": "blocks",
    "test_dynamicquantizelinear": "found at run time",
    "test_dynamicquantizelinear_expanded": "no such operator",
    "test_dynamicquantizelinear_max_adjusted": "found at run time",
    "test_dynamicquantizelinear_max_adjusted_expanded": "no such operator",
    "test_dynamicquantizelinear_min_adjusted": "found at run time",
    "test_dynamicquantizelinear_min_adjusted_expanded": "no such operator",
    "test_matmulinteger": "found at run time",
    "test_quantizelinear_axis": "per channel",
    "test_quantizelinear_blocked_asymmetric": "blocks",
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
    return model.SerializeToString(), inputs[0], outputs[0]


def _is_ours(case: Any) -> bool:
    """8 bits and float32, as far as ports go."""
    ports = (*case.model.graph.input, *case.model.graph.output)
    kinds = {port.type.tensor_type.elem_type for port in ports}
    return kinds <= {*_OURS, TensorProto.FLOAT16, TensorProto.INT32}


OURS = sorted(name for name, case in _cases().items() if _is_ours(case))
OTHERS = sorted(name for name, case in _cases().items() if not _is_ours(case))


@pytest.mark.parametrize("name", [name for name in OURS if name not in UNSUPPORTED])
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
    with pytest.raises(UnsupportedError, match=UNSUPPORTED[name]):
        import_onnx(data, name)


@pytest.mark.parametrize("name", OTHERS)
def test_other_types_are_refused_in_words(name: str) -> None:
    data, _, _ = _with_parameters_stored(_cases()[name])
    with pytest.raises(ModelError):
        import_onnx(data, name)


def test_some_cases_of_each_operator_are_run() -> None:
    models = [_cases()[name].model for name in OURS if name not in UNSUPPORTED]
    run = {node.op_type for model in models for node in model.graph.node}
    assert run >= {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul"}
    assert set(UNSUPPORTED) <= set(OURS)
