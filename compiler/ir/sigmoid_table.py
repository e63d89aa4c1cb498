"""The table from which TFLite's int16 sigmoid and tanh are interpolated: sigmoid(i / 24) with 16 bits
behind the point.

Source: the table of TensorFlow Lite's reference kernels. It was not rounded to nearest everywhere, so where
it is one higher is stored, a bit for each entry.
"""

from functools import cache

import numpy as np

ENTRIES = 256
_ONE_HIGHER = 0x800000000000000000000000000000800011009020440005C0467BAEFA7BD110


@cache
def sigmoid_table() -> np.ndarray:
    """int32 (256,): 32768 to 65535, ascending."""
    arguments = np.arange(ENTRIES) / 24
    nearest = np.minimum(np.floor(65536 / (1 + np.exp(-arguments)) + 0.5), 65535).astype(np.int32)
    higher = np.array([_ONE_HIGHER >> index & 1 for index in range(ENTRIES)], np.int32)
    table: np.ndarray = nearest + higher
    table.setflags(write=False)
    return table
