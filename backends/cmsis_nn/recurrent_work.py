"""How often the loops of kernels with states, and of products of matrices, run."""

from collections.abc import Callable, Mapping
from math import ceil

from backends.cmsis_nn.loops import LANES, VECTOR, Fields, Work
from compiler.target import Isa

_TOGETHER: Mapping[Isa, int] = {"plain": 3, "dsp": 2, "mve": 4}
"""Rows of an int8 matrix that are multiplied by a vector at a time."""

_WIDE_TOGETHER: Mapping[Isa, int] = {"dsp": 2, "mve": 4}
"""Of rows that int16 vectors are multiplied with; without DSP none are the library's."""


def _rows(
    depth: int, rows: int, isa: Isa, together: Mapping[Isa, int] = _TOGETHER, vector: int = VECTOR
) -> Work:
    """A vector times the rows of a matrix, `together` at a time, and the rest one by one."""
    vectors = ceil(depth / vector) if isa == "mve" else depth
    alone = rows % together[isa]
    return {
        "product": vectors * (rows - alone),
        "single_product": vectors * alone,
        "rest": 0 if isa == "mve" else rows * (depth % LANES),
        "result": rows - alone,
        "single_result": alone,
    }


def _svdf(fields: Fields, isa: Isa, pairs: int, together: Mapping[Isa, int] = _TOGETHER) -> Work:
    """`pairs`: numbers of the memory that DSP multiplies at a time. MVE moves it by vectors."""
    filters, memory = fields["feature.n"], fields["time.h"]
    step = pairs if isa == "dsp" else 1
    return {
        **_rows(fields["input.h"], filters, isa, together),
        "tap": filters * (memory // step),
        "single_tap": filters * (memory % step),
        "filter": filters,
        "moved": filters * memory,
        "output": ceil(fields["output.h"] / LANES) if isa == "mve" else fields["output.h"],
    }


def _svdf_s8(fields: Fields, isa: Isa) -> Work:
    return _svdf(fields, isa, 4)


def _svdf_offset_s8(fields: Fields, isa: Isa) -> Work:
    """Features by a dense layer, and again one by one."""
    dense = _rows(fields["dense_filter.n"], fields["feature.n"], isa)
    return {**_svdf_s8(fields, isa), **dense}


def _svdf_s16(fields: Fields, isa: Isa) -> Work:
    return _svdf(fields, isa, 2, {**_TOGETHER, "mve": 3})


def _lstm(fields: Fields, isa: Isa, together: Mapping[Isa, int] = _TOGETHER, vector: int = VECTOR) -> Work:
    """Eight products of a vector and a matrix a step, and a few curves and products a unit."""
    steps, units = fields["lstm.time_steps"], fields["lstm.hidden_size"]
    given = _rows(fields["lstm.input_size"], units, isa, together, vector)
    again = _rows(units, units, isa, together, vector)
    four_gates = {loop: 4 * steps * (given[loop] + again[loop]) for loop in given}
    return {**four_gates, "unit": steps * units, "odd_unit": steps * (units % 2), "step": steps}


def _lstm_s16(fields: Fields, isa: Isa) -> Work:
    """As _lstm, eight numbers at a time on MVE."""
    return _lstm(fields, isa, _WIDE_TOGETHER, VECTOR // 2)


def _batch_matmul(fields: Fields, isa: Isa) -> Work:
    """Each row of the left matrix times all of the right one; MVE sums the right one up first."""
    depth, columns = fields["right.c"], fields["output.c"]
    batches = fields.get("batches", fields["output.h"])
    rows = {loop: batches * fields["output.w"] * turns for loop, turns in _rows(depth, columns, isa).items()}
    sums_up = isa == "mve" and fields["bmm.fc_params.input_offset"] != 0
    summed = batches * columns * ceil(depth / VECTOR) if sums_up else 0
    return {**rows, "summed": summed, "row": batches * fields["output.w"], "batch": batches}


def _transposing(fields: Fields, isa: Isa) -> Work:
    """As _batch_matmul, and what is transposed before: by rows, on MVE eight of a column at a time."""
    moved = rows = 0
    for name, flag in (("left", "left_is_transposed"), ("right", "right_is_plain")):
        width, depth = fields[f"{name}.w"] * fields[flag], fields[f"{name}.c"]
        moved += width * (ceil(depth / (VECTOR // 2)) if isa == "mve" else depth)
        rows += width if isa == "mve" else depth * fields[flag]
    batches = fields["batches"]
    return {**_batch_matmul(fields, isa), "moved": batches * moved, "moved_row": batches * rows}


def _batch_matmul_s16(fields: Fields, isa: Isa) -> Work:
    """As _batch_matmul, eight numbers at a time on MVE, without sums."""
    batches = fields.get("batches", fields["output.h"])
    rows = _rows(fields["right.c"], fields["output.c"], isa, _WIDE_TOGETHER, VECTOR // 2)
    lines = batches * fields["output.w"]
    return {**{loop: lines * turns for loop, turns in rows.items()}, "row": lines, "batch": batches}


def _transposing_s16(fields: Fields, isa: Isa) -> Work:
    """As _batch_matmul_s16, and what is transposed before, number by number."""
    flags = (("left", "left_is_transposed"), ("right", "right_is_plain"))
    moved = sum(fields[f"{name}.w"] * fields[f"{name}.c"] * fields[flag] for name, flag in flags)
    rows = sum(fields[f"{name}.c"] * fields[flag] for name, flag in flags)
    batches = fields["batches"]
    return {**_batch_matmul_s16(fields, isa), "moved": batches * moved, "moved_row": batches * rows}


RECURRENT: Mapping[str, Callable[[Fields, Isa], Work]] = {
    "protonas_cmsis_batch_matmul_direct_s8": _batch_matmul,
    "protonas_cmsis_batch_matmul_s16": _batch_matmul_s16,
    "protonas_cmsis_batch_matmul_s8": _batch_matmul,
    "protonas_cmsis_batch_matmul_transposing_s16": _transposing_s16,
    "protonas_cmsis_batch_matmul_transposing_s8": _transposing,
    "protonas_cmsis_lstm_clamped_s16": _lstm_s16,
    "protonas_cmsis_lstm_clamped_s8": _lstm,
    "protonas_cmsis_lstm_s16": _lstm_s16,
    "protonas_cmsis_lstm_s8": _lstm,
    "protonas_cmsis_svdf_offset_state_s8": _svdf_offset_s8,
    "protonas_cmsis_svdf_state_s16": _svdf_s16,
    "protonas_cmsis_svdf_state_s8": _svdf_s8,
}
