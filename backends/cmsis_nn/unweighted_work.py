"""How often the loops of int8 kernels without weights run."""

from collections.abc import Callable, Mapping
from math import ceil, prod

from backends.cmsis_nn.loops import LANES, VECTOR, Fields, Work, axes, output_pixels
from backends.portable.walk import taps_inside
from compiler.target import Isa


def pool(fields: Fields, isa: Isa, lanes: int = LANES, vector: int = VECTOR) -> Work:
    """Of `lanes` channels at a time, `vector` on MVE; and what it costs to look at pixels in the pads."""
    rows, columns = axes(fields, "pool")
    taps = taps_inside(rows) * taps_inside(columns)
    pixels = output_pixels(fields)
    vectors, rest = divmod(fields["input.c"], lanes)
    if isa == "mve":
        vectors, rest = ceil(fields["input.c"] / vector), 0
    return {
        "vector": taps * vectors,
        "rest": taps * rest,
        "tap": taps,
        "outside": (pixels * fields["filter.h"] * fields["filter.w"] - taps) * fields["input.c"],
        "output_vector": pixels * vectors,
        "output_rest": pixels * rest,
        "pixel": pixels,
    }


def _elementwise(fields: Fields, isa: Isa) -> Work:
    fours, rest = (ceil(fields["size"] / LANES), 0) if isa == "mve" else divmod(fields["size"], LANES)
    return {"four": fours, "rest": rest}


def _rows(fields: Fields, isa: Isa) -> Work:
    """Row by row as _elementwise; for MVE alone."""
    return {"row": fields["rows"], "four": fields["rows"] * ceil(fields["row.size"] / LANES)}


def _extreme(fields: Fields, isa: Isa) -> Work:
    return {"output": ceil(fields["map.c"] / (VECTOR if isa == "mve" else 1))}


def _broadcast_extreme(fields: Fields, isa: Isa) -> Work:
    """Pixel by pixel, but a whole map by a single number at once."""
    step = VECTOR if isa == "mve" else 1
    sides = [tuple(fields[f"{name}.{side}"] for side in "nhwc") for name in ("left", "right", "output")]
    if (1, 1, 1, 1) in sides[:2]:
        return {"output": ceil(prod(sides[2]) / step), "run": 1, "row": 0}
    runs = prod(sides[2][:3])
    return {"output": runs * ceil(sides[2][3] / step), "run": runs, "row": prod(sides[2][:2])}


def softmax(fields: Fields, isa: Isa) -> Work:
    """Number by number, whatever their type."""
    return {"output": fields["rows"] * fields["row_size"], "row": fields["rows"]}


UNWEIGHTED: Mapping[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_add_rows_s8": _rows,
    "protonas_cmsis_add_s8": _elementwise,
    "protonas_cmsis_average_pool2d_direct_s8": pool,
    "protonas_cmsis_average_pool2d_s8": pool,
    "protonas_cmsis_max_pool2d_s8": pool,
    "protonas_cmsis_maximum_s8": _extreme,
    "protonas_cmsis_minimum_s8": _extreme,
    "protonas_cmsis_mul_rows_s8": _rows,
    "protonas_cmsis_mul_s8": _elementwise,
    "protonas_cmsis_minimum_broadcast_s8": _broadcast_extreme,
    "protonas_cmsis_maximum_broadcast_s8": _broadcast_extreme,
    "protonas_cmsis_softmax_s8": softmax,
    "protonas_cmsis_softmax_s8_s16": softmax,
}
