"""Pools, means and others of which many elements become one, as drawn for the tests against TFLM."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from tests.tflite_models import draw as drawn
from tests.tflite_models.draw_moves import activations, axis_as_written, same, starts
from tests.tflite_models.draw_weighted import walks
from tests.tflite_models.sketch import Case, Sketch


@st.composite
def pools(draw: st.DrawFn, code: str, types: st.SearchStrategy[str] = activations) -> Case:
    """AVERAGE_POOL_2D and MAX_POOL_2D, whose windows always touch the map."""
    sketch, x = draw(starts(drawn.maps(), types))
    shape = sketch.shape(x)
    walk = draw(walks(shape[1:3], dilated=False))
    walk = replace(walk, kernel=(min(walk.kernel[0], shape[1]), min(walk.kernel[1], shape[2])))
    y = same(sketch, x, (1, *walk.output(shape[1:3]), shape[3]))
    options = {"filter_height": walk.kernel[0], "filter_width": walk.kernel[1], **walk.stride_options}
    sketch.operator(
        code, [x], [y], padding=walk.padding, fused_activation_function=draw(drawn.clamps), **options
    )
    return sketch.case(y)


@st.composite
def reductions(draw: st.DrawFn, code: str, types: st.SearchStrategy[str] = activations) -> Case:
    """MEAN, SUM and REDUCE_MAX over some axes but the batch, kept as 1 or gone."""
    sketch, x = draw(starts(drawn.shapes(4), types))
    shape, dtype = sketch.shape(x), sketch.dtype(x)
    axes = draw(st.lists(st.integers(1, len(shape) - 1), min_size=1, max_size=3, unique=True))
    keep = draw(st.booleans())
    target = [1 if axis in axes else side for axis, side in enumerate(shape) if keep or axis not in axes]
    written = [axis_as_written(draw, axis, len(shape)) for axis in axes]
    y = same(sketch, x, tuple(target))
    if code != "REDUCE_MAX" and draw(st.booleans()):
        count = np.prod([shape[axis] for axis in axes]) if code == "SUM" else 1
        scale = sketch.quantization(x).scale[0] * float(count) * 2.0 ** draw(st.floats(-3.0, 3.0))
        y = sketch.tensor(tuple(target), dtype, drawn.per_tensor(scale, draw(drawn.zero_points(dtype))))
    sketch.operator(code, [x, sketch.constant(written)], [y], keep_dims=keep)
    return sketch.case(y)


@st.composite
def global_means(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """MEAN over height and width of larger maps, which TFLM has a kernel of its own for."""
    sketch = Sketch(draw(drawn.seeds))
    dtype = draw(types)
    shape = (1, draw(st.integers(1, 24)), draw(st.integers(1, 24)), draw(st.integers(1, 4)))
    x = sketch.input(shape, dtype, draw(drawn.quantizations(dtype)))
    scale = sketch.quantization(x).scale[0] * 2.0 ** draw(st.floats(-4.0, 2.0))
    keep = draw(st.booleans())
    target = (1, 1, 1, shape[3]) if keep else (1, shape[3])
    y = sketch.tensor(target, dtype, drawn.per_tensor(scale, draw(drawn.zero_points(dtype))))
    sketch.operator("MEAN", [x, sketch.constant((1, 2))], [y], keep_dims=keep)
    return sketch.case(y)


@st.composite
def extreme_places(draw: st.DrawFn, code: str) -> Case:
    """ARG_MAX and ARG_MIN: int32; few distinct numbers, so that some are equal."""
    sketch, x = draw(starts(types=st.just("INT8")))
    shape = sketch.shape(x)
    axis = draw(st.integers(1, len(shape) - 1))
    y = sketch.tensor((*shape[:axis], *shape[axis + 1 :]), "INT32")
    at = sketch.constant(axis_as_written(draw, axis, len(shape)))
    sketch.operator(code, [x, at], [y], output_type="INT32")
    return sketch.case(y)


@st.composite
def bilinear_resizes(draw: st.DrawFn) -> Case:
    sketch, x = draw(starts(drawn.maps(), st.just("INT8")))
    size = (draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    corners, centers = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    y = same(sketch, x, (1, *size, sketch.shape(x)[3]))
    inputs = [x, sketch.constant(size)]
    sketch.operator("RESIZE_BILINEAR", inputs, [y], align_corners=corners, half_pixel_centers=centers)
    return sketch.case(y)


@st.composite
def batch_products(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """BATCH_MATMUL of two inputs, either stored the other way round."""
    dtype, sketch = draw(types), Sketch(draw(drawn.seeds))
    batch = draw(st.sampled_from([(1,), (1, 2), (1, 3)]))
    rows, depth, columns = (draw(st.integers(1, 7)) for _ in range(3))
    flip_left, flip_right = draw(st.booleans()), draw(st.booleans())
    first, second = draw(drawn.quantizations(dtype)), draw(drawn.quantizations(dtype))
    left = sketch.input((*batch, *((depth, rows) if flip_left else (rows, depth))), dtype, first)
    right = sketch.input((*batch, *((columns, depth) if flip_right else (depth, columns))), dtype, second)
    held = 11000 if dtype == "INT16" else 43
    typical = float(np.sqrt(depth)) * (18900.0**2 if dtype == "INT16" else 74.0**2)
    scale = first.scale[0] * second.scale[0] * typical / held * 2.0 ** draw(st.floats(-2.0, 2.0))
    y = sketch.tensor((*batch, rows, columns), dtype, drawn.per_tensor(scale, draw(drawn.zero_points(dtype))))
    sketch.operator("BATCH_MATMUL", [left, right], [y], adj_x=flip_left, adj_y=flip_right)
    return sketch.case(y)
