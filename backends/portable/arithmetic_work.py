"""How often the loops of kernels run that combine two operands, that sum, or that rescale."""

from collections.abc import Callable, Mapping
from math import prod

Work = dict[str, int]


def _walked(fields: Mapping[str, int]) -> Work:
    rows = prod(fields[f"{axis}_size"] for axis in ("outer", "middle", "inner"))
    return {"output": rows * fields["row_size"], "row": rows}


def _reduced(fields: Mapping[str, int]) -> Work:
    outputs = fields["kept_outer_size"] * fields["kept_inner_size"]
    runs = outputs * fields["gone_outer_size"]
    return {"tap": runs * fields["gone_inner_size"], "run": runs, "output": outputs}


def _batch_matmul(fields: Mapping[str, int]) -> Work:
    rows = fields["batches"] * fields["rows"]
    outputs = rows * fields["columns"]
    return {"mac": outputs * fields["depth"], "output": outputs, "row": rows}


def _elementwise(fields: Mapping[str, int]) -> Work:
    return {"output": fields["size"]}


ARITHMETIC_WORK: dict[str, Callable[[Mapping[str, int]], Work]] = {
    "protonas_add_broadcast_s8": _walked,
    "protonas_add_s16": _walked,
    "protonas_batch_matmul_s16": _batch_matmul,
    "protonas_batch_matmul_s8": _batch_matmul,
    "protonas_curve_s16": _elementwise,
    "protonas_maximum_s16": _walked,
    "protonas_maximum_s8": _walked,
    "protonas_minimum_s16": _walked,
    "protonas_minimum_s8": _walked,
    "protonas_mul_broadcast_s8": _walked,
    "protonas_mul_s16": _walked,
    "protonas_prelu_s16": _walked,
    "protonas_prelu_s8": _walked,
    "protonas_reduce_max_s8": _reduced,
    "protonas_requantize_s16_s16": _elementwise,
    "protonas_requantize_s16_s32": _elementwise,
    "protonas_requantize_s16_s8": _elementwise,
    "protonas_requantize_s8_s16": _elementwise,
    "protonas_requantize_s8_s32": _elementwise,
    "protonas_squared_difference_s16": _walked,
    "protonas_squared_difference_s8": _walked,
    "protonas_sub_s16": _walked,
    "protonas_sub_s8": _walked,
    "protonas_sum_s16": _reduced,
    "protonas_sum_s8": _reduced,
}
"""By kernel, given its parameters."""
