"""What could stand for an operator of TFLite that has no form here: what computes the same, or nearly."""

from collections.abc import Mapping

OPERATORS = "the operators of docs/operators.md"
_ONNX = "an ONNX file, where such functions of one number become a table"
_RECURRENT = "UNIDIRECTIONAL_SEQUENCE_LSTM or SVDF"
_STRAIGHT = "a network without branches, its loops unrolled"

NEAREST: Mapping[str, str] = {
    "ADD_N": "ADD, one after the other",
    "BIDIRECTIONAL_SEQUENCE_LSTM": _RECURRENT,
    "BIDIRECTIONAL_SEQUENCE_RNN": _RECURRENT,
    "BROADCAST_TO": "TILE, or an operator that broadcasts",
    "CAST": "QUANTIZE or DEQUANTIZE",
    "CEIL": _ONNX,
    "CONV_3D": "CONV_2D",
    "CUMSUM": "FULLY_CONNECTED with a triangle of ones as weights",
    "DIV": "MUL by the reciprocal, where it divides by a constant",
    "EXP": _ONNX,
    "FLOOR": _ONNX,
    "GATHER_ND": "GATHER with constant indices",
    "GELU": _ONNX,
    "IF": _STRAIGHT,
    "L2_NORMALIZATION": "MUL of the value with itself, SUM, RSQRT, and MUL",
    "L2_POOL_2D": "AVERAGE_POOL_2D or MAX_POOL_2D",
    "LOCAL_RESPONSE_NORMALIZATION": "batch normalization, folded into its layer",
    "LOG": _ONNX,
    "LSTM": _RECURRENT,
    "NEG": "MUL by a constant -1",
    "POW": "MUL of the value with itself, for a whole exponent",
    "REDUCE_MIN": "REDUCE_MAX between two MUL by a constant -1",
    "RELU_0_TO_1": "RELU, and MINIMUM with a constant 1",
    "RELU_N1_TO_1": "the same fused in a layer, or MAXIMUM and MINIMUM with constants",
    "REVERSE_V2": "STRIDED_SLICE with stride -1",
    "RNN": _RECURRENT,
    "ROUND": _ONNX,
    "SHAPE": "static shapes, as the converter makes them on request",
    "SIGN": _ONNX,
    "SQRT": "MUL of the value with its RSQRT, or an ONNX file",
    "SQUARE": "MUL of the value with itself",
    "TOPK_V2": "ARG_MAX, for the greatest alone",
    "UNIDIRECTIONAL_SEQUENCE_RNN": _RECURRENT,
    "WHILE": _STRAIGHT,
}
"""In alphabetical order; none of them has an importer."""


def nearest_operator(operator: str) -> str:
    """What to tell of an operator without an importer, by its name in the schema or `CUSTOM name`."""
    if operator.startswith("CUSTOM "):
        return "TFLite's own operators: convert without custom ones"
    return NEAREST.get(operator, OPERATORS)
