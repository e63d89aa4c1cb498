"""Nodes whose every input is stored: worked out while the file is read, within bounds."""

from collections.abc import Callable

import numpy as np

from compiler.errors import ModelError
from compiler.export.onnx_tensor import OnnxTensor, type_name
from compiler.frontends.onnx.attributes import axis_of, integer, malformed
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Reading
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Constant

MOST_ELEMENTS = 1 << 22
READABLE = "float32, or integers"
_DTYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    6: "int32",
    7: "int64",
    9: "bool",
    10: "float16",
    11: "float64",
}


def constant_node(node: OnnxNode) -> Constant:
    """Constant: a tensor, or numbers among the attributes."""
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        value = node.attributes.get(name)
        if isinstance(value, OnnxTensor):
            if not value.known:
                raise RejectedError(f"its numbers are {value.type_name}", READABLE)
            return Constant(array=value.numbers(), bits=value.bits)
        if isinstance(value, np.ndarray | float):
            return Constant(array=np.asarray(value, np.float32))
        if isinstance(value, int | tuple):
            return Constant(array=_whole(node, value))
    raise RejectedError("it holds no numbers", "a constant tensor")


def _whole(node: OnnxNode, value: int | tuple[object, ...]) -> np.ndarray:
    try:
        return np.array(value, np.int64)
    except (ValueError, TypeError, OverflowError) as error:
        raise malformed(node, "holds integers that are none") from error


def fold(reading: Reading, node: OnnxNode) -> Constant | None:
    """What a node makes of stored numbers; None where some are not, or it is none of the foldable operators.
    ModelError where it makes nothing of them.
    """
    if node.op not in FOLDABLE or node.domain:
        return None
    values = [reading.values[name] for name in node.inputs if name]
    if not values and node.op not in ("ConstantOfShape",):
        return None
    if not all(isinstance(value, Constant) for value in values):
        return None
    arrays = [value.real() for value in values if isinstance(value, Constant)]
    try:
        with np.errstate(all="ignore"):
            found = FOLDABLE[node.op](node, arrays)
    except (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError, MemoryError) as error:
        raise malformed(node, f"cannot be worked out: {type(error).__name__}") from error
    if found.size > MOST_ELEMENTS:
        raise _too_large(node)
    return Constant(array=found, bits=_bits(node, arrays))


def _bits(node: OnnxNode, arrays: list[np.ndarray]) -> int | None:
    """Of integers that are clamped to fewer than 8, as Brevitas writes those: 4."""
    if node.op != "Clip" or arrays[0].dtype.name not in ("int8", "uint8"):
        return None
    least, most = (0, 15) if arrays[0].dtype == np.uint8 else (-8, 7)
    return 4 if arrays[1].min(initial=most) >= least and arrays[2].max(initial=least) <= most else None


def _too_large(node: OnnxNode) -> ModelError:
    return malformed(node, f"makes a constant of more than {MOST_ELEMENTS:,} elements")


def _clipped(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    """Bounds are of the numbers' own type; a missing one is not among the arrays, so only both will do."""
    if len(arrays) != 3:
        raise RejectedError("it clips constants on one side", "constants that are clipped already")
    array, low, high = arrays
    return np.asarray(np.clip(array, low.ravel()[0], high.ravel()[0]), array.dtype)


def _cast(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    wanted = integer(node, "to", 0)
    if wanted not in _DTYPES:
        raise RejectedError(
            f"it casts constants to {type_name(wanted)}", "constants of the type they are read as"
        )
    return arrays[0].astype(_DTYPES[wanted])


def _filled(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    value = node.attributes.get("value")
    fill = value.numbers().ravel() if isinstance(value, OnnxTensor) else np.zeros(1, np.float32)
    return np.full(_bounded(node, arrays[0]), fill[0])


def _bounded(node: OnnxNode, sizes: np.ndarray) -> tuple[int, ...]:
    shape = tuple(int(size) for size in sizes.ravel())
    count = 1
    for size in shape:
        count *= max(size, 1)
        if count > MOST_ELEMENTS or size < 0:
            raise _too_large(node)
    return shape


def _expanded(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    shape = np.broadcast_shapes(arrays[0].shape, _bounded(node, arrays[1]))
    _bounded(node, np.array(shape, np.int64))
    return np.broadcast_to(arrays[0], shape)


def _gathered(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    axis = axis_of(node, integer(node, "axis", 0), arrays[0].ndim)
    return np.take(arrays[0], arrays[1].astype(np.int64), axis=axis)


def _range(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    start, limit, delta = (float(array.ravel()[0]) for array in arrays)
    if not delta or not 0 <= (limit - start) / delta <= MOST_ELEMENTS:
        raise _too_large(node)
    return np.arange(start, limit, delta).astype(arrays[0].dtype)


def _divided(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    if arrays[0].dtype.kind in "iu":
        return np.asarray(np.trunc(arrays[0] / arrays[1]), arrays[0].dtype)
    return np.asarray(arrays[0] / arrays[1])


def _sliced(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
    array, starts, ends, *rest = arrays
    axes = rest[0].ravel() if rest else np.arange(starts.size)
    steps = rest[1].ravel() if len(rest) > 1 else np.ones(starts.size, np.int64)
    cuts = [slice(None)] * array.ndim
    for axis, start, end, step in zip(axes, starts.ravel(), ends.ravel(), steps, strict=True):
        last = None if step < 0 and end < -array.shape[int(axis)] else int(end)
        cuts[int(axis)] = slice(int(start), last, int(step))
    return array[tuple(cuts)]


def _plain(function: Callable[..., np.ndarray]) -> Callable[[OnnxNode, list[np.ndarray]], np.ndarray]:
    def run(node: OnnxNode, arrays: list[np.ndarray]) -> np.ndarray:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        _bounded(node, np.array(shape, np.int64))
        return np.asarray(function(*arrays))

    return run


FOLDABLE: dict[str, Callable[[OnnxNode, list[np.ndarray]], np.ndarray]] = {
    "Add": _plain(np.add),
    "Cast": _cast,
    "Ceil": _plain(np.ceil),
    "Clip": _clipped,
    "Concat": lambda node, arrays: np.concatenate(arrays, axis=integer(node, "axis", 0)),
    "ConstantOfShape": _filled,
    "Div": _divided,
    "Equal": _plain(np.equal),
    "Expand": _expanded,
    "Floor": _plain(np.floor),
    "Gather": _gathered,
    "Mul": _plain(np.multiply),
    "Neg": _plain(np.negative),
    "Range": _range,
    "ReduceProd": lambda node, arrays: np.asarray(np.prod(arrays[0])).reshape((1,) * arrays[0].ndim),
    "Slice": _sliced,
    "Sqrt": _plain(np.sqrt),
    "Sub": _plain(np.subtract),
    "Where": _plain(np.where),
}
