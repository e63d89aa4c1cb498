"""How closely output may follow over input: proven here, and by a test that runs each tightest case.

A kernel finishes output pixel t before it starts t + 1, and never reads a byte again that only earlier pixels
need. So the output may lie over the input as long as no write reaches a byte that is still to be read.
"""

import numpy as np

from backends.portable.walk import Walk, earliest_reads
from compiler.ir.program import Overlap


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
    earliest = earliest_reads(walk)
    ends = np.arange(1, len(earliest) + 1) * output_channels
    return _useful(
        write, read, int((ends - earliest * source_channels).max()), len(earliest) * output_channels
    )


def channel_overlap(write: str, read: str, walk: Walk, channels: int) -> tuple[Overlap, ...]:
    """For a kernel that reads a window's channel c last just before it writes channel c, or reads a few
    channels, then writes the same ones (pools, depthwise with multiplier 1).

    Pixel t may then begin where the first pixel that t or a later one reads begins: their channels keep step.
    """
    earliest = earliest_reads(walk)
    lead = int((np.arange(len(earliest)) - earliest).max()) * channels
    return _useful(write, read, lead, len(earliest) * channels)


def _useful(write: str, read: str, lead_bytes: int, output_bytes: int) -> tuple[Overlap, ...]:
    if lead_bytes >= output_bytes:
        return ()
    return (Overlap(write=write, read=read, lead_bytes=max(lead_bytes, 0)),)
