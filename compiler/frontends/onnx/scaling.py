"""A quantized map multiplied and added to by channel, as normalized pixels are and what a norm before a layer
reads: a depthwise convolution of one pixel."""

from dataclasses import replace

import numpy as np

from compiler.frontends.onnx.affine import after, numbers_along
from compiler.frontends.onnx.convolutions import weighted
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Reading, shape_of
from compiler.frontends.onnx.values import Affine, Constant, Reals, Steps, Value, dequantized
from compiler.ir.ops import DepthwiseConv2D, Window

_FLOAT32 = 4 * float(np.finfo(np.float32).eps)
_ONE = 127
"""Stands for 1, so that what is added is rounded to a 127th of the map's scale."""


def channels_of(numbers: np.ndarray, value: Value) -> np.ndarray | None:
    """(C,) of a constant that broadcasts to a map (1, C, ...) and varies along its channels alone."""
    shape = shape_of(value)
    return numbers_along(numbers, shape, 1) if len(shape) in (3, 4) and shape[0] == 1 else None


def scaled_map(reading: Reading, node: OnnxNode, value: Reals, affine: Affine) -> Value:
    """`value`: a map (1, C, ...). It takes in what follows in the same way, and what came before for all."""
    line = _line(value)
    if line is None:
        x = reading.settled(value)
    else:
        x, affine = replace(value, table=dequantized(value.grid)), after(line, affine)
    shape = x.layout.shape
    ones = np.full((shape[1], 1, *(1,) * (len(shape) - 2)), _ONE, np.int8)
    steps = Steps(scale=np.array(1 / _ONE, np.float32), zero_point=np.zeros((), np.int8))
    op = DepthwiseConv2D(window=Window(kernel=(1, 1)))
    sides = (*(*shape[2:], 1)[:2], shape[1])
    return weighted(reading, node, op, x, Constant(array=ones, steps=steps), None, shape, sides, affine)


def _line(value: Reals) -> Affine | None:
    """What real numbers are of those that their integers stand for, where that is one factor and one summand:
    as of pixels divided by 255.
    """
    given, found = dequantized(value.grid).astype(np.float64), value.table.astype(np.float64)
    least, most = int(given.argmin()), int(given.argmax())
    with np.errstate(all="ignore"):  # what is not finite is close to nothing
        factor = (found[most] - found[least]) / (given[most] - given[least])
        summand = found[least] - factor * given[least]
        close = np.abs(found - factor * given - summand).max() <= _FLOAT32 * np.abs(found).max()
    return Affine(scale=np.array([factor]), shift=np.array([summand])) if close else None
