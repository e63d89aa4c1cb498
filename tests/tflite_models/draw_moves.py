"""Operators that move elements without computing with them, as drawn for the tests against TFLM."""

import numpy as np
from hypothesis import strategies as st

from tests.tflite_models import draw as drawn
from tests.tflite_models.sketch import Case, Sketch

activations = st.sampled_from(["INT8", "INT8", "INT16"])


@st.composite
def starts(
    draw: st.DrawFn,
    shapes: st.SearchStrategy[tuple[int, ...]] | None = None,
    types: st.SearchStrategy[str] = activations,
) -> tuple[Sketch, int]:
    """A sketch with one input."""
    sketch, dtype = Sketch(draw(drawn.seeds)), draw(types)
    shape = draw(drawn.shapes() if shapes is None else shapes)
    return sketch, sketch.input(shape, dtype, draw(drawn.quantizations(dtype)))


def same(sketch: Sketch, x: int, shape: tuple[int, ...]) -> int:
    """A value of another shape with x's type and quantization."""
    return sketch.tensor(shape, sketch.dtype(x), sketch.quantization(x))


def axis_as_written(draw: st.DrawFn, axis: int, rank: int) -> int:
    """The axis, or the same counted from the end."""
    return int(draw(st.sampled_from([axis, axis - rank])))


