"""What a kernel call does, counted: how often each of its loops runs. Cycle estimates are linear in that.

Each count is exact for the C in runtime_c: taps outside the map are not computed, and convolutions take four
output channels at a time, the rest one by one.
"""

from collections.abc import Callable, Mapping
from math import ceil, prod

from backends.portable.arithmetic_work import ARITHMETIC_WORK
from backends.portable.kernel_files import base_kernel
from backends.portable.moves import (
    copy_rows_work,
    copy_strided_work,
    pad_work,
    take_work,
    upsample_nearest_work,
)
from backends.portable.recurrent_work import RECURRENT_WORK
from backends.portable.walk import Axis, taps_inside, taps_spread
from compiler.ir.program import KernelCall

LANES = 4
"""Output channels that conv, dense and depthwise compute at a time."""

STAGE_CHANNELS = 16
"""Output channels that conv and depthwise store at a time, at most."""

Work = dict[str, int]


def work_of(call: KernelCall) -> Work:
    """How often each loop of the call's kernel runs, by name; "call" is 1. KeyError for an unknown kernel."""
    return {"call": 1, **WORK[base_kernel(call.kernel)](dict(call.parameters))}


def _axes(fields: Mapping[str, int]) -> tuple[Axis, Axis]:
    rows, columns = (
        Axis(
            size=fields[f"window.input_{name}"],
            outputs=fields[f"window.output_{name}"],
            kernel=fields[f"window.kernel_{name}"],
            stride=fields[f"window.stride_{name}"],
            dilation=fields.get(f"dilation_{name}", 1),
            pad=fields[f"window.{pad}"],
        )
        for name, pad in (("height", "pad_top"), ("width", "pad_left"))
    )
    return rows, columns


def _conv2d(fields: Mapping[str, int]) -> Work:
    rows, columns = _axes(fields)
    groups, depth, filters = (
        fields[name] for name in ("groups", "group_input_channels", "group_output_channels")
    )
    fours, ones = (count * groups for count in divmod(filters, LANES))
    taps = taps_inside(rows) * taps_inside(columns)
    whole_rows = groups == 1 and fields["dilation_width"] == 1
    runs = taps_inside(rows) * columns.outputs if whole_rows else taps
    pixels = rows.outputs * columns.outputs
    return {
        "mac_by_four": taps * depth * fours * LANES,
        "mac_by_one": taps * depth * ones,
        "run_by_four": runs * fours,
        "run_by_one": runs * ones,
        "sum_by_four": pixels * fours,
        "sum_by_one": pixels * ones,
        "output": pixels * groups * filters,
        "store": pixels * groups * ceil(filters / STAGE_CHANNELS),
        "group": pixels * groups,
        "pixel": pixels,
    }


def _conv2d_offset(fields: Mapping[str, int]) -> Work:
    """Each group's part of every window is summed once more, for all of its output channels."""
    rows, columns = _axes(fields)
    taps = taps_inside(rows) * taps_inside(columns)
    return {**_conv2d(fields), "input": taps * fields["group_input_channels"] * fields["groups"]}


def _depthwise_conv2d(fields: Mapping[str, int]) -> Work:
    rows, columns = _axes(fields)
    outputs = fields["channels"] * fields["channel_multiplier"]
    fours, ones = divmod(outputs, LANES) if fields["channel_multiplier"] == 1 else (0, outputs)
    taps = taps_inside(rows) * taps_inside(columns)
    pixels = rows.outputs * columns.outputs
    return {
        "mac_by_four": taps * fours * LANES,
        "mac_by_one": taps * ones,
        "row_by_four": taps_inside(rows) * columns.outputs * fours,
        "row_by_one": taps_inside(rows) * columns.outputs * ones,
        "sum_by_four": pixels * fours,
        "sum_by_one": pixels * ones,
        "output": pixels * outputs,
        "store": pixels * ceil(outputs / STAGE_CHANNELS),
        "pixel": pixels,
    }


def _transpose_conv2d(fields: Mapping[str, int]) -> Work:
    fours, ones = divmod(fields["output_channels"], LANES)
    taps = prod(
        taps_spread(
            fields[f"input_{side}"],
            fields[f"output_{side}"],
            fields[f"kernel_{side}"],
            fields[f"stride_{side}"],
            fields[pad],
        )
        for side, pad in (("height", "pad_top"), ("width", "pad_left"))
    )
    pixels = fields["output_height"] * fields["output_width"]
    return {
        "mac_by_four": taps * fields["input_channels"] * fours * LANES,
        "mac_by_one": taps * fields["input_channels"] * ones,
        "run_by_four": taps * fours,
        "run_by_one": taps * ones,
        "sum_by_four": pixels * fours,
        "sum_by_one": pixels * ones,
        "output": pixels * fields["output_channels"],
        "store": pixels * ceil(fields["output_channels"] / STAGE_CHANNELS),
        "pixel": pixels,
    }


def _transpose_conv2d_one_by_one(fields: Mapping[str, int]) -> Work:
    found = _transpose_conv2d(fields)
    return {
        "mac": found["mac_by_four"] + found["mac_by_one"],
        "run": (found["run_by_four"] * LANES) + found["run_by_one"],
        "output": found["output"],
        "pixel": found["pixel"],
    }


