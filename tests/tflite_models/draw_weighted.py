"""Convolutions of every kind and dense layers, as drawn for the tests against TFLM."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.tflite_models import draw as drawn
from tests.tflite_models import layers
from tests.tflite_models.layers import Walk, Weighing
from tests.tflite_models.sketch import Case, Sketch

type_pairs = st.sampled_from([("INT8", "INT8"), ("INT8", "INT4"), ("INT16", "INT8")])
"""Types of activations and weights that go together."""


@st.composite
def weighings(
    draw: st.DrawFn, activations: str, weights: str, *, bias: bool | None = None, narrow: bool = False
) -> Weighing:
    """Scales that nearly agree or differ a lot; outputs that just fit, saturate or round to nothing."""
    return Weighing(
        weights=weights,
        per_channel=draw(st.booleans()),
        bias=draw(st.booleans()) if bias is None else bias,
        spread=draw(st.sampled_from([0.0, 1.0, 4.0])),
        weight_scale=draw(drawn.scales(2**-10, 2**-4)),
        bias_size=draw(st.sampled_from([0.0, 0.1, 1.0, 3.0])),
        gain=draw(st.one_of(st.floats(-2.0, 2.0), st.sampled_from([-6.0, -4.0, 8.0, 20.0]))),
        zero_point=draw(drawn.zero_points(activations)),
        narrow=narrow,
    )


@st.composite
def walks(draw: st.DrawFn, size: tuple[int, int], *, dilated: bool = True) -> Walk:
    """A window that fits a map of this size."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    dilations = tuple(draw(st.sampled_from([1, 1, 1, 2, 3]) if dilated else st.just(1)) for _ in size)
    most = [
        4 if padding == "SAME" else min(4, (side - 1) // dilation + 1)
        for side, dilation in zip(size, dilations, strict=True)
    ]
    return Walk(
        kernel=(draw(st.integers(1, most[0])), draw(st.integers(1, most[1]))),
        strides=(draw(st.integers(1, 3)), draw(st.integers(1, 3))),
        dilations=(dilations[0], dilations[1]),
        padding=padding,
    )


@st.composite
def convolutions(
    draw: st.DrawFn, types: st.SearchStrategy[tuple[str, str]] = type_pairs, *, narrow: bool = False
) -> Case:
    activations, weights = draw(types)
    sketch = Sketch(draw(drawn.seeds))
    groups = draw(st.sampled_from([1, 1, 1, 2, 3])) if weights == "INT8" else 1
    _, height, width, depth = draw(drawn.maps())
    x = sketch.input((1, height, width, depth * groups), activations, draw(drawn.quantizations(activations)))
    walk, weighing = draw(walks((height, width))), draw(weighings(activations, weights, narrow=narrow))
    filters = groups * draw(st.integers(1, 8))
    return sketch.case(layers.conv2d(sketch, x, filters, walk, weighing, draw(drawn.clamps), groups))


@st.composite
def depthwise_convolutions(draw: st.DrawFn, types: st.SearchStrategy[tuple[str, str]] = type_pairs) -> Case:
    activations, weights = draw(types)
    sketch = Sketch(draw(drawn.seeds))
    shape = draw(drawn.maps())
    x = sketch.input(shape, activations, draw(drawn.quantizations(activations)))
    walk, weighing = draw(walks(shape[1:3])), draw(weighings(activations, weights))
    multiplier = draw(st.sampled_from([1, 1, 2, 3]))
    return sketch.case(layers.depthwise_conv2d(sketch, x, multiplier, walk, weighing, draw(drawn.clamps)))


@st.composite
def transpose_convolutions(draw: st.DrawFn, activations: str = "INT8") -> Case:
    sketch = Sketch(draw(drawn.seeds))
    shape = draw(drawn.maps())
    x = sketch.input(shape, activations, draw(drawn.quantizations(activations)))
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    strides = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    walk = Walk(kernel=kernel, strides=strides, padding=draw(st.sampled_from(["SAME", "VALID"])))
    weighing, filters = draw(weighings(activations, "INT8")), draw(st.integers(1, 8))
    extra, activation = draw(st.integers(0, 1)), draw(drawn.clamps)
    return sketch.case(layers.transpose_conv2d(sketch, x, filters, walk, weighing, activation, extra))


@st.composite
def dense_layers(
    draw: st.DrawFn, types: st.SearchStrategy[tuple[str, str]] = type_pairs, *, narrow: bool = False
) -> Case:
    activations, weights = draw(types)
    sketch = Sketch(draw(drawn.seeds))
    shape = draw(st.one_of(drawn.shapes(), st.tuples(st.just(1), st.integers(1, 60))))
    x = sketch.input(shape, activations, draw(drawn.quantizations(activations)))
    weighing = draw(weighings(activations, weights, narrow=narrow))
    if weights == "INT4":
        weighing = replace(weighing, per_channel=False)
    keep_axes = len(shape) > 2 and draw(st.booleans())
    units, activation = draw(st.integers(1, 11)), draw(drawn.clamps)
    return sketch.case(layers.fully_connected(sketch, x, units, weighing, activation, keep_axes=keep_axes))
