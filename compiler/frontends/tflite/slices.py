"""SLICE, STRIDED_SLICE, SPLIT, SPLIT_V and UNPACK: parts of a tensor. TFLM: micro/kernels of these names."""

from compiler.frontends.tflite.axes import axis_of, without_batch
from compiler.frontends.tflite.call import Call
from compiler.ir.ops import Slice

Part = tuple[int, int, int]
"""Begin, size and stride along one axis."""


def import_slice(call: Call) -> None:
    """SLICE: a size of -1 reaches to the end."""
    shape = call.shape(call.source(0))
    begin, size = call.integers(1, "begin"), call.integers(2, "size")
    if not len(begin) == len(size) == len(shape):
        raise call.broken(f"cuts {list(shape)} at {list(begin)}")
    parts = [
        (first, extent - first if count == -1 else count, 1)
        for first, count, extent in zip(begin, size, shape, strict=True)
    ]
    _cut(call, tuple(parts), 0)


def import_strided_slice(call: Call) -> None:
    """STRIDED_SLICE: numpy's rules, without ellipses and new axes, which TFLM does not heed."""
    for name in ("EllipsisMask", "NewAxisMask", "Offset"):
        call.require(call.option(name) == 0, f"its {name} is set", "begin, end and strides for each axis")
    shape = call.shape(call.source(0))
    lists = [call.integers(place, what) for place, what in ((1, "begin"), (2, "end"), (3, "strides"))]
    if any(len(numbers) != len(shape) for numbers in lists):
        raise call.broken(f"cuts {list(shape)} at {[list(numbers) for numbers in lists]}")
    parts = tuple(
        _part(call, axis, shape[axis], *(numbers[axis] for numbers in lists)) for axis in range(len(shape))
    )
    _cut(call, parts, 0)


def _part(call: Call, axis: int, extent: int, begin: int, end: int, stride: int) -> Part:
    """Where a slice of one axis lies; a shrunk axis is the one element at its begin."""
    if stride == 0:
        raise call.broken("has a stride of 0")
    bit = 1 << axis
    first = None if call.option("BeginMask") & bit else begin
    if call.option("ShrinkAxisMask") & bit:
        return range(extent)[slice(first, None, stride)].start, 1, 1
    last = None if call.option("EndMask") & bit else end
    cut = range(extent)[slice(first, last, stride)]
    return cut.start, len(cut), stride


def import_split(call: Call) -> None:
    """SPLIT: the axis comes first; all parts have one size."""
    shape, count = call.shape(call.source(1)), len(call.operator.outputs)
    axes = call.integers(0, "axis")
    axis = axis_of(call, axes[0] if axes else 0, len(shape))
    if count == 0 or shape[axis] % count:
        raise call.broken(f"splits {list(shape)} into {count}")
    _split(call, 1, axis, (shape[axis] // count,) * count)


def import_split_v(call: Call) -> None:
    """SPLIT_V: one size may be -1, the rest."""
    shape, sizes, axes = call.shape(call.source(0)), call.integers(1, "size"), call.integers(2, "axis")
    axis = axis_of(call, axes[0] if axes else 0, len(shape))
    rest = shape[axis] - sum(size for size in sizes if size >= 0)
    sizes = tuple(rest if size == -1 else size for size in sizes)
    if len(sizes) != len(call.operator.outputs) or sum(sizes) != shape[axis]:
        raise call.broken(f"splits {list(shape)} into {list(sizes)}")
    _split(call, 0, axis, sizes)


def import_unpack(call: Call) -> None:
    """UNPACK: parts of size 1 along the axis, which goes."""
    shape, count = call.shape(call.source(0)), len(call.operator.outputs)
    axis = axis_of(call, call.option("Axis"), len(shape))
    if count != shape[axis]:
        raise call.broken(f"unpacks {list(shape)} into {count}")
    _split(call, 0, axis, (1,) * count)


def _split(call: Call, position: int, axis: int, sizes: tuple[int, ...]) -> None:
    shape, begin = call.shape(call.source(position)), 0
    for output, size in enumerate(sizes):
        parts = [(0, extent, 1) for extent in shape]
        parts[axis] = (begin, size, 1)
        _cut(call, tuple(parts), position, output)
        begin += size


def _cut(call: Call, parts: tuple[Part, ...], position: int, output: int = 0) -> None:
    """One output, which is a part of an input; all of it where that is all."""
    shape = call.shape(call.source(position))
    if not all(_inside(part, extent) for part, extent in zip(parts, shape, strict=True)):
        raise call.broken(f"cuts {list(shape)} at {[list(part) for part in parts]}")
    whole = [part == (0, extent, 1) for part, extent in zip(parts, shape, strict=True)]
    (view,), dropped = without_batch((shape,), *(axis for axis, same in enumerate(whole) if not same))
    value = call.same(position, view, output)
    begin, size, strides = zip(*parts[dropped:], strict=True)
    if all(whole):
        call.bind(value, output)
        return
    call.emit(Slice(begin=begin, size=size, strides=strides), (value,), size, output)


def _inside(part: Part, extent: int) -> bool:
    begin, size, stride = part
    return size >= 1 and 0 <= begin < extent and 0 <= begin + (size - 1) * stride < extent
