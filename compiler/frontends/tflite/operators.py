"""Which function imports which operator, with what types and restrictions: the frontend's support table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compiler.frontends.tflite.arithmetic import (
    import_add,
    import_batch_matmul,
    import_maximum,
    import_minimum,
    import_mul,
    import_prelu,
    import_squared_difference,
    import_sub,
)
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.call_once import import_call_once
from compiler.frontends.tflite.convolutions import import_conv, import_depthwise
from compiler.frontends.tflite.dense import import_fully_connected
from compiler.frontends.tflite.dilations import import_space_to_batch
from compiler.frontends.tflite.joins import import_concatenation, import_pack
from compiler.frontends.tflite.pads import import_pad, import_resize_bilinear
from compiler.frontends.tflite.pools import import_average_pool, import_max_pool
from compiler.frontends.tflite.quantize import import_dequantize, import_quantize
from compiler.frontends.tflite.recurrent import import_lstm, import_svdf
from compiler.frontends.tflite.reductions import (
    import_arg_max,
    import_arg_min,
    import_mean,
    import_reduce_max,
    import_sum,
)
from compiler.frontends.tflite.shapes import (
    import_depth_to_space,
    import_reshape,
    import_space_to_depth,
    import_transpose,
)
from compiler.frontends.tflite.slices import (
    import_slice,
    import_split,
    import_split_v,
    import_strided_slice,
    import_unpack,
)
from compiler.frontends.tflite.softmax import import_log_softmax, import_softmax
from compiler.frontends.tflite.takes import (
    import_gather,
    import_mirror_pad,
    import_resize_nearest,
    import_tile,
)
from compiler.frontends.tflite.transpose_conv import import_transpose_conv
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
_DILATED = "around a VALID convolution without strides, which it dilates"
_PAIR = "broadcasts; one input may be constant"
_WEIGHTS = "constant weights and bias, int8 or int4, zero point 0, per tensor or per channel"

SUPPORT: tuple[SupportRow, ...] = (
    SupportRow("ABS", import_abs, _BOTH),
    SupportRow("ADD", import_add, _BOTH, _PAIR),
    SupportRow("ARG_MAX", import_arg_max, _INT8, "constant axis; int32 out"),
    SupportRow("ARG_MIN", import_arg_min, _INT8, "constant axis; int32 out"),
    SupportRow("ASSIGN_VARIABLE", import_assign_variable, _STATE),
    SupportRow("AVERAGE_POOL_2D", import_average_pool, _BOTH, _BATCH),
    SupportRow("BATCH_MATMUL", import_batch_matmul, _BOTH, "equal leading axes; one may be constant"),
    SupportRow("BATCH_TO_SPACE_ND", import_space_to_batch, _BOTH, _DILATED),
    SupportRow("CALL_ONCE", import_call_once, _STATE, "sets each variable to one number"),
    SupportRow("CONCATENATION", import_concatenation, _BOTH, "some inputs may be constant"),
    SupportRow("CONV_2D", import_conv, _BOTH, f"{_BATCH}; {_WEIGHTS}; groups and dilations"),
    SupportRow("DEPTH_TO_SPACE", import_depth_to_space, _BOTH, _BATCH),
    SupportRow("DEPTHWISE_CONV_2D", import_depthwise, _BOTH, f"{_BATCH}; {_WEIGHTS}; any multiplier"),
    SupportRow("DEQUANTIZE", import_dequantize, _BOTH, "to float32, at outputs; constants are folded"),
    SupportRow("ELU", import_elu, _INT8),
    SupportRow("EXPAND_DIMS", import_reshape, _STATE),
    SupportRow("FULLY_CONNECTED", import_fully_connected, _BOTH, _WEIGHTS),
    SupportRow("GATHER", import_gather, _BOTH, "constant indices; 0 batch_dims"),
    SupportRow("HARD_SWISH", import_hard_swish, _INT8, "output scale from 1/128 to 256 times the input's"),
    SupportRow("LEAKY_RELU", import_leaky_relu, _BOTH, "int16: alpha not below 0"),
    SupportRow("LOGISTIC", import_logistic, _BOTH, "output scale 1/256, zero point -128; int16: 1/32768, 0"),
    SupportRow("LOG_SOFTMAX", import_log_softmax, _INT8, "the last axis; output scale 1/16, zero point 127"),
    SupportRow("MAXIMUM", import_maximum, _BOTH, _PAIR),
    SupportRow("MAX_POOL_2D", import_max_pool, _BOTH, _BATCH),
    SupportRow("MEAN", import_mean, _BOTH, "constant axes"),
    SupportRow("MINIMUM", import_minimum, _BOTH, _PAIR),
    SupportRow("MIRROR_PAD", import_mirror_pad, _BOTH, "constant padding"),
    SupportRow("MUL", import_mul, _BOTH, _PAIR),
    SupportRow("PACK", import_pack, _BOTH),
    SupportRow("PAD", import_pad, _BOTH, "constant padding"),
    SupportRow("PADV2", import_pad, _BOTH, "constant padding and border"),
    SupportRow("PRELU", import_prelu, _BOTH, "constant slopes, int8"),
    SupportRow("QUANTIZE", import_quantize, _BOTH, "from float32 at inputs; uint8 to and from int8"),
    SupportRow("READ_VARIABLE", import_read_variable, _STATE),
    SupportRow("REDUCE_MAX", import_reduce_max, _INT8, "constant axes"),
    SupportRow("RELU", import_relu, _BOTH),
    SupportRow("RELU6", import_relu6, _BOTH),
    SupportRow("RESHAPE", import_reshape, _STATE),
    SupportRow("RESIZE_BILINEAR", import_resize_bilinear, _INT8, f"{_BATCH}; constant size"),
    SupportRow("RESIZE_NEAREST_NEIGHBOR", import_resize_nearest, _BOTH, f"{_BATCH}; constant size"),
    SupportRow("RSQRT", import_rsqrt, _INT8, "inputs from the zero point on"),
    SupportRow("SLICE", import_slice, _BOTH, "constant begin and size"),
    SupportRow("SOFTMAX", import_softmax, _BOTH, "the last axis"),
    SupportRow("SPACE_TO_BATCH_ND", import_space_to_batch, _BOTH, _DILATED),
    SupportRow("SPACE_TO_DEPTH", import_space_to_depth, _BOTH, _BATCH),
    SupportRow("SPLIT", import_split, _BOTH, "constant axis"),
    SupportRow("SPLIT_V", import_split_v, _BOTH, "constant axis and sizes"),
    SupportRow("SQUARED_DIFFERENCE", import_squared_difference, _BOTH, _PAIR),
    SupportRow("SQUEEZE", import_reshape, _STATE),
    SupportRow("STRIDED_SLICE", import_strided_slice, _BOTH, "constant bounds; no ellipsis, no new axis"),
    SupportRow("SUB", import_sub, _BOTH, _PAIR),
    SupportRow("SUM", import_sum, _BOTH, "constant axes"),
    SupportRow("SVDF", import_svdf, _INT8, "int8 or int16 states"),
    SupportRow("TANH", import_tanh, _BOTH, "output scale 1/128, int16 1/32768; zero point 0"),
    SupportRow("TILE", import_tile, _BOTH, "constant multiples"),
    SupportRow("TRANSPOSE", import_transpose, _BOTH, "constant permutation"),
    SupportRow(
        "TRANSPOSE_CONV", import_transpose_conv, _BOTH, f"{_BATCH}; {_WEIGHTS.replace(' or int4', '')}"
    ),
    SupportRow("UNIDIRECTIONAL_SEQUENCE_LSTM", import_lstm, _BOTH, "no peepholes, projection or norms"),
    SupportRow("UNPACK", import_unpack, _BOTH),
    SupportRow("VAR_HANDLE", import_var_handle, _STATE),
)
"""In alphabetical order."""

IMPORTERS: Mapping[str, Callable[[Call], None]] = {row.operator: row.importer for row in SUPPORT}
