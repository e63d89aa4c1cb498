"""Operators that move numbers of any dtype, in batches (N, ...): what they stand for never matters."""

import numpy as np

from compiler.ir.encode import border_value
from compiler.ir.ops import Concat, Pad, ResizeNearest, Slice, Take, Transpose
from compiler.ir.tensor import Tensor
from compiler.reference.integer_call import IntegerCall, with_batch
from compiler.reference.windows import bordered, enlarged


def run_pad(op: Pad, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """The border is the value in the output's quantization; input and output have one."""
    output = Tensor(shape=call.output_shape, dtype=call.output_dtype, quantization=call.output)
    return bordered(with_batch(inputs, call)[0], op.pads, border_value(op.value, output))


def run_resize_nearest(op: ResizeNearest, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """(N, H, W, C) -> (N, H * rows, W * columns, C)."""
    return enlarged(with_batch(inputs, call)[0], op.factors)


def run_concat(op: Concat, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Joins along the operator's axis; all have one quantization."""
    return np.concatenate(with_batch(inputs, call), axis=op.axis + 1)


def run_slice(op: Slice, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """(N, ...) -> (N, *size)."""
    x = with_batch(inputs, call)[0]
    for axis, (begin, size, stride) in enumerate(zip(op.begin, op.size, op.strides, strict=True)):
        x = np.take(x, begin + stride * np.arange(size), axis=axis + 1)
    return x


def run_transpose(op: Transpose, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """(N, ...) with all axes but the batch in another order."""
    return with_batch(inputs, call)[0].transpose(0, *(axis + 1 for axis in op.permutation))


def run_take(op: Take, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """Picks along one axis."""
    return np.take(with_batch(inputs, call)[0], np.array(op.indices), axis=op.axis + 1)
