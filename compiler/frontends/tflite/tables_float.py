"""The table of ELU, which TFLM itself makes once, in float32. TFLM: micro/kernels/elu.cc."""

import numpy as np

from compiler.frontends.tflite.tables import INTEGERS
from compiler.ir.encode import round_half_away
from compiler.ir.tensor import Quantization


def elu_table(source: Quantization, output: Quantization) -> np.ndarray:
    """x, or exp(x) - 1 where it is negative; exp rounded to float32 once."""
    real = np.float32(source.scale[0]) * (INTEGERS - source.zero_point[0]).astype(np.float32)
    below = np.exp(np.minimum(real, 0).astype(np.float64)).astype(np.float32) - np.float32(1)
    inverse = np.float32(1) / np.float32(output.scale[0])
    rescaled = round_half_away(np.where(real < 0, below, real) * inverse)
    shifted = np.clip(rescaled, -1e6, 1e6) + np.float32(output.zero_point[0])
    return np.asarray(np.clip(shifted, -128, 127), np.int64)
