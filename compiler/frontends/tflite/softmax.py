"""SOFTMAX over the last axis. TFLM: micro/kernels/softmax_common.cc."""

import math
from dataclasses import replace

import numpy as np

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.tables import relabel
from compiler.frontends.tflite.types import sample_shape
from compiler.ir.ops import Softmax
from compiler.ir.tensor import Quantization

_OUTPUTS = {
    ("int8", "int8"): Quantization(scale=(1 / 256,), zero_point=(-128,)),
    ("int8", "int16"): Quantization(scale=(1 / 65536,), zero_point=(-32768,)),
    ("int16", "int16"): Quantization(scale=(1 / 32768,), zero_point=(0,)),
}
"""By the types of both sides: the quantization of the output that TFLM's kernels compute."""


def import_softmax(call: Call) -> None:
    """int8 to int8 or int16, int16 to int16. `beta` multiplies the input's scale."""
    source, target = call.source(0), call.target()
    wanted = _OUTPUTS.get((source.dtype, target.dtype))
    if wanted is None:
        call.refuse(f"it takes {source.dtype} to {target.dtype}", "int8 to int8 or int16, or int16 to int16")
    _check_output(call, wanted)
    shape = sample_shape(call.shape(source))
    call.same_elements(source, target)
    call.emit(Softmax(), (_times_beta(call, call.value(0, shape)),), shape)


def _times_beta(call: Call, value: str) -> str:
    """The same integers under a scale that is `beta` times as large."""
    beta, typed = call.real_option("Beta"), call.build.type_of(value)
    if beta == 1.0:
        return value
    scale = call.quantization(call.source(0)).scale[0] * beta
    call.require(
        typed.dtype == "int8" and 0 < scale < math.inf and float(np.float32(scale)) == scale,
        f"its beta is {beta:.6g}",
        "int8 with a beta of 1 or another power of two",
    )
    return relabel(call.build, call.name, value, replace(call.quantization(call.source(0)), scale=(scale,)))


def _check_output(call: Call, wanted: Quantization) -> None:
    found = call.quantization(call.target())
    slack = 1e-3 if call.target().dtype == "int16" else 0.0
    near = bool(np.isclose(found.scale[0], wanted.scale[0], rtol=slack, atol=0))
    call.require(
        found.zero_point == wanted.zero_point and near,
        f"its output has scale {found.scale[0]:.6g} and zero point {found.zero_point[0]}",
        f"scale {wanted.scale[0]:.6g} and zero point {wanted.zero_point[0]}",
    )
