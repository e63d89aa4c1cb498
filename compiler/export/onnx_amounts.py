"""Amounts that exporters leave as arithmetic on constants, as PyTorch does pads and scales: worked out."""

from collections.abc import Mapping

import numpy as np

MOST_AMOUNTS = 64
"""Elements; nothing larger is ever made."""
_DTYPES = {1: np.float32, 6: np.int32, 7: np.int64}


def fold(op: str, inputs: list[np.ndarray], attributes: Mapping[str, object]) -> np.ndarray | None:
    """What a node makes of constants; None where that is not known here, too large, or impossible."""
    if sum(array.size for array in inputs) > MOST_AMOUNTS:
        return None
    try:
        with np.errstate(all="ignore"):
            found = _fold(op, inputs, attributes)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return found if found is not None and found.size <= MOST_AMOUNTS else None


def _fold(op: str, inputs: list[np.ndarray], attributes: Mapping[str, object]) -> np.ndarray | None:
    match op:
        case "Cast":
            dtype = _DTYPES.get(_number(attributes, "to"))
            return None if dtype is None else inputs[0].astype(dtype)
        case "Concat":
            return np.concatenate(inputs, axis=_number(attributes, "axis"))
        case "ConstantOfShape":
            return _filled(inputs[0], attributes)
        case "Reshape":
            return inputs[0].reshape([int(size) for size in inputs[1]])
        case "Unsqueeze":
            return np.expand_dims(inputs[0], tuple(int(axis) for axis in np.ravel(inputs[1])))
        case "Transpose":
            perm = attributes.get("perm")
            return inputs[0].transpose(perm if isinstance(perm, tuple) else None)
        case "Slice":
            return _sliced(*inputs)
        case _:
            return None


def _number(attributes: Mapping[str, object], name: str) -> int:
    value = attributes.get(name)
    return value if isinstance(value, int) else 0


def _filled(shape: np.ndarray, attributes: Mapping[str, object]) -> np.ndarray | None:
    sizes = [int(size) for size in shape]
    value = attributes.get("value", np.zeros(1, np.float32))
    if min(sizes, default=0) < 0 or not isinstance(value, np.ndarray) or value.size != 1:
        return None
    count = 1
    for size in sizes:
        count *= size
        if count > MOST_AMOUNTS:
            return None
    return np.full(sizes, value.ravel()[0])


def _sliced(
    array: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    axes: np.ndarray | None = None,
    steps: np.ndarray | None = None,
) -> np.ndarray:
    axes = np.arange(len(starts)) if axes is None else axes
    steps = np.ones(len(starts), np.int64) if steps is None else steps
    cuts = [slice(None)] * array.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        # counted from the end, past the first element: as Python's None
        last = None if step < 0 and end < -array.shape[int(axis)] else int(end)
        cuts[int(axis)] = slice(int(start), last, int(step))
    return array[tuple(cuts)]