def _conv2d_one_by_one(fields: Mapping[str, int]) -> Work:
    rows, columns = _axes(fields)
    groups, depth, filters = (
        fields[name] for name in ("groups", "group_input_channels", "group_output_channels")
    )
    taps = taps_inside(rows) * taps_inside(columns)
    whole_rows = groups == 1 and fields["dilation_width"] == 1
    runs = taps_inside(rows) * columns.outputs if whole_rows else taps
    pixels, outputs = rows.outputs * columns.outputs, groups * filters
    return {
        "mac": taps * depth * outputs,
        "run": runs * outputs,
        "row": taps_inside(rows) * columns.outputs * outputs,
        "output": pixels * outputs,
        "group": pixels * groups,
        "pixel": pixels,
    }


def _depthwise_one_by_one(fields: Mapping[str, int]) -> Work:
    rows, columns = _axes(fields)
    outputs = fields["channels"] * fields["channel_multiplier"]
    pixels = rows.outputs * columns.outputs
    return {
        "mac": taps_inside(rows) * taps_inside(columns) * outputs,
        "row": taps_inside(rows) * columns.outputs * outputs,
        "output": pixels * outputs,
        "channel": pixels * fields["channels"],
        "pixel": pixels,
    }


def _dense_one_by_one(fields: Mapping[str, int]) -> Work:
    return {"mac": fields["input_size"] * fields["output_size"], "output": fields["output_size"]}


def _dense(fields: Mapping[str, int]) -> Work:
    fours, ones = divmod(fields["output_size"], LANES)
    return {
        "mac_by_four": fields["input_size"] * fours * LANES,
        "mac_by_one": fields["input_size"] * ones,
        "sum_by_four": fours,
        "sum_by_one": ones,
        "output": fields["output_size"],
    }


def _dense_offset(fields: Mapping[str, int]) -> Work:
    return {**_dense(fields), "input": fields["input_size"]}


def _elementwise(fields: Mapping[str, int]) -> Work:
    return {"output": fields["size"]}


def _pool2d(fields: Mapping[str, int]) -> Work:
    rows, columns = _axes(fields)
    pixels = rows.outputs * columns.outputs
    return {
        "tap": taps_inside(rows) * taps_inside(columns) * fields["channels"],
        "row": taps_inside(rows) * columns.outputs * fields["channels"],
        "output": pixels * fields["channels"],
        "pixel": pixels,
    }


def _global_average_pool(fields: Mapping[str, int]) -> Work:
    return {"tap": fields["pixels"] * fields["channels"], "output": fields["channels"]}


def _softmax(fields: Mapping[str, int]) -> Work:
    return {"output": fields["rows"] * fields["row_size"], "row": fields["rows"]}


def _argmax(fields: Mapping[str, int]) -> Work:
    outputs = fields["rows"] * fields["columns"]
    return {"step": outputs * (fields["size"] - 1), "output": outputs, "row": fields["rows"]}


def _resize_bilinear(fields: Mapping[str, int]) -> Work:
    pixels = fields["output_height"] * fields["output_width"]
    return {"output": pixels * fields["channels"], "pixel": pixels, "row": fields["output_height"]}


WORK: dict[str, Callable[[Mapping[str, int]], Work]] = {
    "protonas_add_s8": _elementwise,
    "protonas_argmax_s8": _argmax,
    "protonas_average_pool2d_s16": _pool2d,
    "protonas_average_pool2d_s8": _pool2d,
    "protonas_clamp_s8": _elementwise,
    "protonas_conv2d_s16": _conv2d_one_by_one,
    "protonas_conv2d_s16_int32": _conv2d_one_by_one,
    "protonas_conv2d_s4": _conv2d_one_by_one,
    "protonas_conv2d_s8": _conv2d,
    "protonas_conv2d_s8_offset": _conv2d_offset,
    "protonas_copy_rows": copy_rows_work,
    "protonas_copy_strided": copy_strided_work,
    "protonas_dense_s16": _dense_one_by_one,
    "protonas_dense_s16_int32": _dense_one_by_one,
    "protonas_dense_s4": _dense_one_by_one,
    "protonas_dense_s8": _dense,
    "protonas_dense_s8_offset": _dense_offset,
    "protonas_depthwise_conv2d_s16": _depthwise_one_by_one,
    "protonas_depthwise_conv2d_s4": _depthwise_one_by_one,
    "protonas_depthwise_conv2d_s8": _depthwise_conv2d,
    "protonas_depthwise_conv2d_s8_offset": _depthwise_conv2d,
    "protonas_dequantize_s16_f32": _elementwise,
    "protonas_dequantize_s8_f32": _elementwise,
    "protonas_dequantize_u8_f32": _elementwise,
    "protonas_global_average_pool_s8": _global_average_pool,
    "protonas_max_pool2d_s16": _pool2d,
    "protonas_max_pool2d_s8": _pool2d,
    "protonas_log_softmax_s8": _softmax,
    "protonas_lookup_s8": _elementwise,
    "protonas_mul_s8": _elementwise,
    "protonas_pad": pad_work,
    "protonas_quantize_f32_s16": _elementwise,
    "protonas_quantize_f32_s8": _elementwise,
    "protonas_quantize_f32_u8": _elementwise,
    "protonas_resize_bilinear_s8": _resize_bilinear,
    "protonas_softmax_s16": _softmax,
    "protonas_softmax_s8": _softmax,
    "protonas_softmax_s8_s16": _softmax,
    "protonas_take": take_work,
    "protonas_transpose_conv2d_s16": _transpose_conv2d_one_by_one,
    "protonas_transpose_conv2d_s8": _transpose_conv2d,
    **ARITHMETIC_WORK,
    **RECURRENT_WORK,
    "protonas_upsample_nearest": upsample_nearest_work,
}
"""By kernel, given its parameters."""
