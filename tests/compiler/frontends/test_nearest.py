"""What is told of operators without a form names forms that there are."""

import re

import pytest

from compiler.frontends.onnx import nearest as onnx_nearest
from compiler.frontends.onnx.read import HANDLERS
from compiler.frontends.tflite import nearest as tflite_nearest
from compiler.frontends.tflite.operators import IMPORTERS
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from tests.compiler.frontends.tflite_files import UNIT, Chain


def test_tflite_operators_are_pointed_at_importers() -> None:
    assert not set(tflite_nearest.NEAREST) & set(IMPORTERS)
    assert list(tflite_nearest.NEAREST) == sorted(tflite_nearest.NEAREST)
    for told in tflite_nearest.NEAREST.values():
        named = set(re.findall(r"[A-Z][A-Z_0-9]{2,}", told)) - {"ONNX"}
        assert named <= set(IMPORTERS), told


def test_onnx_operators_are_pointed_at_handlers() -> None:
    assert not set(onnx_nearest.NEAREST) & set(HANDLERS)
    assert list(onnx_nearest.NEAREST) == sorted(onnx_nearest.NEAREST)
    for told in onnx_nearest.NEAREST.values():
        named = set(re.findall(r"\b[A-Z][a-z][A-Za-z]+", told)) - {"TFLite"}
        assert named <= set(HANDLERS), told


@pytest.mark.parametrize(
    ("operator", "dtype", "told"),
    [
        ("SQUARE", "INT8", "MUL of the value with itself"),
        ("COS", "INT8", "the operators of docs/operators.md"),
        ("RELU", "FLOAT32", "int8 throughout, by post-training full-integer quantization"),
    ],
)
def test_the_remedy_is_told(operator: str, dtype: str, told: str) -> None:
    model = Chain()
    x = model.input((1, 4), dtype, UNIT if dtype == "INT8" else None)
    model.output(model.then(operator, [x], (1, 4), dtype=dtype))
    with pytest.raises(UnsupportedError) as caught:
        read_tflite(model.build(), "model")
    assert [reason.nearest for reason in caught.value.reasons] == [told]


def test_custom_operators_are_told_apart() -> None:
    assert "custom" in tflite_nearest.nearest_operator("CUSTOM Mystery")
