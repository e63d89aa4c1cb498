"""What every family of operators draws: quantizations, shapes, types and seeds."""

import math

import numpy as np
from hypothesis import strategies as st

from compiler.ir.tensor import Quantization

seeds = st.integers(0, 2**32 - 1)
clamps = st.sampled_from(["NONE", "RELU", "RELU6", "RELU_N1_TO_1"])
sides = st.integers(1, 7)
channels = st.integers(1, 9)


def per_tensor(scale: float, zero_point: int) -> Quantization:
    """One scale, rounded to float32, and one zero point."""
    return Quantization(scale=(float(np.float32(scale)),), zero_point=(zero_point,))


@st.composite
def scales(draw: st.DrawFn, smallest: float = 2**-12, largest: float = 1.0) -> float:
    """Spread evenly over the powers of two; powers of two themselves now and then."""
    exponent = draw(st.floats(math.log2(smallest), math.log2(largest)))
    return float(np.float32(2.0 ** (round(exponent) if draw(st.integers(0, 7)) == 0 else exponent)))


@st.composite
def zero_points(draw: st.DrawFn, dtype: str = "INT8") -> int:
    """int8: any, its ends often; int16: 0, as TFLite demands."""
    return 0 if dtype == "INT16" else draw(st.one_of(st.sampled_from([-128, 0, 127]), st.integers(-128, 127)))


@st.composite
def quantizations(
    draw: st.DrawFn, dtype: str = "INT8", smallest: float = 2**-12, largest: float = 1.0
) -> Quantization:
    """Of an activation. int16 scales are smaller by 256, for the same real numbers."""
    finer = 256 if dtype == "INT16" else 1
    scale = draw(scales(smallest / finer, largest / finer))
    return per_tensor(scale, draw(zero_points(dtype)))


@st.composite
def maps(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """(1, H, W, C)."""
    return (1, draw(sides), draw(sides), draw(channels))


@st.composite
def shapes(draw: st.DrawFn, most: int = 4) -> tuple[int, ...]:
    """(1, ...) of rank 2 to `most`."""
    return (1, *draw(st.lists(st.integers(1, 6), min_size=1, max_size=most - 1)))
