"""SOFTMAX and LOG_SOFTMAX over the last axis. TFLM: micro/kernels/{softmax_common,log_softmax}.cc."""

import numpy as np

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.types import MOST_SCALE, sample_shape
from compiler.ir.curve import INT8_TO_INT16_SOFTMAX_OUTPUT, LOG_SOFTMAX_OUTPUT, UNIT_OUTPUT, WIDE_OUTPUT
from compiler.ir.ops import LogSoftmax, Softmax
from compiler.ir.tensor import Quantization

_OUTPUTS = {
    ("int8", "int8"): UNIT_OUTPUT,
    ("int8", "int16"): INT8_TO_INT16_SOFTMAX_OUTPUT,
    ("int16", "int16"): WIDE_OUTPUT,
}
"""By the types of both sides: the quantization of the output that TFLM's kernels compute."""

_LEAST_LOG_SCALE = 2.0**-25
"""TFLM's LOG_SOFTMAX ends the program where the scale is not above."""
_LEAST_INT8_SCALE = 2.0**-26
"""TFLM's int8 kernel ends the program where the scale times beta is not above."""


def import_softmax(call: Call) -> None:
    """int8 to int8 or int16, int16 to int16."""
    source, target = call.source(0), call.target()
    wanted = _OUTPUTS.get((source.dtype, target.dtype))
    if wanted is None:
        call.refuse(f"it takes {source.dtype} to {target.dtype}", "int8 to int8 or int16, or int16 to int16")
    _check_output(call, wanted)
    shape = sample_shape(call.shape(source))
    call.same_elements(source, target)
    call.emit(Softmax(beta=_beta(call)), (call.value(0, shape),), shape)


def _beta(call: Call) -> float:
    """Refusal where it makes the input's scale one that TFLM does not take."""
    beta, source = call.real_option("Beta"), call.source(0)
    scale = beta * call.quantization(source).scale[0]
    call.require(0 < scale < MOST_SCALE, f"its beta is {beta:.6g}", "a beta above 0")
    call.require(
        source.dtype != "int8" or scale > _LEAST_INT8_SCALE,
        f"its input's scale times beta is {scale:.3g}",
        f"more than {_LEAST_INT8_SCALE:.3g}",
    )
    return beta


def import_log_softmax(call: Call) -> None:
    """int8 to int8."""
    source, target = call.source(0), call.target()
    call.require_types(source, target, "int8")
    _check_output(call, LOG_SOFTMAX_OUTPUT)
    scale = call.quantization(source).scale[0]
    call.require(
        scale > _LEAST_LOG_SCALE, f"its input's scale is {scale:.3g}", f"more than {_LEAST_LOG_SCALE:.3g}"
    )
    shape = sample_shape(call.shape(source))
    call.same_elements(source, target)
    call.emit(LogSoftmax(), (call.value(0, shape),), shape)


def _check_output(call: Call, wanted: Quantization) -> None:
    found = call.quantization(call.target())
    slack = 1e-3 if call.target().dtype == "int16" else 0.0
    near = bool(np.isclose(found.scale[0], wanted.scale[0], rtol=slack, atol=0))
    call.require(
        found.zero_point == wanted.zero_point and near,
        f"its output has scale {found.scale[0]:.6g} and zero point {found.zero_point[0]}",
        f"scale {wanted.scale[0]:.6g} and zero point {wanted.zero_point[0]}",
    )
