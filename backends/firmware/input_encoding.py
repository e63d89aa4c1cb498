"""The spec's input encoding as C: the tables and constants with which NAME_quantize_input fills the input."""

from dataclasses import dataclass

import numpy as np

from compiler.ir.tensor import Quantization
from searchspace_dsl.encoding import InputEncoding

C_TYPES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "float32": "float"}
MOST_TABLES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingView:
    """How one raw value becomes one int8. Exactly one of three ways:

    `offset`: input = raw + offset. `tables`: one 256-entry table for each distinct channel, indexed by the
    raw byte. Else arithmetic with `mean`, `std`, `scale`, `zero_point` in float32. `channel_table` picks
    the table of a channel; `channels` is 1 where all are alike.
    """

    raw_type: str
    raw_range: str
    channels: int
    channel_table: tuple[int, ...]
    offset: int | None
    tables: tuple[tuple[int, ...], ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    scale: float
    zero_point: int


def quantize_raw(raw: np.ndarray, mean: float, std: float, scale: float, zero_point: int) -> np.ndarray:
    """int8 of raw values of one channel, all arithmetic in float32: (raw - mean) / std, divided by the scale,
    rounded half away from zero (TFLite's quantize), plus the zero point, saturated."""
    real = (raw.astype(np.float32) - np.float32(mean)) / np.float32(std)
    scaled = real / np.float32(scale)
    whole = np.trunc(scaled)
    rounded = whole + np.where(np.abs(scaled - whole) >= np.float32(0.5), np.sign(scaled), np.float32(0))
    quantized: np.ndarray = np.clip(rounded + zero_point, -128, 127).astype(np.int8)
    return quantized


def encoding_view(encoding: InputEncoding | None, quantization: Quantization, channels: int) -> EncodingView:
    """`channels`: last dimension of the input. No encoding: raw values are the network's real numbers."""
    encoding = encoding or InputEncoding(raw_dtype="float32")
    scale, zero_point = quantization.scale[0], quantization.zero_point[0]
    pairs = _pairs(encoding, channels)
    distinct = tuple(dict.fromkeys(pairs))
    tables: tuple[tuple[int, ...], ...] = ()
    if encoding.raw_dtype in ("uint8", "int8") and len(distinct) <= MOST_TABLES:
        raw = np.arange(256, dtype=np.uint8).view(np.dtype(encoding.raw_dtype))
        tables = tuple(
            tuple(int(value) for value in quantize_raw(raw, mean, std, scale, zero_point))
            for mean, std in distinct
        )
    offset = _offset(tables, encoding.raw_dtype)
    return EncodingView(
        raw_type=C_TYPES[encoding.raw_dtype],
        raw_range=_range(encoding),
        channels=len(pairs) if len(distinct) > 1 else 1,
        channel_table=tuple(distinct.index(pair) for pair in pairs),
        offset=offset,
        tables=() if offset is not None else tables,
        mean=tuple(mean for mean, _ in (pairs if len(distinct) > 1 else distinct)),
        std=tuple(std for _, std in (pairs if len(distinct) > 1 else distinct)),
        scale=scale,
        zero_point=zero_point,
    )


def _pairs(encoding: InputEncoding, channels: int) -> tuple[tuple[float, float], ...]:
    """(mean, std) of every channel."""

    def spread(values: tuple[float, ...]) -> tuple[float, ...]:
        return values * channels if len(values) == 1 else values

    return tuple(zip(spread(encoding.mean), spread(encoding.std), strict=True))


def _offset(tables: tuple[tuple[int, ...], ...], raw_dtype: str) -> int | None:
    """What every table adds to its raw value, where all do just that."""
    if len(tables) != 1:
        return None
    raw = np.arange(256, dtype=np.uint8).view(np.dtype(raw_dtype)).astype(np.int64)
    steps = np.asarray(tables[0], dtype=np.int64) - raw
    return int(steps[0]) if np.all(steps == steps[0]) else None


def _range(encoding: InputEncoding) -> str:
    if encoding.low is None or encoding.high is None:
        return ""
    return f"{encoding.low:g} to {encoding.high:g}"
