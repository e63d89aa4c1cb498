"""The spec's input encoding as C: the tables and constants with which NAME_quantize_input fills the input."""

from dataclasses import dataclass, replace

import numpy as np

from compiler.ir.encode import quantize_input
from compiler.ir.tensor import Quantization
from searchspace_dsl.encoding import InputEncoding

C_TYPES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "float32": "float"}
MOST_TABLES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingView:
    """How one raw value becomes one int8. Exactly one of three ways:

    `offset`: input = raw + offset. `tables`: one 256-entry table for each distinct channel, indexed by the
    raw byte. Else arithmetic in float32 with `mean` and `std`. `channel_table` picks
    the table of a channel; `channels` is 1 where all are alike. `given`: the network came with an encoding.
    """

    given: bool
    raw_type: str
    raw_range: str
    channels: int
    channel_table: tuple[int, ...]
    offset: int | None
    tables: tuple[tuple[int, ...], ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]


def encoding_view(encoding: InputEncoding | None, quantization: Quantization, channels: int) -> EncodingView:
    """`channels`: last dimension of the input. No encoding: raw values are the network's real numbers."""
    given = encoding is not None
    encoding = encoding or InputEncoding(raw_dtype="float32")
    pairs = _pairs(encoding, channels)
    distinct = tuple(dict.fromkeys(pairs))
    tables: tuple[tuple[int, ...], ...] = ()
    if encoding.raw_dtype in ("uint8", "int8") and len(distinct) <= MOST_TABLES:
        raw = np.arange(256, dtype=np.uint8).view(np.dtype(encoding.raw_dtype))
        tables = tuple(
            tuple(int(value) for value in quantize_input(raw, _one(encoding, mean, std), quantization))
            for mean, std in distinct
        )
    offset = _offset(tables, encoding.raw_dtype)
    return EncodingView(
        given=given,
        raw_type=C_TYPES[encoding.raw_dtype],
        raw_range=_range(encoding),
        channels=len(pairs) if len(distinct) > 1 else 1,
        channel_table=tuple(distinct.index(pair) for pair in pairs),
        offset=offset,
        tables=() if offset is not None else tables,
        mean=tuple(mean for mean, _ in (pairs if len(distinct) > 1 else distinct)),
        std=tuple(std for _, std in (pairs if len(distinct) > 1 else distinct)),
    )


def _pairs(encoding: InputEncoding, channels: int) -> tuple[tuple[float, float], ...]:
    """(mean, std) of every channel."""

    def spread(values: tuple[float, ...]) -> tuple[float, ...]:
        return values * channels if len(values) == 1 else values

    return tuple(zip(spread(encoding.mean), spread(encoding.std), strict=True))


def _one(encoding: InputEncoding, mean: float, std: float) -> InputEncoding:
    return replace(encoding, mean=(mean,), std=(std,))


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
