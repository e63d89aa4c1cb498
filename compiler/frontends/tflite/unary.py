"""Operators of one number: of int8 each is a Lookup in a table made with TFLM's own integers, of int16 those
that have a kernel."""

from functools import partial

import numpy as np

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.scales import check_ratio
from compiler.frontends.tflite.tables import Table, add_table
from compiler.frontends.tflite.tables_float import elu_table
from compiler.frontends.tflite.tables_hard_swish import hard_swish_table
from compiler.frontends.tflite.tables_rescaled import abs_table, leaky_relu_table, relu6_table, relu_table
from compiler.frontends.tflite.tables_rsqrt import rsqrt_table
from compiler.frontends.tflite.tables_sigmoid import logistic_table, tanh_table
from compiler.frontends.tflite.types import sample_shape
from compiler.ir.curve import FIXED_OUTPUT, WIDE_OUTPUT
from compiler.ir.ops import Activate, Activation, Curve, Lookup, Op, PRelu, Requantize, Unary
from compiler.ir.tensor import Quantization, Tensor


def import_table(call: Call, curve: str, table: Table) -> None:
    """An int8 operator as the table of `table`."""
    source, target = call.source(0), call.target()
    call.require_types(source, target, "int8")
    call.same_elements(source, target)
    shape = sample_shape(call.shape(source))
    check_ratio(call.quantization(source), call.quantization(target))
    entries = table(call.quantization(source), call.quantization(target))
    value = call.value(0, shape)
    call.emit(Lookup(curve=curve), (value, add_table(call.build, call.name, entries)), shape)


def import_relu(call: Call) -> None:
    """RELU."""
    _import_clamp(call, "relu", relu_table)


def import_relu6(call: Call) -> None:
    """RELU6."""
    _import_clamp(call, "relu6", relu6_table)


def import_leaky_relu(call: Call) -> None:
    """LEAKY_RELU; of int16 it is a PRELU whose slopes are alpha times 1."""
    alpha = call.real_option("Alpha")
    call.require(abs(alpha) < 2**20, f"its alpha is {alpha:.6g}", "an alpha between -1 and 1")
    if call.target().dtype == "int16":
        call.require(alpha >= 0, f"its alpha is {alpha:.6g}", "int16 with an alpha not below 0")
        _import_slope(call, *((1, alpha) if alpha else (0, 1.0)))
        return
    import_table(call, f"leaky_relu {alpha:.6g}", partial(leaky_relu_table, alpha=alpha))


def import_hard_swish(call: Call) -> None:
    """HARD_SWISH."""
    import_table(call, "hard_swish", hard_swish_table)


def import_logistic(call: Call) -> None:
    """LOGISTIC."""
    _import_curve(call, "sigmoid", logistic_table)


def import_tanh(call: Call) -> None:
    """TANH."""
    _import_curve(call, "tanh", tanh_table)


def import_elu(call: Call) -> None:
    """ELU."""
    import_table(call, "elu", elu_table)


def import_abs(call: Call) -> None:
    """ABS; of int16 it is a PRELU whose slopes are -1."""
    if call.target().dtype == "int16":
        _import_slope(call, -1, 1.0)
        return
    import_table(call, "abs", abs_table)


def import_rsqrt(call: Call) -> None:
    """RSQRT."""
    import_table(call, "rsqrt", rsqrt_table)


def _import_curve(call: Call, curve: Curve, table: Table) -> None:
    """The TFLite specification states the output's quantization; TFLM computes it whatever the file says."""
    source, target = call.source(0), call.target()
    wide = target.dtype == "int16"
    found, wanted = call.quantization(target), WIDE_OUTPUT if wide else FIXED_OUTPUT[curve]
    call.require(
        found == wanted,
        f"its output has scale {found.scale[0]:.6g} and zero point {found.zero_point[0]}",
        f"scale {wanted.scale[0]:.6g} and zero point {wanted.zero_point[0]}",
    )
    if not wide:
        import_table(call, curve, table)
        return
    call.require_types(source, target, "int16")
    call.require(call.quantization(source).zero_point == (0,), "its input has a zero point", "zero point 0")
    call.same_elements(source, target)
    shape = sample_shape(call.shape(source))
    call.emit(Unary(activation=curve), (call.value(0, shape),), shape)


def _import_slope(call: Call, integer: int, scale: float) -> None:
    """int16 numbers, those below zero times a slope of its own integer and scale."""
    source, target = call.source(0), call.target()
    call.require_types(source, target, "int16")
    call.same_elements(source, target)
    shape = sample_shape(call.shape(source))
    slope = Tensor(shape=(1,), dtype="int8", quantization=Quantization(scale=(scale,), zero_point=(0,)))
    alpha = call.build.add_parameter(f"{call.name}/slope", np.array([integer], np.int8), slope)
    call.emit(PRelu(), (call.value(0, shape), alpha), shape)


def _import_clamp(call: Call, activation: Activation, table: Table) -> None:
    """int8 is a table. Of two scales on int16, RELU rescales and RELU6 copies integers, as TFLM's do."""
    source, target = call.source(0), call.target()
    if target.dtype != "int16":
        import_table(call, activation, table)
        return
    call.require_types(source, target, "int16")
    call.same_elements(source, target)
    before, after = call.quantization(source), call.quantization(target)
    shifted = any(before.zero_point) or any(after.zero_point)
    call.require(not shifted or activation == "relu6", "it has a zero point", "zero point 0")
    op: Op = Activate(activation=activation)
    if before != after or shifted:
        op = Requantize(activation=activation, same_integers=activation == "relu6")
    shape = sample_shape(call.shape(source))
    call.emit(op, (call.value(0, shape),), shape)
