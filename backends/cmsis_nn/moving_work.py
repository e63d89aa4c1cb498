"""How often the loops of kernels that only move bytes run: MVE copies sixteen, wherever they lie."""

from collections.abc import Callable, Mapping
from math import ceil

from backends.cmsis_nn.loops import VECTOR, Fields, Work
from compiler.target import Isa


def _concatenation(fields: Fields, isa: Isa) -> Work:
    return {"row": fields["rows"], "vector": fields["rows"] * ceil(fields["row_bytes"] / VECTOR)}


def _pad(fields: Fields, isa: Isa) -> Work:
    """Rows are copied at once where there are no borders of channels, else pixels."""
    height, width, channels = (fields[f"input.{side}"] for side in "hwc")
    whole = not fields["before.c"] and not fields["after.c"]
    pixel = fields["before.c"] + channels + fields["after.c"]
    columns = fields["before.w"] + width + fields["after.w"]
    around = (fields["before.h"] + fields["after.h"]) * columns * pixel
    beside = height * sum(ceil(fields[f"{name}.w"] * pixel / VECTOR) for name in ("before", "after"))
    inside = (
        height * ceil(width * channels / VECTOR)
        if whole
        else height * width * sum(ceil(fields[f"{name}.c"] / VECTOR) for name in ("before", "input", "after"))
    )
    return {
        "row": height,
        "pixel": 0 if whole else height * width,
        "copied": inside,
        "filled": around // VECTOR + beside,
    }


def _transpose(fields: Fields, isa: Isa) -> Work:
    """Columns of eight rows at a time on MVE, else number by number."""
    matrices, rows, columns = (fields[name] for name in ("matrices", "rows", "columns"))
    step = VECTOR // 2 if isa == "mve" else 1
    lines = columns if isa == "mve" else rows
    return {
        "matrix": matrices,
        "line": matrices * lines,
        "moved": matrices * lines * ceil((rows if isa == "mve" else columns) / step),
    }


MOVING: Mapping[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_concatenation_s8": _concatenation,
    "protonas_cmsis_pad_s8": _pad,
    "protonas_cmsis_transpose_s8": _transpose,
}
