"""How often the loops of kernels that only move bytes run: that of memcpy depends on how its pointers lie."""

from collections.abc import Mapping

import numpy as np

_WORD, _BLOCK = 4, 16

Work = dict[str, int]


def _moves(size: int, *addresses: np.ndarray) -> Work:
    """memcpy of `size` bytes at each place of `addresses`, one array (moves,) for each pointer.

    Where both pointers are on words it copies 16 bytes at a time, then 4, then 1; elsewhere, and below 16
    bytes, one by one.
    """
    count = len(addresses[0])
    aligned = np.bitwise_or.reduce(addresses) % _WORD == 0
    on_words = int(aligned.sum()) if size >= _BLOCK else 0
    return {
        "aligned": on_words,
        "block": on_words * (size // _BLOCK),
        "word": on_words * (size % _BLOCK // _WORD),
        "tail": on_words * (size % _WORD),
        "byte": (count - on_words) * size,
    }


def copy_rows_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_copy_rows, given its parameters."""
    rows, size = np.arange(fields["rows"]), fields["row_bytes"]
    moves = _moves(size, rows * size, fields["output_offset"] + rows * fields["output_stride"])
    return {**moves, "row": fields["rows"]}


def pad_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_pad, given its parameters; memset fills as memcpy copies."""
    planes, rows, size = fields["planes"], fields["rows"], fields["row_bytes"]
    gaps = np.full((planes, rows), fields["row_gap_bytes"])
    gaps[:, -1] = fields["plane_gap_bytes"]
    gaps[-1, -1] = fields["tail_bytes"]
    borders = np.concatenate(([fields["lead_bytes"]], gaps.ravel()))
    starts = np.cumsum(borders + size) - borders - size
    copies = _moves(size, np.arange(planes * rows) * size, starts[:-1] + borders[:-1])
    wide = fields["element_bytes"] > 1
    on_words = (starts % _WORD == 0) & (borders >= _BLOCK) & (not wide)
    blocks = int((borders[on_words] // _BLOCK).sum())
    return {
        **copies,
        "fill_aligned": int(on_words.sum()),
        "fill_block": blocks,
        "fill_byte": 0 if wide else int(borders.sum()) - blocks * _BLOCK,
        "fill_wide": int(borders.sum()) // fields["element_bytes"] if wide else 0,
        "row": planes * rows,
    }


def copy_strided_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_copy_strided, given its parameters; outer steps count as even."""
    runs, blocks, size = fields["runs"], fields["run_blocks"], fields["block_bytes"]
    return {
        "run": runs,
        "single": runs * blocks if size == 1 else 0,
        **_blocks(size, runs * blocks, fields["input_offset"] | fields["run_step"]),
    }


def take_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_take, given its parameters."""
    size, count = fields["block_bytes"], fields["rows"] * fields["count"]
    return {"row": fields["rows"], "single": count if size == 1 else 0, **_blocks(size, count, 0)}


def _blocks(size: int, count: int, addresses: int) -> Work:
    """Of protonas_copy_block: pairs and words are copied in line, others by memcpy."""
    apart = {"pair": count if size == 2 else 0, "four": count if size == 4 else 0}
    called = count if size not in (1, 2, 4) else 0
    aligned = size >= _BLOCK and (addresses | size) % _WORD == 0
    on_words = called if aligned else 0
    return {
        **apart,
        "called": called,
        "block": on_words * (size // _BLOCK),
        "word": on_words * (size % _BLOCK // _WORD),
        "byte": (called - on_words) * size,
    }


def upsample_nearest_work(fields: Mapping[str, int]) -> Work:
    """Turns of each loop of protonas_upsample_nearest, given its parameters."""
    height, size, across = fields["input_height"], fields["pixel_bytes"], fields["factor_width"]
    pixels = fields["input_width"] * height
    targets = np.arange(pixels * across) * size
    copies = _moves(size, targets // (size * across) * size, targets)
    row_bytes = fields["input_width"] * across * size
    again = height * (fields["factor_height"] - 1)
    rows = np.arange(height)[:, None] * fields["factor_height"] * row_bytes
    copied = rows + np.arange(1, fields["factor_height"])[None, :] * row_bytes
    below = _moves(row_bytes, np.broadcast_to(rows, copied.shape).ravel(), copied.ravel())
    return {
        **{name: turns + below[name] for name, turns in copies.items()},
        "copy": pixels * across,
        "pixel": pixels,
        "row": height + again,
    }
