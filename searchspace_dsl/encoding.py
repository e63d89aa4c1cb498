"""How raw samples become the numbers a network sees: part of the spec, carried down to the C."""

from dataclasses import dataclass
from typing import Literal

RawDtype = Literal["uint8", "int8", "int16", "float32"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputEncoding:
    """A network input x is (raw - mean) / std, in float32, channel by channel.

    `raw_dtype`: what firmware hands over. `low`..`high`: the interval raw values lie in, in raw units;
    it fixes the input's quantization, values outside saturate. None: the whole range of an 8-bit raw
    dtype, else measured on the calibration data. `mean` and `std`: raw units, one value, or one for
    each channel; std > 0.
    """

    raw_dtype: RawDtype
    low: float | None = None
    high: float | None = None
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
