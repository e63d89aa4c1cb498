"""What a call of an adapter makes the library do, counted: instructions are fitted as linear in that.

Counts follow the loops of the library's kernels (head of July 2026) for each instruction set: DSP kernels
take two numbers of 16 bits at a time, MVE kernels sixteen of 8.
"""

from collections.abc import Callable, Mapping
from math import ceil

from backends.cmsis_nn.scratch import MVE_CHANNELS
from backends.portable.walk import Axis, taps_inside
from compiler.ir.program import KernelCall
from compiler.target import Isa

Work = dict[str, int]
Fields = Mapping[str, int]

_VECTOR = 16
_LANES = 4
_SUMMED_IN_32_BITS = 512


def work_of(call: KernelCall, isa: Isa) -> Work:
    """How often each loop of the kernel runs, by name; "call" is 1. KeyError for a portable kernel."""
    return {"call": 1, **_WORK[call.kernel](dict(call.parameters), isa)}


def _axes(fields: Fields, params: str) -> tuple[Axis, Axis]:
    rows, columns = (
        Axis(
            size=fields[f"input.{side}"],
            outputs=fields[f"output.{side}"],
            kernel=fields[f"filter.{side}"],
            stride=fields[f"{params}.stride.{side}"],
            dilation=fields.get(f"{params}.dilation.{side}", 1),
            pad=fields[f"{params}.padding.{side}"],
        )
        for side in "hw"
    )
    return rows, columns


def _pixels(fields: Fields) -> int:
    return fields["output.h"] * fields["output.w"]


def _conv2d(fields: Fields, isa: Isa, vector: int = _VECTOR) -> Work:
    """A column of the window's numbers is gathered for each pixel and group, and goes to all filters."""
    groups = fields["input.c"] // fields["filter.c"]
    filters = fields["filter.n"] // groups
    columns = _pixels(fields) * groups
    window = fields["filter.h"] * fields["filter.w"]
    depth = window * fields["filter.c"]
    step = vector if isa == "mve" else 1
    return {
        "product": columns * filters * ceil(depth / step),
        "rest": columns * filters * (depth % _LANES),
        "gather": columns * window,
        "gathered": columns * depth,
        "output": columns * filters,
        "odd_output": columns * (filters % 2),
        "pixel": columns,
    }