@st.composite
def concatenations(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """Two to four inputs, some of them constants."""
    sketch, x = draw(starts(types=types))
    shape, parts = list(sketch.shape(x)), [x]
    axis = draw(st.integers(1, len(shape) - 1))
    for _ in range(draw(st.integers(1, 3))):
        other = (*shape[:axis], draw(st.integers(1, 5)), *shape[axis + 1 :])
        quantization = sketch.quantization(x)
        constant = draw(st.sampled_from([False, False, True]))
        add = sketch.random if constant else sketch.input
        parts.append(add(other, sketch.dtype(x), quantization))
    parts = draw(st.permutations(parts))
    shape[axis] = sum(sketch.shape(part)[axis] for part in parts)
    y = same(sketch, x, tuple(shape))
    written = axis_as_written(draw, axis, len(shape))
    sketch.operator("CONCATENATION", parts, [y], axis=written, fused_activation_function="NONE")
    return sketch.case(y)


@st.composite
def splits(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """SPLIT into equal parts, all of them outputs."""
    parts, each = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    base = draw(drawn.shapes())
    axis = draw(st.integers(1, len(base) - 1))
    shape = (*base[:axis], parts * each, *base[axis + 1 :])
    sketch, x = draw(starts(st.just(shape), types))
    at = sketch.constant(axis_as_written(draw, axis, len(shape)))
    found = [same(sketch, x, (*base[:axis], each, *base[axis + 1 :])) for _ in range(parts)]
    sketch.operator("SPLIT", [at, x], found, num_splits=parts)
    return sketch.case(*found)


@st.composite
def uneven_splits(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """SPLIT_V; one of the sizes may be left to TFLite as -1."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    base = draw(drawn.shapes())
    axis = draw(st.integers(1, len(base) - 1))
    sketch, x = draw(starts(st.just((*base[:axis], sum(sizes), *base[axis + 1 :])), types))
    written = list(sizes)
    at = sketch.constant(axis_as_written(draw, axis, len(base)))
    found = [same(sketch, x, (*base[:axis], size, *base[axis + 1 :])) for size in sizes]
    sketch.operator("SPLIT_V", [x, sketch.constant(written), at], found, num_splits=len(sizes))
    return sketch.case(*found)


@st.composite
def packs(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    sketch, x = draw(starts(drawn.shapes(3), types))
    shape, count = sketch.shape(x), draw(st.integers(1, 4))
    others = [sketch.input(shape, sketch.dtype(x), sketch.quantization(x)) for _ in range(count - 1)]
    axis = draw(st.integers(1, len(shape)))
    y = same(sketch, x, (*shape[:axis], count, *shape[axis:]))
    written = axis_as_written(draw, axis, len(shape) + 1)
    sketch.operator("PACK", [x, *others], [y], axis=written, values_count=count)
    return sketch.case(y)


@st.composite
def unpacks(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    sketch, x = draw(starts(drawn.shapes().filter(lambda shape: len(shape) > 2), types))
    shape = sketch.shape(x)
    axis = draw(st.integers(1, len(shape) - 1))
    found = [same(sketch, x, (*shape[:axis], *shape[axis + 1 :])) for _ in range(shape[axis])]
    sketch.operator("UNPACK", [x], found, axis=axis_as_written(draw, axis, len(shape)), num=shape[axis])
    return sketch.case(*found)


@st.composite
def reshapes(draw: st.DrawFn) -> Case:
    """A sum, then RESHAPE (the shape an input, one side perhaps -1), EXPAND_DIMS or SQUEEZE of it."""
    sketch, x = draw(starts(types=st.just("INT8")))
    shape = sketch.shape(x)
    possible = ["RESHAPE", "EXPAND_DIMS", *(["SQUEEZE"] if 1 in shape[1:] else [])]
    code = draw(st.sampled_from(possible))
    total = same(sketch, x, shape)
    sketch.operator("ADD", [x, x], [total], fused_activation_function="NONE")
    if code == "RESHAPE":
        target = (1, *draw(st.permutations(shape[1:])))
        written = (1, -1, *target[2:]) if draw(st.booleans()) else target
        y = same(sketch, x, target)
        sketch.operator("RESHAPE", [total, sketch.constant(written)], [y], new_shape=written)
    elif code == "EXPAND_DIMS":
        axis = draw(st.integers(1, len(shape)))
        y = same(sketch, x, (*shape[:axis], 1, *shape[axis:]))
        at = sketch.constant(axis_as_written(draw, axis, len(shape) + 1))
        sketch.operator("EXPAND_DIMS", [total, at], [y])
    else:
        ones = tuple(axis for axis, side in enumerate(shape) if side == 1 and axis > 0)
        y = same(sketch, x, tuple(side for axis, side in enumerate(shape) if axis not in ones))
        sketch.operator("SQUEEZE", [total], [y], squeeze_dims=ones)
    return sketch.case(y)


@st.composite
def transposes(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """The batch stays in front. TFLM has int8 and int16 up to five axes."""
    sketch, x = draw(starts(drawn.shapes(5), types))
    shape = sketch.shape(x)
    order = (0, *draw(st.permutations(range(1, len(shape)))))
    y = same(sketch, x, tuple(shape[axis] for axis in order))
    sketch.operator("TRANSPOSE", [x, sketch.constant(order)], [y])
    return sketch.case(y)


@st.composite
def slices(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """SLICE; a size of -1 is all that is left."""
    sketch, x = draw(starts(types=types))
    shape = sketch.shape(x)
    begin = (0, *(draw(st.integers(0, side - 1)) for side in shape[1:]))
    size = (1, *(draw(st.integers(1, side - b)) for side, b in zip(shape[1:], begin[1:], strict=True)))
    rest = draw(st.booleans())
    written = [-1 if rest and b + s == side else s for b, s, side in zip(begin, size, shape, strict=True)]
    y = same(sketch, x, size)
    sketch.operator("SLICE", [x, sketch.constant(begin), sketch.constant(written)], [y])
    return sketch.case(y)


@st.composite
def strided_slices(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """Steps forwards and backwards, ends counted from the end, masks for "from the first" and "to the last",
    and now and then an axis that is indexed and gone."""
    sketch, x = draw(starts(types=types))
    begins, ends, steps, sizes, masks = [0], [1], [1], [1], [0, 0, 0]
    for axis, side in enumerate(sketch.shape(x)[1:], 1):
        kind = draw(st.sampled_from(["plain", "plain", "all", "shrunk"]))
        first, last = sorted((draw(st.integers(0, side - 1)), draw(st.integers(0, side - 1))))
        step = draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
        if kind == "shrunk":
            begins, ends, steps = [*begins, first], [*ends, first + 1], [*steps, 1]
            masks[2] |= 1 << axis
            continue
        if kind == "all":
            masks[0] |= 1 << axis
            masks[1] |= 1 << axis
            first, last = 0, side - 1
        begins.append(draw(st.sampled_from([first, first - side])) if step > 0 else last)
        ends.append(last + 1 if step > 0 else first - 1 - side if first == 0 else first - 1)
        steps.append(step)
        sizes.append((last - first) // abs(step) + 1)
    y = same(sketch, x, tuple(sizes))
    sketch.operator(
        "STRIDED_SLICE",
        [x, *(sketch.constant(values) for values in (begins, ends, steps))],
        [y],
        begin_mask=masks[0],
        end_mask=masks[1],
        shrink_axis_mask=masks[2],
    )
    return sketch.case(y)


@st.composite
def pads(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """PAD with the zero point, PADV2 with any number."""
    code = draw(st.sampled_from(["PAD", "PADV2"]))
    sketch, x = draw(starts(types=types))
    shape = sketch.shape(x)
    sides = [(0, 0), *((draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in shape[1:])]
    y = same(sketch, x, tuple(n + a + b for n, (a, b) in zip(shape, sides, strict=True)))
    array = np.array(sides, np.int32)
    inputs = [x, sketch.tensor(array.shape, "INT32", data=array)]
    if code == "PADV2":
        inputs.append(sketch.random((1,), sketch.dtype(x), sketch.quantization(x)))
    sketch.operator(code, inputs, [y])
    return sketch.case(y)


@st.composite
def mirrored_pads(draw: st.DrawFn) -> Case:
    mode = draw(st.sampled_from(["REFLECT", "SYMMETRIC"]))
    sketch, x = draw(starts(types=st.just("INT8")))
    shape = sketch.shape(x)
    most = [side if mode == "SYMMETRIC" else side - 1 for side in shape]
    sides = [(0, 0), *((draw(st.integers(0, m)), draw(st.integers(0, m))) for m in most[1:])]
    y = same(sketch, x, tuple(n + a + b for n, (a, b) in zip(shape, sides, strict=True)))
    array = np.array(sides, np.int32)
    sketch.operator("MIRROR_PAD", [x, sketch.tensor(array.shape, "INT32", data=array)], [y], mode=mode)
    return sketch.case(y)


@st.composite
def gathers(draw: st.DrawFn) -> Case:
    """Indices that are constants, of rank 1."""
    sketch, x = draw(starts(types=st.just("INT8")))
    shape = sketch.shape(x)
    axis = draw(st.integers(1, len(shape) - 1))
    picks = draw(st.lists(st.integers(0, shape[axis] - 1), min_size=1, max_size=6))
    y = same(sketch, x, (*shape[:axis], len(picks), *shape[axis + 1 :]))
    sketch.operator("GATHER", [x, sketch.constant(picks)], [y], axis=axis, batch_dims=0)
    return sketch.case(y)


@st.composite
def block_moves(draw: st.DrawFn, code: str) -> Case:
    """SPACE_TO_DEPTH and DEPTH_TO_SPACE."""
    block, depth = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    small = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    spread = (1, small[0] * block, small[1] * block, depth)
    stacked = (1, *small, depth * block * block)
    source, target = (spread, stacked) if code == "SPACE_TO_DEPTH" else (stacked, spread)
    sketch, x = draw(starts(st.just(source), st.just("INT8")))
    y = same(sketch, x, target)
    sketch.operator(code, [x], [y], block_size=block)
    return sketch.case(y)


@st.composite
def nearest_resizes(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """To any size, with either way to align the maps, both at once left out."""
    sketch, x = draw(starts(drawn.maps(), types))
    shape = sketch.shape(x)
    size = (draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    corners, centers = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    y = same(sketch, x, (1, *size, shape[3]))
    inputs = [x, sketch.constant(size)]
    sketch.operator("RESIZE_NEAREST_NEIGHBOR", inputs, [y], align_corners=corners, half_pixel_centers=centers)
    return sketch.case(y)
