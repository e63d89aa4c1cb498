"""Where float32 meets integers, and integers become indices, in batches (N, ...)."""

import numpy as np

from compiler.ir.encode import quantize_real
from compiler.ir.ops import ArgMax, Dequantize, Quantize
from compiler.reference.integer_call import IntegerCall


def run_quantize(op: Quantize, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """float32 to int8, uint8 or int16: see compiler.ir.encode.quantize_real. Single rounding is ONNX's:
    halves go to the even integer.
    """
    even = call.rounding == "single"
    return quantize_real(inputs[0], call.output, call.output_dtype, half_to_even=even)


def run_dequantize(op: Dequantize, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """int8, uint8 or int16 to float32: scale * (integer - zero point), rounded once."""
    steps = inputs[0].astype(np.int32) - call.sources[0].zero_point[0]
    return steps.astype(np.float32) * np.float32(call.sources[0].scale[0])


def run_argmax(op: ArgMax, inputs: list[np.ndarray], call: IntegerCall) -> np.ndarray:
    """int32: the first index of the greatest, or of the least."""
    compare = np.argmin if op.least else np.argmax
    found: np.ndarray = compare(inputs[0], axis=op.axis + 1).astype(np.int32)
    return found