def _multiplied_in_place(fields: Fields, isa: Isa) -> Work:
    """Windows of one column, or of maps of one row: one matrix multiplication, or one a row with strides."""
    pixels, filters = _pixels(fields), fields["filter.n"]
    depth = fields["filter.c"] * fields["filter.w"]
    rows = 1 if fields["conv.stride.h"] == fields["conv.stride.w"] == 1 else fields["output.h"]
    a_row = pixels // rows
    together = 4 if isa == "mve" else 2
    step = _VECTOR if isa == "mve" else 1
    vectors = ceil(depth / step)
    return {
        "product": rows * (a_row // together) * filters * vectors,
        "single_product": rows * (a_row % together) * filters * vectors,
        "rest": pixels * filters * (depth % _LANES),
        "weight": rows * filters * depth,
        "output": rows * (a_row // together) * filters,
        "single_output": rows * (a_row % together) * filters,
        "tail_output": rows * (a_row % together) * (filters % _LANES),
        "group": rows * (a_row // together),
        "single": rows * (a_row % together),
        "row": rows,
    }


def _depthwise(fields: Fields, isa: Isa) -> Work:
    """Four channels at a time and the rest one by one, of taps inside the map."""
    rows, columns = _axes(fields, "conv")
    pixels = _pixels(fields)
    taps = taps_inside(rows) * taps_inside(columns)
    fours, ones = divmod(fields["filter.c"], _LANES)
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
        fields["conv.ch_mult"] % _LANES == 0 and fields["conv.dilation.h"] == fields["conv.dilation.w"] == 1
    )
    outputs = _pixels(fields) * fields["filter.c"]
    rows, columns = _axes(fields, "conv")
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


def _depthwise_columns(fields: Fields, isa: Isa) -> Work:
    """Windows are gathered, pads included; MVE gathers four, of MVE_CHANNELS channels at a time."""
    pixels, channels = _pixels(fields), fields["filter.c"]
    window = fields["filter.h"] * fields["filter.w"]
    blocks = ceil(channels / MVE_CHANNELS) if isa == "mve" else 1
    together = 4 if isa == "mve" else 1
    fours = ceil(channels / _LANES) if isa == "mve" else channels // _LANES
    ones = 0 if isa == "mve" else channels % _LANES
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
    step = _VECTOR if isa == "mve" else 1
    together = 4 if isa == "mve" else 3
    vectors = ceil(depth / step)
    return {
        "product": vectors * (units // together) * together,
        "single_product": vectors * (units % together),
        "rest": units * (depth % _LANES),
        "output": units // together * together,
        "single_output": units % together,
    }


def _pool(fields: Fields, isa: Isa, lanes: int = _LANES, vector: int = _VECTOR) -> Work:
    rows, columns = _axes(fields, "pool")
    taps = taps_inside(rows) * taps_inside(columns)
    vectors, rest = divmod(fields["input.c"], lanes)
    if isa == "mve":
        vectors, rest = ceil(fields["input.c"] / vector), 0
    return {
        "vector": taps * vectors,
        "rest": taps * rest,
        "tap": taps,
        "outside": (_pixels(fields) * fields["filter.h"] * fields["filter.w"] - taps) * fields["input.c"],
        "output_vector": _pixels(fields) * vectors,
        "output_rest": _pixels(fields) * rest,
        "pixel": _pixels(fields),
    }


def _elementwise(fields: Fields, isa: Isa) -> Work:
    fours, rest = (ceil(fields["size"] / _LANES), 0) if isa == "mve" else divmod(fields["size"], _LANES)
    return {"four": fours, "rest": rest}


def _extreme(fields: Fields, isa: Isa) -> Work:
    return {"output": ceil(fields["map.c"] / (_VECTOR if isa == "mve" else 1))}


def _transpose_conv2d(fields: Fields, isa: Isa) -> Work:
    """Every input pixel adds its window to a buffer, which is emptied row by row."""
    pixels, taps = fields["input.h"] * fields["input.w"], fields["filter.h"] * fields["filter.w"]
    filters, depth = fields["filter.n"], fields["filter.c"]
    vectors = ceil(depth / (_VECTOR if isa == "mve" else 1))
    return {
        "product": pixels * taps * filters * vectors,
        "rest": pixels * taps * filters * (depth % _LANES),
        "sum": pixels * taps * filters,
        "tap": pixels * taps,
        "pixel": pixels,
        "output": _pixels(fields) * ceil(filters / (_LANES if isa == "mve" else 1)),
        "buffered": fields["scratch_bytes"],
    }


def _transpose_conv2d_upscaled(fields: Fields, isa: Isa) -> Work:
    """As _conv2d, but that only every stride-th row and column is gathered."""
    taps = fields["filter.h"] * fields["filter.w"] // (fields["upscale.h"] * fields["upscale.w"])
    return {**_conv2d(fields, isa), "gathered": _pixels(fields) * taps * fields["filter.c"]}


def _conv2d_s16(fields: Fields, isa: Isa) -> Work:
    """As _conv2d, eight numbers at a time on MVE, and a last pixel alone."""
    work = _conv2d(fields, isa, _VECTOR // 2)
    alone = _pixels(fields) % (_LANES if isa == "mve" else 2)
    return {**work, "single_product": work["product"] // _pixels(fields) * alone}


def _depthwise_columns_s16(fields: Fields, isa: Isa) -> Work:
    """As _depthwise_columns, of all channels at once."""
    work = _depthwise_columns(fields, isa)
    return {**work, "tap": _pixels(fields) * fields["filter.h"] * fields["filter.w"]}


def _depthwise_each(fields: Fields, isa: Isa) -> Work:
    """Output by output, of taps inside the map."""
    rows, columns = _axes(fields, "conv")
    outputs = _pixels(fields) * fields["filter.c"]
    return {
        "product": taps_inside(rows) * taps_inside(columns) * fields["filter.c"],
        "row": taps_inside(rows) * columns.outputs * fields["filter.c"],
        "output": outputs,
        "dilated_output": outputs * sum(fields[f"conv.dilation.{side}"] > 1 for side in "hw"),
        "pixel": _pixels(fields),
    }


def _pool_s16(fields: Fields, isa: Isa) -> Work:
    """As _pool, two channels at a time, eight on MVE."""
    return _pool(fields, isa, 2, _VECTOR // 2)


def _elementwise_s16(fields: Fields, isa: Isa) -> Work:
    """Four at a time on MVE, else two."""
    twos, rest = (ceil(fields["size"] / _LANES), 0) if isa == "mve" else divmod(fields["size"], 2)
    return {"four" if isa == "mve" else "two": twos, "rest": rest}


def _dense_s16(fields: Fields, isa: Isa) -> Work:
    """Rows by twos, on MVE by fours, eight products at a time; from the 513th on one by one, of 64 bits."""
    depth, units = fields["filter.n"], fields["filter.c"]
    together = {"plain": 1, "dsp": 2, "mve": 4}[isa]
    beyond = 0 if isa == "plain" else max(0, depth - _SUMMED_IN_32_BITS)
    vectors = ceil((depth - beyond) / (_VECTOR // 2)) if isa == "mve" else depth - beyond
    return {
        "beyond": units * beyond,
        "product": vectors * (units // together) * together,
        "single_product": vectors * (units % together),
        "rest": units * (depth % _LANES),
        "output": units // together * together,
        "single_output": units % together,
    }


def _softmax(fields: Fields, isa: Isa) -> Work:
    return {"output": fields["rows"] * fields["row_size"], "row": fields["rows"]}


_WORK: dict[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_add_s16": _elementwise_s16,
    "protonas_cmsis_add_s8": _elementwise,
    "protonas_cmsis_average_pool2d_direct_s16": _pool_s16,
    "protonas_cmsis_average_pool2d_direct_s8": _pool,
    "protonas_cmsis_average_pool2d_s16": _pool_s16,
    "protonas_cmsis_average_pool2d_s8": _pool,
    "protonas_cmsis_conv2d_1x1_s4": _multiplied_in_place,
    "protonas_cmsis_conv2d_1x1_s8": _multiplied_in_place,
    "protonas_cmsis_conv2d_1x1_strided_s4": _multiplied_in_place,
    "protonas_cmsis_conv2d_1x1_strided_s8": _multiplied_in_place,
    "protonas_cmsis_conv2d_even_s4": _conv2d,
    "protonas_cmsis_conv2d_general_s8": _conv2d,
    "protonas_cmsis_conv2d_row_s8": _multiplied_in_place,
    "protonas_cmsis_conv2d_s16": _conv2d_s16,
    "protonas_cmsis_conv2d_s4": _conv2d,
    "protonas_cmsis_conv2d_s8": _conv2d,
    "protonas_cmsis_dense_per_channel_s8": _dense,
    "protonas_cmsis_dense_s16": _dense_s16,
    "protonas_cmsis_dense_s4": _dense,
    "protonas_cmsis_dense_s8": _dense,
    "protonas_cmsis_depthwise_conv2d_3x3_s8": _depthwise,
    "protonas_cmsis_depthwise_conv2d_generic_s16": _depthwise_each,
    "protonas_cmsis_depthwise_conv2d_generic_s8": _depthwise_generic,
    "protonas_cmsis_depthwise_conv2d_s16": _depthwise_columns_s16,
    "protonas_cmsis_depthwise_conv2d_s4": _depthwise_columns,
    "protonas_cmsis_depthwise_conv2d_s8": _depthwise_columns,
    "protonas_cmsis_max_pool2d_s16": _pool_s16,
    "protonas_cmsis_max_pool2d_s8": _pool,
    "protonas_cmsis_maximum_s8": _extreme,
    "protonas_cmsis_minimum_s8": _extreme,
    "protonas_cmsis_mul_s16": _elementwise_s16,
    "protonas_cmsis_mul_s8": _elementwise,
    "protonas_cmsis_softmax_s8": _softmax,
    "protonas_cmsis_transpose_conv2d_s8": _transpose_conv2d,
    "protonas_cmsis_transpose_conv2d_upscaled_s8": _transpose_conv2d_upscaled,
}

KERNELS = tuple(sorted(_WORK))
"""Every adapter."""
