"""Cast: the same numbers under another type, which between steps of quantization they have already."""

from compiler.export.onnx_tensor import type_name
from compiler.frontends.onnx.attributes import integer
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.steps import UNSIGNED_OFFSET, real_numbers
from compiler.frontends.onnx.values import Floats, Indices, Integers, Pending, Reals, Sums, Value
from compiler.ir.tensor import Quantization

_FLOAT32, _UINT8, _INT8 = 1, 2, 3
_WHOLE = (6, 7)
"""int32 and int64: places along an axis fit both."""


def cast(reading: Reading, node: OnnxNode) -> Value:
    """To the type a value has, as PyTorch writes it behind QuantizeLinear; 8-bit integers to float32."""
    value = reading.value(node, 0)
    wanted = integer(node, "to", 0)
    match value:
        case Integers(unsigned=unsigned) if wanted == (_UINT8 if unsigned else _INT8):
            return value
        case Integers(unsigned=unsigned) if wanted == _FLOAT32:
            grid = Quantization(scale=(1.0,), zero_point=(-UNSIGNED_OFFSET if unsigned else 0,))
            return real_numbers(reading, value, grid)
        case Reals() | Pending() | Floats() if wanted == _FLOAT32:
            return value
        case Sums(real=real) if wanted == _FLOAT32:
            return real
        case Indices() if wanted in _WHOLE:
            return value
        case _:
            raise RejectedError(
                f"it casts to {type_name(wanted)}", "QuantizeLinear and DequantizeLinear instead"
            )


HANDLERS: Handlers = {"Cast": cast}
