"""How closely output may follow over input: proven here, and by a test that runs each tightest case.

A kernel finishes output pixel t before it starts t + 1, and never reads a byte again that only earlier pixels
need. So the output may lie over the input as long as no write reaches a byte that is still to be read.
"""

from backends.portable.walk import Walk, furthest_lead
from compiler.ir.program import Overlap

_MOST_BYTES = 1 << 32
_MOST_WINDOWS = 1 << 20


def elementwise_overlap(write: str, read: str) -> Overlap:
    """Element i is read before element i is written, and never again."""
    return Overlap(write=write, read=read)


def pixel_overlap(
    write: str, read: str, walk: Walk, source_channels: int, output_channels: int
) -> tuple[Overlap, ...]:
    """For a kernel that may read all of a window while it writes the pixel's channels (convolutions).

    The lead is the largest distance by which the end of pixel t's output is ahead of the first input byte
    that pixel t or a later one reads. Empty where that is no better than keeping the two apart.
    """
    output_bytes = walk.rows.outputs * walk.columns.outputs * output_channels
    if _is_hopeless(walk, max(output_bytes, walk.rows.size * walk.columns.size * source_channels)):
        return ()
    return _useful(write, read, furthest_lead(walk, output_channels, source_channels), output_bytes)


def channel_overlap(write: str, read: str, walk: Walk, channels: int) -> tuple[Overlap, ...]:
    """For a kernel that reads a window's channel c last just before it writes channel c, or reads a few
    channels, then writes the same ones (pools, depthwise with multiplier 1).

    Pixel t may then begin where the first pixel that t or a later one reads begins: their channels keep step.
    """
    output_bytes = walk.rows.outputs * walk.columns.outputs * channels
    if _is_hopeless(walk, max(output_bytes, walk.rows.size * walk.columns.size * channels)):
        return ()
    return _useful(write, read, (furthest_lead(walk, 1, 1) - 1) * channels, output_bytes)


def _is_hopeless(walk: Walk, most_bytes: int) -> bool:
    """Where a map exceeds an address space of 32 bits, or a side a million pixels: a hostile file's, which no
    microcontroller has the memory for. What is kept apart takes more RAM, and is just as exact.
    """
    return most_bytes > _MOST_BYTES or max(walk.rows.outputs, walk.columns.outputs) > _MOST_WINDOWS


def _useful(write: str, read: str, lead_bytes: int, output_bytes: int) -> tuple[Overlap, ...]:
    if lead_bytes >= output_bytes:
        return ()
    return (Overlap(write=write, read=read, lead_bytes=max(lead_bytes, 0)),)
