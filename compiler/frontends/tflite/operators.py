"""Which function imports which operator, with what types and restrictions: the frontend's support table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compiler.frontends.tflite.arithmetic import import_add
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.convolutions import import_conv, import_depthwise
from compiler.frontends.tflite.dense import import_fully_connected
from compiler.frontends.tflite.pools import import_average_pool, import_max_pool
from compiler.frontends.tflite.quantize import import_dequantize, import_quantize
from compiler.frontends.tflite.recurrent import import_lstm, import_svdf
from compiler.frontends.tflite.shapes import import_reshape
from compiler.frontends.tflite.softmax import import_softmax
from compiler.frontends.tflite.unary import (
    import_abs,
    import_elu,
    import_hard_swish,
    import_leaky_relu,
    import_logistic,
    import_relu,
    import_relu6,
    import_rsqrt,
    import_tanh,
)
from compiler.frontends.tflite.variables import (
    import_assign_variable,
    import_read_variable,
    import_var_handle,
)


@dataclass(frozen=True, slots=True)
class SupportRow:
    """What docs/operators.md says of one operator of TFLite. `types`: those of its activations."""

    operator: str
    importer: Callable[[Call], None]
    types: str
    restrictions: str = ""


_INT8, _BOTH, _STATE = "int8", "int8, int16", "any quantized"
_BATCH = "batch 1"
_WEIGHTS = "constant weights and bias, int8 or int4, zero point 0, per tensor or per channel"

SUPPORT: tuple[SupportRow, ...] = (
    SupportRow("ABS", import_abs, _INT8),
    SupportRow("ADD", import_add, _BOTH, "broadcasts; one input may be constant"),
    SupportRow("ASSIGN_VARIABLE", import_assign_variable, _STATE),
    SupportRow("AVERAGE_POOL_2D", import_average_pool, _BOTH, _BATCH),
    SupportRow("CONV_2D", import_conv, _BOTH, f"{_BATCH}; {_WEIGHTS}; groups and dilations"),
    SupportRow("DEPTHWISE_CONV_2D", import_depthwise, _BOTH, f"{_BATCH}; {_WEIGHTS}; any multiplier"),
    SupportRow("DEQUANTIZE", import_dequantize, _BOTH, "to float32, at outputs; constants are folded"),
    SupportRow("ELU", import_elu, _INT8),
    SupportRow("EXPAND_DIMS", import_reshape, _STATE),
    SupportRow("FULLY_CONNECTED", import_fully_connected, _BOTH, _WEIGHTS),
    SupportRow("HARD_SWISH", import_hard_swish, _INT8, "output scale from 1/128 to 256 times the input's"),
    SupportRow("LEAKY_RELU", import_leaky_relu, _INT8),
    SupportRow("LOGISTIC", import_logistic, _INT8, "output scale 1/256, zero point -128"),
    SupportRow("MAX_POOL_2D", import_max_pool, _BOTH, _BATCH),
    SupportRow("QUANTIZE", import_quantize, _BOTH, "from float32 at inputs; uint8 to and from int8"),
    SupportRow("READ_VARIABLE", import_read_variable, _STATE),
    SupportRow("RELU", import_relu, _INT8),
    SupportRow("RELU6", import_relu6, _INT8),
    SupportRow("RESHAPE", import_reshape, _STATE),
    SupportRow("RSQRT", import_rsqrt, _INT8, "inputs from the zero point on"),
    SupportRow("SOFTMAX", import_softmax, _BOTH, "the last axis; a beta of 1 or another power of two"),
    SupportRow("SQUEEZE", import_reshape, _STATE),
    SupportRow("SVDF", import_svdf, _INT8, "int8 or int16 states"),
    SupportRow("TANH", import_tanh, _INT8, "output scale 1/128, zero point 0"),
    SupportRow("UNIDIRECTIONAL_SEQUENCE_LSTM", import_lstm, _INT8, "no peepholes, projection or norms"),
    SupportRow("VAR_HANDLE", import_var_handle, _STATE),
)
"""In alphabetical order."""

IMPORTERS: Mapping[str, Callable[[Call], None]] = {row.operator: row.importer for row in SUPPORT}
