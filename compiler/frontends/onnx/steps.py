"""QuantizeLinear and DequantizeLinear: where real numbers become integers and back.

Definition: github.com/onnx/onnx, docs/Operators.md. Integers of uint8 are kept as int8, 128 less, and so are
their zero points: both stand for the same numbers.
"""

from dataclasses import replace

import numpy as np

from compiler.export.onnx_tensor import type_name
from compiler.frontends.onnx.attributes import axis_of, integer, malformed
from compiler.frontends.onnx.draft import GraphDraft
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import (
    INTEGERS,
    Constant,
    Floats,
    Integers,
    Reals,
    Result,
    Steps,
    Value,
    dequantized,
)
from compiler.ir.ops import Lookup
from compiler.ir.tensor import Quantization

UNSIGNED_OFFSET = 128
_LARGEST_SCALE = 1e30
_EIGHT_BITS = "int8 or uint8, or fewer bits"
_RANGE = {
    "uint8": (0, 255), "int8": (-128, 127), "uint4": (0, 15), "int4": (-8, 7), "uint2": (0, 3),
    "int2": (-2, 1),
}  # fmt: skip
_OUTPUT_DTYPES = {0: "uint8", 2: "uint8", 3: "int8", 21: "uint4", 22: "int4", 25: "uint2", 26: "int2"}


def quantize_linear(reading: Reading, node: OnnxNode) -> Value:
    """Real numbers to integers; an input of the network becomes an integer port here."""
    value = reading.value(node, 0)
    dtype = _output_dtype(reading, node)
    unsigned = dtype.startswith("u")
    steps = read_steps(reading, node, np.zeros((), "uint8" if unsigned else "int8"))
    if isinstance(value, Constant) and value.steps is None:
        bits = int(dtype[-1]) if dtype in _RANGE and dtype[-1] != "8" else None
        return Constant(array=_constant_integers(node, value.array, steps, dtype), bits=bits)
    grid = _grid(steps, unsigned)
    if isinstance(value, Floats) and reading.quantized:
        result = Result(reading.ports.quantize(value.tensor, grid), value.layout)
    else:
        result = reading.on_grid(value, grid)
    low, high = (bound - (UNSIGNED_OFFSET if unsigned else 0) for bound in _RANGE[dtype])
    return Integers(tensor=result.tensor, layout=result.layout, unsigned=unsigned, low=low, high=high)


def dequantize_linear(reading: Reading, node: OnnxNode) -> Value:
    """Integers to the real numbers they stand for."""
    value = reading.value(node, 0)
    if isinstance(value, Constant):
        if value.steps is not None or value.array.dtype.kind not in "iu":
            raise malformed(node, "dequantizes what is no integer")
        if not value.array.ndim and reading.constant(node, 1, "scale").array.size > 1:
            raise malformed(node, "has several scales for one number")
        return replace(value, steps=read_steps(reading, node, value.array))
    if not isinstance(value, Integers):
        raise RejectedError("it dequantizes what is not known as 8-bit integers", _EIGHT_BITS)
    zero = np.zeros((), "uint8" if value.unsigned else "int8")
    return real_numbers(reading, value, _grid(read_steps(reading, node, zero), value.unsigned))


def real_numbers(reading: Reading, value: Integers, grid: Quantization) -> Reals:
    """What integers stand for on a grid."""
    reading.draft.set_grid(value.tensor, grid)
    tensor = _on(reading.draft, value.tensor, grid)
    table = dequantized(grid)[np.clip(INTEGERS, value.low, value.high).astype(np.int8).view(np.uint8)]
    return Reals(tensor=tensor, layout=value.layout, table=table, grid=grid)


def _on(draft: GraphDraft, tensor: str, grid: Quantization) -> str:
    """The same integers where a file lets them stand for other numbers than elsewhere."""
    if draft.grid(tensor) == grid:
        return tensor
    same = np.arange(256).astype(np.uint8).view(np.int8)
    parameter = draft.parameter(f"{tensor}/same", same, grid)
    lookup = Lookup(curve="the same integers on another scale")
    return draft.compute(lookup, (tensor, parameter), f"{tensor}/rescaled", draft.shape(tensor), grid)


