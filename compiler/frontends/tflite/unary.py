"""Operators of one number: of int8 each is a Lookup in a table made with TFLM's own integers."""

from functools import partial

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.scales import check_ratio
from compiler.frontends.tflite.tables import Table, add_table
from compiler.frontends.tflite.tables_float import elu_table
from compiler.frontends.tflite.tables_hard_swish import hard_swish_table
from compiler.frontends.tflite.tables_rescaled import abs_table, leaky_relu_table, relu6_table, relu_table
from compiler.frontends.tflite.tables_rsqrt import rsqrt_table
from compiler.frontends.tflite.tables_sigmoid import logistic_table, tanh_table
from compiler.frontends.tflite.types import sample_shape
from compiler.ir.curve import FIXED_OUTPUT
from compiler.ir.ops import Activate, Activation, Curve, Lookup, Unary
from compiler.ir.tensor import Quantization

WIDE_OUTPUT = Quantization(scale=(1 / 32768,), zero_point=(0,))
"""Of int16 curves."""


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
    """LEAKY_RELU."""
    alpha = call.real_option("Alpha")
    call.require(abs(alpha) < 2**20, f"its alpha is {alpha:.6g}", "an alpha between -1 and 1")
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
    """ABS."""
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


def _import_clamp(call: Call, activation: Activation, table: Table) -> None:
    """int16 is clamped where both sides stand for the same numbers; int8 is a table."""
    source, target = call.source(0), call.target()
    if target.dtype != "int16":
        import_table(call, activation, table)
        return
    call.same_elements(source, target)
    shape = sample_shape(call.shape(source))
    call.emit(Activate(activation=activation), (call.same(0, shape),), shape)
