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


def _conv2d(fields: Fields, isa: Isa) -> Work:
    """A column of the window's numbers is gathered for each pixel and group, and goes to all filters; on MVE a
    map of one row is multiplied where it lies."""
    loops = ("gather", "gathered", "odd_output", "pixel")
    products = (
        "product",
        "single_product",
        "rest",
        "weight",
        "output",
        "single_output",
        "tail_output",
        "row",
    )
    names = (*loops, "product", "rest", "output", *(f"row_{name}" for name in products))
    if isa == "mve" and _is_row(fields):
        rows = {f"row_{name}": count for name, count in _conv2d_direct(fields, isa).items()}
        return dict.fromkeys(names, 0) | rows
    return dict.fromkeys(names, 0) | _conv2d_general(fields, isa)


def _conv2d_general(fields: Fields, isa: Isa) -> Work:
    groups = fields["input.c"] // fields["filter.c"]
    filters = fields["filter.n"] // groups
    columns = _pixels(fields) * groups
    window = fields["filter.h"] * fields["filter.w"]
    depth = window * fields["filter.c"]
    step = _VECTOR if isa == "mve" else 1
    return {
        "product": columns * filters * ceil(depth / step),
        "rest": columns * filters * (depth % _LANES),
        "gather": columns * window,
        "gathered": columns * depth,
        "output": columns * filters,
        "odd_output": columns * (filters % 2),
        "pixel": columns,
    }


def _is_row(fields: Fields) -> bool:
    """Whether arm_convolve_wrapper_s8 takes arm_convolve_1_x_n_s8."""
    return (
        fields["input.h"] == fields["filter.h"] == fields["conv.dilation.w"] == 1
        and fields["input.c"] == fields["filter.c"]
        and fields["conv.stride.w"] * fields["input.c"] % 4 == 0
    )


def _conv2d_direct(fields: Fields, isa: Isa) -> Work:
    """One matrix multiplication, or one a row where there are strides."""
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
        "row": rows,
    }


def _depthwise(fields: Fields, isa: Isa) -> Work:
    rows, columns = _axes(fields, "conv")
    pixels, channels = _pixels(fields), fields["filter.c"]
    taps = taps_inside(rows) * taps_inside(columns)
    if isa == "mve" and fields["scratch_bytes"]:
        blocks = ceil(channels / MVE_CHANNELS)
        window = fields["filter.h"] * fields["filter.w"]
        return {
            "tap": pixels * window * blocks,
            "gathered": pixels * window * channels,
            "product": blocks * (pixels // 4) * window * ceil(min(channels, MVE_CHANNELS) / 4),
            "single_product": blocks * (pixels % 4) * window * ceil(min(channels, MVE_CHANNELS) / 4),
            "output": pixels * ceil(channels / 4),
            "pixel": pixels,
        }
    kernel = _depthwise_kernel(fields, isa)
    fours, ones = (0, channels) if kernel == "generic" else divmod(channels, _LANES)
    work = dict.fromkeys((f"{name}_{loop}" for name in _DEPTHWISE for loop in _DEPTHWISE_LOOPS), 0)
    if kernel == "columns":
        taps = pixels * fields["filter.h"] * fields["filter.w"]
    return work | {
        f"{kernel}_product": taps * fours,
        f"{kernel}_single_product": taps * ones,
        f"{kernel}_row": taps_inside(rows) * columns.outputs * (fours + ones),
        f"{kernel}_output": pixels * fours,
        f"{kernel}_single_output": pixels * ones,
        f"{kernel}_pixel": pixels,
    }


_DEPTHWISE = ("small", "columns", "multiplied", "generic")
_DEPTHWISE_LOOPS = ("product", "single_product", "row", "output", "single_output", "pixel")


def _depthwise_kernel(fields: Fields, isa: Isa) -> str:
    """Which of the library's kernels arm_depthwise_conv_wrapper_s8 takes."""
    dilated = (fields["conv.dilation.h"], fields["conv.dilation.w"]) != (1, 1)
    if fields["conv.ch_mult"] == 1 and not dilated:
        window = (fields["filter.h"], fields["filter.w"])
        if window == (3, 3) and max(fields["conv.padding.h"], fields["conv.padding.w"]) <= 1:
            return "small"
        return "columns" if isa == "dsp" else "generic"
    return "multiplied" if fields["conv.ch_mult"] % 4 == 0 and not dilated else "generic"


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


def _pool(fields: Fields, isa: Isa) -> Work:
    rows, columns = _axes(fields, "pool")
    taps = taps_inside(rows) * taps_inside(columns)
    vectors, rest = divmod(fields["input.c"], _LANES)
    if isa == "mve":
        vectors, rest = ceil(fields["input.c"] / _VECTOR), 0
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


def _softmax(fields: Fields, isa: Isa) -> Work:
    return {"output": fields["rows"] * fields["row_size"], "row": fields["rows"]}


_WORK: dict[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_add_s8": _elementwise,
    "protonas_cmsis_average_pool2d_direct_s8": _pool,
    "protonas_cmsis_average_pool2d_s8": _pool,
    "protonas_cmsis_conv2d_direct_s8": _conv2d_direct,
    "protonas_cmsis_conv2d_general_s8": _conv2d_general,
    "protonas_cmsis_conv2d_s8": _conv2d,
    "protonas_cmsis_dense_per_channel_s8": _dense,
    "protonas_cmsis_dense_s8": _dense,
    "protonas_cmsis_depthwise_conv2d_direct_s8": _depthwise,
    "protonas_cmsis_depthwise_conv2d_s8": _depthwise,
    "protonas_cmsis_max_pool2d_s8": _pool,
    "protonas_cmsis_mul_s8": _elementwise,
    "protonas_cmsis_softmax_s8": _softmax,
}

KERNELS = tuple(sorted(_WORK))
"""Every adapter."""