def read_steps(reading: Reading, node: OnnxNode, like: np.ndarray) -> Steps:
    """Scale and zero point of a node's inputs 1 and 2, checked against the integers they belong to."""
    scale = reading.constant(node, 1, "scale").array
    zero_point = (
        reading.constant(node, 2, "zero point").array
        if reading.given(node, 2)
        else np.zeros_like(scale, like.dtype)
    )
    alike = scale.shape == zero_point.shape or scale.size == zero_point.size == 1
    if scale.dtype.kind != "f" or zero_point.dtype.kind not in "iu" or not alike:
        raise malformed(node, "has a scale and a zero point that do not go together")
    scale = scale.astype(np.float32)
    if not (np.isfinite(scale).all() and ((scale >= 1 / _LARGEST_SCALE) & (scale <= _LARGEST_SCALE)).all()):
        raise malformed(node, "has a scale that is no positive number, or out of all proportion")
    if integer(node, "block_size", 0) or scale.ndim > 1:
        raise RejectedError("it is quantized by blocks", "one scale for a tensor or a channel")
    if scale.size == 1:
        return Steps(scale=scale.reshape(()), zero_point=zero_point.reshape(()))
    axis = axis_of(node, integer(node, "axis", 1), like.ndim) if like.ndim else 0
    if like.ndim and like.shape[axis] != scale.size:
        raise malformed(node, f"has {scale.size} scales for an axis of {like.shape[axis]}")
    return Steps(scale=scale, zero_point=zero_point, axis=axis)


def _output_dtype(reading: Reading, node: OnnxNode) -> str:
    """What QuantizeLinear makes: its zero point says so, or an attribute, else uint8."""
    if reading.given(node, 2):
        dtype = reading.constant(node, 2, "zero point").dtype
    else:
        number = integer(node, "output_dtype", 0)
        dtype = _OUTPUT_DTYPES.get(number, type_name(number).lower())
    constant = isinstance(reading.value(node, 0), Constant)
    if dtype not in _RANGE and not (constant and dtype == "int32"):
        raise RejectedError(f"it quantizes to {dtype}", _EIGHT_BITS)
    return dtype


def _grid(steps: Steps, unsigned: bool) -> Quantization:
    if steps.axis is not None:
        raise RejectedError(
            "it quantizes a value per channel", "one scale for a value; weights may have more"
        )
    zero_point = int(steps.zero_point) - (UNSIGNED_OFFSET if unsigned else 0)
    if not -128 <= zero_point <= 127:
        raise RejectedError(f"its zero point is {int(steps.zero_point)}", "a zero point that 8 bits hold")
    return Quantization(scale=(float(steps.scale),), zero_point=(zero_point,))


def _constant_integers(node: OnnxNode, array: np.ndarray, steps: Steps, dtype: str) -> np.ndarray:
    """QuantizeLinear of weights that a file stores as floats."""
    if array.dtype.kind != "f" or (steps.axis is not None and steps.axis >= array.ndim):
        raise malformed(node, "quantizes what are no real numbers")
    if steps.axis is not None and array.shape[steps.axis] != steps.scale.size:
        raise malformed(node, f"has {steps.scale.size} scales for an axis of {array.shape[steps.axis]}")
    along = [-1 if axis == steps.axis else 1 for axis in range(array.ndim)]
    scale, zero_point = steps.scale.reshape(along), steps.zero_point.reshape(along).astype(np.int64)
    low, high = _RANGE.get(dtype, (-(2**31), 2**31 - 1))
    with np.errstate(all="ignore"):
        whole = np.rint(np.nan_to_num(array.astype(np.float32) / scale))
    wide = np.clip(whole, -(2.0**40), 2.0**40).astype(np.int64) + zero_point
    held = dtype if dtype == "int32" else "uint8" if dtype.startswith("u") else "int8"
    return np.asarray(np.clip(wide, low, high), held)


def bias(reading: Reading, node: OnnxNode) -> Value:
    """The int32 bias of an operator on integers: in units of input scale * weight scale, float32."""
    integers = reading.constant(node, 0, "bias").array
    source, weight = (reading.constant(node, index, "scale").array for index in (1, 2))
    if (
        integers.dtype.kind not in "iu"
        or source.dtype.kind != "f"
        or weight.dtype.kind != "f"
        or source.size != 1
    ):
        raise malformed(node, "has a bias that is no integers, or scales that are no numbers")
    with np.errstate(all="ignore"):
        scale = source.astype(np.float32).reshape(()) * weight.astype(np.float32)
    zero = np.zeros_like(scale, np.int64)
    if scale.size == 1:
        return Constant(array=integers, steps=Steps(scale=scale.reshape(()), zero_point=zero.reshape(())))
    if scale.ndim != 1 or integers.ndim != 1 or scale.size != integers.size:
        raise malformed(node, f"has {scale.size} scales for a bias of {integers.size}")
    return Constant(array=integers, steps=Steps(scale=scale, zero_point=zero, axis=0))


def without_axis(constant: Constant) -> Constant:
    """A constant whose channels all have one scale and zero point, as one of a single scale."""
    steps = constant.steps
    if steps is None or steps.axis is None:
        return constant
    if len(set(steps.scale.tolist())) > 1 or len(set(steps.zero_point.tolist())) > 1:
        return constant
    return replace(constant, steps=Steps(scale=steps.scale[0], zero_point=steps.zero_point[0]))


HANDLERS: Handlers = {"QuantizeLinear": quantize_linear, "DequantizeLinear": dequantize_linear}
