"""Numbers that are known before the network runs: those of the file, and what folding makes of them."""

from math import prod

import numpy as np

from compiler.frontends.tflite.raw import NUMPY_DTYPES, RawTensor
from compiler.frontends.tflite.refusal import Broken, Refusal

MOST_FOLDED = 1 << 24
"""Elements that folding may make in all: no file of ours needs more, a hostile one would."""


class Constants:
    """Arrays by tensor; those of the file are views of it until somebody changes them."""

    def __init__(self, tensors: tuple[RawTensor, ...]) -> None:
        self._tensors = tensors
        self._folded: dict[int, np.ndarray] = {}
        self._left = MOST_FOLDED

    def knows(self, index: int) -> bool:
        """Whether the tensor is a constant."""
        tensor = self._tensors[index]
        return index in self._folded or (tensor.data is not None and not tensor.is_variable)

    def array(self, tensor: RawTensor) -> np.ndarray:
        """Its numbers in its shape. Refusal for types that NumPy has none for."""
        if tensor.index in self._folded:
            return self._folded[tensor.index]
        assert tensor.data is not None
        if tensor.dtype == "int4":
            return _unpacked(np.frombuffer(tensor.data, np.uint8), tensor.shape)
        if tensor.dtype not in NUMPY_DTYPES:
            raise Refusal(f"tensor {tensor.name!r:.80} is {tensor.dtype}", "int8, int16, int32 and float32")
        array = np.frombuffer(tensor.data, NUMPY_DTYPES[tensor.dtype])
        return array.astype(array.dtype.newbyteorder("="), copy=False).reshape(tensor.shape)

    def fold(self, tensor: RawTensor, array: np.ndarray) -> None:
        """`array` is what `tensor` always is. Broken for more of that than any network needs."""
        if array.size != prod(tensor.shape):
            raise Broken(
                f"tensor {tensor.name!r:.80} of shape {list(tensor.shape)} is made from {array.size} numbers"
            )
        self._left -= array.size
        if self._left < 0:
            raise Broken(f"its constants make more than {MOST_FOLDED:,} other numbers")
        self._folded[tensor.index] = array.reshape(tensor.shape)


def _unpacked(data: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """int8 of two numbers a byte, the first in the low four bits (TFLite's int4)."""
    pairs = np.empty((data.size, 2), np.int8)
    pairs[:, 0] = (data << 4).view(np.int8) >> 4
    pairs[:, 1] = data.view(np.int8) >> 4
    return pairs.reshape(-1)[: prod(shape)].reshape(shape)
