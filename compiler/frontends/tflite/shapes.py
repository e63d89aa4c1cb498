"""RESHAPE, SQUEEZE, EXPAND_DIMS: the same numbers in the same order, so no operator; TRANSPOSE; and
SPACE_TO_DEPTH and DEPTH_TO_SPACE, which are transposes of maps seen in five axes.
"""

import numpy as np

from compiler.frontends.tflite.axes import axis_of
from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.convolutions import map_shape
from compiler.frontends.tflite.types import sample_shape
from compiler.ir.ops import Transpose

_ROWS_THEN_COLUMNS = (0, 2, 1, 3, 4)


def import_reshape(call: Call) -> None:
    """The output tensor's shape is the new shape; it is the converter that computes it."""
    source, target = call.source(0), call.target()
    call.same_elements(source, target)
    if call.is_constant(0):
        call.constants.fold(target, call.array(0, "input"))
        return
    call.bind(call.same(0, sample_shape(call.shape(source))))


def import_transpose(call: Call) -> None:
    """Where no axis longer than 1 overtakes another nothing moves. Constants are folded."""
    source, target = call.source(0), call.target()
    shape = call.shape(source)
    permutation = tuple(axis_of(call, axis, len(shape)) for axis in call.integers(1, "permutation"))
    if sorted(permutation) != list(range(len(shape))):
        raise call.broken(f"permutes {list(shape)} by {list(permutation)}")
    if tuple(shape[axis] for axis in permutation) != call.shape(target):
        raise call.broken(f"makes {list(target.shape)} of {list(shape)} by {list(permutation)}")
    if call.is_constant(0):
        call.constants.fold(target, np.ascontiguousarray(call.array(0, "input").transpose(permutation)))
        return
    moving = [axis for axis in permutation if shape[axis] > 1]
    if moving == sorted(moving):
        call.bind(call.same(0, sample_shape(shape)))
        return
    order = {axis: place for place, axis in enumerate(sorted(moving))}
    view = tuple(shape[axis] for axis in sorted(moving))
    _transpose(call, view, tuple(order[axis] for axis in moving))


def import_space_to_depth(call: Call) -> None:
    """Blocks of the map become channels."""
    height, width, depth = map_shape(call, call.source(0))
    block = _block(call)
    if height % block or width % block:
        raise call.broken(f"cuts {[height, width]} into blocks of {block}")
    _transpose(call, (height // block, block, width // block, block, depth), _ROWS_THEN_COLUMNS)


def import_depth_to_space(call: Call) -> None:
    """Channels become blocks of the map."""
    height, width, depth = map_shape(call, call.source(0))
    block = _block(call)
    if depth % (block * block):
        raise call.broken(f"makes blocks of {block} of depth {depth}")
    _transpose(call, (height, width, block, block, depth // (block * block)), _ROWS_THEN_COLUMNS)


def _block(call: Call) -> int:
    block = call.option("BlockSize")
    if not 1 <= block <= 1024:
        raise call.broken(f"has blocks of {block}")
    return block


def _transpose(call: Call, shape: Shape, permutation: tuple[int, ...]) -> None:
    value = call.same(0, shape)
    call.emit(Transpose(permutation=permutation), (value,), tuple(shape[axis] for axis in permutation))
