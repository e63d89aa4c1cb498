"""How often the loops of kernels with int8 and int4 weights run: int4 ones unpack where they multiply."""

from collections.abc import Callable, Mapping
from math import ceil

from backends.cmsis_nn.loops import LANES, VECTOR, Fields, Work, axes, output_pixels
from backends.cmsis_nn.scratch import MVE_CHANNELS
from backends.portable.walk import taps_inside
from compiler.target import Isa


def conv2d(fields: Fields, isa: Isa, vector: int = VECTOR) -> Work:
    """A column of the window's numbers is gathered for each pixel and group, and goes to all filters."""
    groups = fields["input.c"] // fields["filter.c"]
    filters = fields["filter.n"] // groups
    columns = output_pixels(fields) * groups
    window = fields["filter.h"] * fields["filter.w"]
    depth = window * fields["filter.c"]
    step = vector if isa == "mve" else 1
    return {
        "product": columns * filters * ceil(depth / step),
        "rest": columns * filters * (depth % LANES),
        "gather": columns * window,
        "gathered": columns * depth,
        "output": columns * filters,
        "odd_output": columns * (filters % 2),
        "pixel": columns,
    }


def _multiplied_in_place(fields: Fields, isa: Isa) -> Work:
    """Windows of one column, or of maps of one row: one matrix multiplication, or one a row with strides."""
    pixels, filters = output_pixels(fields), fields["filter.n"]
    depth = fields["filter.c"] * fields["filter.w"]
    rows = 1 if fields["conv.stride.h"] == fields["conv.stride.w"] == 1 else fields["output.h"]
    a_row = pixels // rows
    together = 4 if isa == "mve" else 2
    step = VECTOR if isa == "mve" else 1
    vectors = ceil(depth / step)
    return {
        "product": rows * (a_row // together) * filters * vectors,
        "single_product": rows * (a_row % together) * filters * vectors,
        "rest": pixels * filters * (depth % LANES),
        "weight": rows * filters * depth,
        "output": rows * (a_row // together) * filters,
        "single_output": rows * (a_row % together) * filters,
        "tail_output": rows * (a_row % together) * (filters % LANES),
        "group": rows * (a_row // together),
        "single": rows * (a_row % together),
        "row": rows,
    }


def _depthwise(fields: Fields, isa: Isa) -> Work:
    """Four channels at a time and the rest one by one, of taps inside the map."""
    rows, columns = axes(fields, "conv")
    pixels = output_pixels(fields)
    taps = taps_inside(rows) * taps_inside(columns)
    fours, ones = divmod(fields["filter.c"], LANES)
    return {
        "product": taps * fours,
        "single_product": taps * ones,
        "row": taps_inside(rows) * columns.outputs * (fours + ones),
        "output": pixels * fours,
        "single_output": pixels * ones,
        "pixel": pixels,
    }


def _depthwise_generic(fields: Fields, isa: Isa) -> Work:
    """As _depthwise where four outputs share an input channel, else one by one."""
    work = _depthwise(fields, isa)
    together = (
        fields["conv.ch_mult"] % LANES == 0 and fields["conv.dilation.h"] == fields["conv.dilation.w"] == 1
    )
    outputs = output_pixels(fields) * fields["filter.c"]
    rows, columns = axes(fields, "conv")
    taps, lines = taps_inside(rows) * taps_inside(columns), taps_inside(rows) * columns.outputs
    one_by_one = {
        "product": 0,
        "single_product": taps * fields["filter.c"],
        "row": 0,
        "single_row": lines * fields["filter.c"],
        "output": 0,
        "single_output": outputs,
    }
    return {**work, "single_row": 0} if together else {**work, **one_by_one}


def _depthwise_pairs(fields: Fields, isa: Isa) -> Work:
    """Two outputs at a time, one by one where the multiplier is odd and greater than 1."""
    rows, columns = axes(fields, "conv")
    outputs = output_pixels(fields) * fields["filter.c"]
    taps = taps_inside(rows) * taps_inside(columns) * fields["filter.c"]
    lines = taps_inside(rows) * columns.outputs * fields["filter.c"]
    alone = fields["conv.ch_mult"] > 1 and fields["conv.ch_mult"] % 2 == 1
    return {
        "product": 0 if alone else taps // 2,
        "single_product": taps if alone else 0,
        "row": 0 if alone else lines // 2,
        "single_row": lines if alone else 0,
        "output": 0 if alone else outputs // 2,
        "single_output": outputs if alone else 0,
        "dilated_output": outputs * sum(fields[f"conv.dilation.{side}"] > 1 for side in "hw"),
        "pixel": output_pixels(fields),
    }


def depthwise_columns(fields: Fields, isa: Isa) -> Work:
    """Windows are gathered, pads included; MVE gathers four, of MVE_CHANNELS channels at a time."""
    pixels, channels = output_pixels(fields), fields["filter.c"]
    window = fields["filter.h"] * fields["filter.w"]
    blocks = ceil(channels / MVE_CHANNELS) if isa == "mve" else 1
    together = 4 if isa == "mve" else 1
    fours = ceil(channels / LANES) if isa == "mve" else channels // LANES
    ones = 0 if isa == "mve" else channels % LANES
    return {
        "tap": pixels * window * blocks,
        "row": pixels * fields["filter.h"],
        "gathered": pixels * window * channels,
        "product": pixels // together * window * fours,
        "single_product": pixels % together * window * fours + pixels * window * ones,
        "output": pixels * fours,
        "single_output": pixels * ones,
        "pixel": pixels,
    }


def _dense(fields: Fields, isa: Isa) -> Work:
    depth, units = fields["filter.n"], fields["filter.c"]
    step = VECTOR if isa == "mve" else 1
    together = 4 if isa == "mve" else 3
    vectors = ceil(depth / step)
    return {
        "product": vectors * (units // together) * together,
        "single_product": vectors * (units % together),
        "rest": units * (depth % LANES),
        "output": units // together * together,
        "single_output": units % together,
    }


def _transpose_conv2d(fields: Fields, isa: Isa) -> Work:
    """Every input pixel adds its window to a buffer, which is emptied row by row."""
    pixels, taps = fields["input.h"] * fields["input.w"], fields["filter.h"] * fields["filter.w"]
    filters, depth = fields["filter.n"], fields["filter.c"]
    vectors = ceil(depth / (VECTOR if isa == "mve" else 1))
    return {
        "product": pixels * taps * filters * vectors,
        "rest": pixels * taps * filters * (depth % LANES),
        "sum": pixels * taps * filters,
        "tap": pixels * taps,
        "pixel": pixels,
        "output": output_pixels(fields) * ceil(filters / (LANES if isa == "mve" else 1)),
        "buffered": fields["scratch_bytes"],
    }


def _transpose_conv2d_upscaled(fields: Fields, isa: Isa) -> Work:
    """As conv2d, but that only every stride-th row and column is gathered."""
    taps = fields["filter.h"] * fields["filter.w"] // (fields["upscale.h"] * fields["upscale.w"])
    return {**conv2d(fields, isa), "gathered": output_pixels(fields) * taps * fields["filter.c"]}


WEIGHTED: Mapping[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_conv2d_1x1_s4": _multiplied_in_place,
    "protonas_cmsis_conv2d_1x1_s8": _multiplied_in_place,
    "protonas_cmsis_conv2d_1x1_strided_s4": _multiplied_in_place,
    "protonas_cmsis_conv2d_1x1_strided_s8": _multiplied_in_place,
    "protonas_cmsis_conv2d_even_s4": conv2d,
    "protonas_cmsis_conv2d_general_s8": conv2d,
    "protonas_cmsis_conv2d_row_s4": _multiplied_in_place,
    "protonas_cmsis_conv2d_row_s8": _multiplied_in_place,
    "protonas_cmsis_conv2d_s4": conv2d,
    "protonas_cmsis_conv2d_s8": conv2d,
    "protonas_cmsis_dense_per_channel_s8": _dense,
    "protonas_cmsis_dense_s4": _dense,
    "protonas_cmsis_dense_s8": _dense,
    "protonas_cmsis_depthwise_conv2d_3x3_s8": _depthwise,
    "protonas_cmsis_depthwise_conv2d_generic_s4": _depthwise_pairs,
    "protonas_cmsis_depthwise_conv2d_generic_s8": _depthwise_generic,
    "protonas_cmsis_depthwise_conv2d_s4": depthwise_columns,
    "protonas_cmsis_depthwise_conv2d_s8": depthwise_columns,
    "protonas_cmsis_transpose_conv2d_s8": _transpose_conv2d,
    "protonas_cmsis_transpose_conv2d_upscaled_s8": _transpose_conv2d_upscaled,
}
