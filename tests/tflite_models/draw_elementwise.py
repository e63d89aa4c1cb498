"""Operators that treat each element alone, or pair those of two maps, as drawn for the tests against TFLM."""

import numpy as np
from hypothesis import strategies as st

from compiler.ir.tensor import Quantization
from tests.tflite_models import draw as drawn
from tests.tflite_models.options import OptionValue
from tests.tflite_models.sketch import Case, Sketch

activations = st.sampled_from(["INT8", "INT8", "INT16"])
STATED = {
    ("LOGISTIC", "INT8"): (1 / 256, -128),
    ("TANH", "INT8"): (1 / 128, 0),
    ("SOFTMAX", "INT8"): (1 / 256, -128),
    ("LOG_SOFTMAX", "INT8"): (16 / 256, 127),
    ("LOGISTIC", "INT16"): (1 / 32768, 0),
    ("TANH", "INT16"): (1 / 32768, 0),
    ("SOFTMAX", "INT16"): (1 / 32768, 0),
}
"""The output quantizations that TFLite demands: scale, zero point."""


@st.composite
def broadcasts(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A shape, and it again or one that broadcasts to it: axes of 1, or leading axes left out."""
    shape = draw(drawn.shapes())
    kind = draw(st.sampled_from(["same", "same", "ones", "channels", "scalar"]))
    if kind == "same":
        return shape, shape
    if kind == "ones":
        return shape, (1, *(draw(st.sampled_from([1, side])) for side in shape[1:]))
    return shape, shape[-1:] if kind == "channels" else (1,)


@st.composite
def pairs(
    draw: st.DrawFn,
    code: str,
    types: st.SearchStrategy[str] = activations,
    clamps: st.SearchStrategy[str] | None = drawn.clamps,
) -> Case:
    """Two inputs, or one and a constant, either way round; equal quantizations now and then."""
    dtype, sketch = draw(types), Sketch(draw(drawn.seeds))
    large, small = draw(broadcasts())
    first = draw(drawn.quantizations(dtype))
    second = draw(st.one_of(st.just(first), drawn.quantizations(dtype)))
    x = sketch.input(large, dtype, first)
    constant = (small != large and len(small) != len(large)) or draw(st.booleans())
    y = sketch.random(small, dtype, second) if constant else sketch.input(small, dtype, second)
    output = draw(pair_outputs(code, dtype, first, second))
    z = sketch.tensor(large, dtype, output)
    options = {} if clamps is None else {"fused_activation_function": draw(clamps)}
    sketch.operator(code, draw(st.sampled_from([(x, y), (y, x)])), [z], **options)
    return sketch.case(z)


@st.composite
def pair_outputs(
    draw: st.DrawFn, code: str, dtype: str, first: Quantization, second: Quantization
) -> Quantization:
    """Finer or coarser than the exact result's by up to 2**5; TFLM aborts where sums are refined by 2**20."""
    left, right, full = first.scale[0], second.scale[0], 32768 if dtype == "INT16" else 128
    fits = {"MUL": left * right * full / 2, "SQUARED_DIFFERENCE": max(left, right) ** 2 * full}
    fit = fits.get(code, max(left, right))
    gain = draw(st.one_of(st.floats(-3.0, 3.0), st.sampled_from([-5.0, 0.0, 5.0])))
    return drawn.per_tensor(fit * 2.0**gain, draw(drawn.zero_points(dtype)))


@st.composite
def extremes_of_two(draw: st.DrawFn, code: str, types: st.SearchStrategy[str] = activations) -> Case:
    """MAXIMUM and MINIMUM: all quantizations equal."""
    dtype, sketch = draw(types), Sketch(draw(drawn.seeds))
    large, small = draw(broadcasts())
    quantization = draw(drawn.quantizations(dtype))
    x = sketch.input(large, dtype, quantization)
    constant = len(small) != len(large) or draw(st.booleans())
    y = sketch.random(small, dtype, quantization) if constant else sketch.input(small, dtype, quantization)
    z = sketch.tensor(large, dtype, quantization)
    sketch.operator(code, [x, y], [z])
    return sketch.case(z)


@st.composite
def unaries(
    draw: st.DrawFn,
    code: str,
    types: st.SearchStrategy[str],
    inputs: st.SearchStrategy[Quantization] | None = None,
) -> Case:
    """One input of many elements, so that most of its integers occur; the output's quantization is the one
    TFLite demands, or drawn."""
    dtype, sketch = draw(types), Sketch(draw(drawn.seeds))
    shape = (1, draw(st.integers(1, 5)), draw(st.integers(1, 60)))
    quantization = draw(drawn.quantizations(dtype) if inputs is None else inputs)
    x = sketch.input(shape, dtype, quantization)
    y = sketch.tensor(shape, dtype, draw(unary_outputs(code, dtype, quantization)))
    sketch.operator(code, [x], [y], **draw(unary_options(code)))
    return sketch.case(y)


@st.composite
def unary_outputs(draw: st.DrawFn, code: str, dtype: str, source: Quantization) -> Quantization:
    if (code, dtype) in STATED:
        return drawn.per_tensor(*STATED[code, dtype])
    if code in {"ABS", "NEG"} and draw(st.booleans()):
        return source
    gain = draw(st.floats(-3.0, 3.0))
    scale = source.scale[0] if code not in {"EXP", "RSQRT"} else draw(drawn.scales(2**-9, 2**-2))
    return drawn.per_tensor(scale * 2.0**gain, draw(drawn.zero_points(dtype)))


@st.composite
def unary_options(draw: st.DrawFn, code: str) -> dict[str, OptionValue]:
    if code == "LEAKY_RELU":
        slopes = st.one_of(st.floats(0.0009765625, 2.0, width=32), st.sampled_from([0.0, 0.5]))
        return {"alpha": draw(slopes)}
    betas = st.one_of(st.sampled_from([1.0, 0.5, 2.0]), st.floats(0.015625, 16.0, width=32))
    return {"beta": draw(betas)} if code == "SOFTMAX" else {}


@st.composite
def softmaxes(draw: st.DrawFn, code: str, types: st.SearchStrategy[str]) -> Case:
    """Along the last axis, over scales from nearly flat to one-hot."""
    dtype, sketch = draw(types), Sketch(draw(drawn.seeds))
    shape = (*draw(drawn.shapes(3))[:-1], draw(st.integers(1, 40)))
    shape = shape if len(shape) > 1 else (1, *shape)
    x = sketch.input(shape, dtype, draw(drawn.quantizations(dtype, 2**-9, 2.0**4)))
    y = sketch.tensor(shape, dtype, drawn.per_tensor(*STATED[code, dtype]))
    sketch.operator(code, [x], [y], **draw(unary_options(code)))
    return sketch.case(y)


@st.composite
def prelus(draw: st.DrawFn, dtype: str = "INT8") -> Case:
    """int8 slopes for each channel, each element, or one for all."""
    sketch = Sketch(draw(drawn.seeds))
    shape = draw(drawn.maps())
    x = sketch.input(shape, dtype, draw(drawn.quantizations(dtype)))
    slopes = draw(st.sampled_from([(1, 1, shape[3]), (1, 1, 1), shape[1:]]))
    alpha = sketch.random(slopes, "INT8", draw(drawn.quantizations("INT8", 2**-9, 2**-4)))
    scale = sketch.quantization(x).scale[0] * 2.0 ** draw(st.floats(-3.0, 3.0))
    y = sketch.tensor(shape, dtype, drawn.per_tensor(scale, draw(drawn.zero_points(dtype))))
    sketch.operator("PRELU", [x, alpha], [y])
    return sketch.case(y)


@st.composite
def requantizations(draw: st.DrawFn, types: st.SearchStrategy[tuple[str, str]]) -> Case:
    """QUANTIZE from one integer type to another."""
    (before, after), sketch = draw(types), Sketch(draw(drawn.seeds))
    shape = draw(drawn.shapes())
    source = draw(drawn.quantizations("INT16" if before == "INT16" else "INT8"))
    x = sketch.input(shape, before, _shifted(source, before))
    widths = {"INT8": 0, "UINT8": 0, "INT16": 8}
    scale = source.scale[0] * 2.0 ** (widths[before] - widths[after] + draw(st.floats(-3.0, 3.0)))
    target = drawn.per_tensor(scale, draw(drawn.zero_points("INT16" if after == "INT16" else "INT8")))
    y = sketch.tensor(shape, after, _shifted(target, after))
    sketch.operator("QUANTIZE", [x], [y])
    return sketch.case(y)


def _shifted(quantization: Quantization, dtype: str) -> Quantization:
    offset = 128 if dtype == "UINT8" else 0
    return Quantization(scale=quantization.scale, zero_point=(quantization.zero_point[0] + offset,))


@st.composite
def float_borders(draw: st.DrawFn, types: st.SearchStrategy[str] = activations) -> Case:
    """QUANTIZE from float32 and DEQUANTIZE back, an addition between them."""
    dtype, sketch = draw(types), Sketch(draw(drawn.seeds))
    shape = draw(drawn.shapes())
    x = sketch.input(shape, "FLOAT32")
    quantization = draw(drawn.quantizations(dtype, 2**-9, 2.0**2))
    before, after = (sketch.tensor(shape, dtype, quantization) for _ in range(2))
    y = sketch.tensor(shape, "FLOAT32")
    sketch.operator("QUANTIZE", [x], [before])
    sketch.operator("ADD", [before, before], [after], fused_activation_function="NONE")
    sketch.operator("DEQUANTIZE", [after], [y])
    return sketch.case(y)


@st.composite
def rsqrt_inputs(draw: st.DrawFn) -> Quantization:
    """Nothing below zero: TFLM stops there."""
    return drawn.per_tensor(float(np.float32(draw(drawn.scales(2**-8, 2**-2)))), -128)
