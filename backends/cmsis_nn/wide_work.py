"""How often the loops of int16 kernels run."""

from collections.abc import Callable, Mapping
from math import ceil

from backends.cmsis_nn.loops import LANES, VECTOR, Fields, Work, axes, output_pixels
from backends.cmsis_nn.unweighted_work import pool, softmax
from backends.cmsis_nn.weighted_work import conv2d, depthwise_columns
from backends.portable.walk import taps_inside
from compiler.target import Isa

_SUMMED_IN_32_BITS = 512


def _conv2d_s16(fields: Fields, isa: Isa) -> Work:
    """As conv2d, eight numbers at a time on MVE, and a last pixel alone."""
    work = conv2d(fields, isa, VECTOR // 2)
    alone = output_pixels(fields) % (LANES if isa == "mve" else 2)
    return {**work, "single_product": work["product"] // output_pixels(fields) * alone}


def _depthwise_columns_s16(fields: Fields, isa: Isa) -> Work:
    """As depthwise_columns, of all channels at once."""
    work = depthwise_columns(fields, isa)
    return {**work, "tap": output_pixels(fields) * fields["filter.h"] * fields["filter.w"]}


def _depthwise_each(fields: Fields, isa: Isa) -> Work:
    """Output by output, of taps inside the map."""
    rows, columns = axes(fields, "conv")
    outputs = output_pixels(fields) * fields["filter.c"]
    return {
        "product": taps_inside(rows) * taps_inside(columns) * fields["filter.c"],
        "row": taps_inside(rows) * columns.outputs * fields["filter.c"],
        "output": outputs,
        "dilated_output": outputs * sum(fields[f"conv.dilation.{side}"] > 1 for side in "hw"),
        "pixel": output_pixels(fields),
    }


def _pool_s16(fields: Fields, isa: Isa) -> Work:
    """As pool, two channels at a time, eight on MVE."""
    return pool(fields, isa, 2, VECTOR // 2)


def _elementwise_s16(fields: Fields, isa: Isa) -> Work:
    """Four at a time on MVE, else two."""
    twos, rest = (ceil(fields["size"] / LANES), 0) if isa == "mve" else divmod(fields["size"], 2)
    return {"four" if isa == "mve" else "two": twos, "rest": rest}


def _dense_s16(fields: Fields, isa: Isa) -> Work:
    """Rows by twos, on MVE by fours, eight products at a time; from the 513th on one by one, of 64 bits."""
    depth, units = fields["filter.n"], fields["filter.c"]
    together = {"plain": 1, "dsp": 2, "mve": 4}[isa]
    beyond = 0 if isa == "plain" else max(0, depth - _SUMMED_IN_32_BITS)
    vectors = ceil((depth - beyond) / (VECTOR // 2)) if isa == "mve" else depth - beyond
    return {
        "beyond": units * beyond,
        "product": vectors * (units // together) * together,
        "single_product": vectors * (units % together),
        "rest": units * (depth % LANES),
        "output": units // together * together,
        "single_output": units % together,
    }


def _curve_s16(fields: Fields, isa: Isa) -> Work:
    return {"output": fields["size"], "tanh": fields["size"] if fields["is_tanh"] else 0}


WIDE: Mapping[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_add_s16": _elementwise_s16,
    "protonas_cmsis_average_pool2d_direct_s16": _pool_s16,
    "protonas_cmsis_average_pool2d_s16": _pool_s16,
    "protonas_cmsis_conv2d_s16": _conv2d_s16,
    "protonas_cmsis_conv2d_s16_int32": _conv2d_s16,
    "protonas_cmsis_curve_s16": _curve_s16,
    "protonas_cmsis_dense_s16": _dense_s16,
    "protonas_cmsis_depthwise_conv2d_generic_s16": _depthwise_each,
    "protonas_cmsis_depthwise_conv2d_s16": _depthwise_columns_s16,
    "protonas_cmsis_max_pool2d_s16": _pool_s16,
    "protonas_cmsis_mul_s16": _elementwise_s16,
    "protonas_cmsis_softmax_s16": softmax,
}
