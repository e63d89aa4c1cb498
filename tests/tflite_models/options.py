"""The options of builtin operators, written by field name; and under which table each operator keeps them."""

import re
from collections.abc import Mapping, Sequence

import flatbuffers
import tflite

OptionValue = int | float | bool | str | Sequence[int]

TABLES = {
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "SUM": "ReducerOptions",
    "REDUCE_MAX": "ReducerOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "MINIMUM": "MaximumMinimumOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "SVDF": "SVDFOptions",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTMOptions",
    "PADV2": "PadV2Options",
    "BATCH_MATMUL": "BatchMatMulOptions",
    "SPACE_TO_BATCH_ND": "SpaceToBatchNDOptions",
    "BATCH_TO_SPACE_ND": "BatchToSpaceNDOptions",
    "RELU": None, "RELU6": None, "RELU_N1_TO_1": None, "PRELU": None, "LOGISTIC": None, "TANH": None,
    "ELU": None, "RSQRT": None,
}  # fmt: skip
"""Operators whose table is not the CamelCase of their name + Options; None: they have none."""

ENUMS = {
    "padding": tflite.Padding,
    "fused_activation_function": tflite.ActivationFunctionType,
    "mode": tflite.MirrorPadMode,
    "in_data_type": tflite.TensorType,
    "out_data_type": tflite.TensorType,
    "output_type": tflite.TensorType,
    "quantized_bias_type": tflite.TensorType,
    "weights_format": tflite.FullyConnectedOptionsWeightsFormat,
}

VERSIONS = {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 4}
"""Versions that the kernels ask about; all others are written as 1."""


def operator_code(code: str) -> int:
    """The number of a builtin operator."""
    return int(getattr(tflite.BuiltinOperator, code))


def code_version(code: str) -> int:
    """The version of an operator that its int8 form came with."""
    return VERSIONS.get(code, 1)


def options_table(code: str) -> str | None:
    """The name of the operator's table of options."""
    return TABLES[code] if code in TABLES else _camel(code.lower()) + "Options"


def write_options(
    builder: flatbuffers.Builder, code: str, options: Mapping[str, OptionValue]
) -> tuple[int, int]:
    """Type and offset of the operator's options; (0, 0) where it has none."""
    table = options_table(code)
    if table is None:
        assert not options, (code, options)
        return 0, 0
    values = {name: _written(builder, table, name, value) for name, value in options.items()}
    getattr(tflite, f"{table}Start")(builder)
    for name, value in values.items():
        getattr(tflite, f"{table}Add{_camel(name)}")(builder, value)
    return int(getattr(tflite.BuiltinOptions, table)), getattr(tflite, f"{table}End")(builder)


def _written(builder: flatbuffers.Builder, table: str, name: str, value: OptionValue) -> int | float:
    if name in ENUMS:
        return int(getattr(ENUMS[name], str(value)))
    if isinstance(value, str):
        return int(builder.CreateString(value))
    if isinstance(value, int | float):
        return value
    getattr(tflite, f"{table}Start{_camel(name)}Vector")(builder, len(value))
    for item in reversed(value):
        builder.PrependInt32(item)
    return int(builder.EndVector())


def _camel(name: str) -> str:
    return re.sub(r"(?:^|_)([a-z0-9])", lambda found: found.group(1).upper(), name)
