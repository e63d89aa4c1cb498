"""Operators that remember from call to call, as drawn for the tests against TFLM."""

import math

import numpy as np
from hypothesis import strategies as st

from tests.tflite_models import draw as drawn
from tests.tflite_models.builder import ABSENT
from tests.tflite_models.sketch import Case, Sketch


@st.composite
def memory_filters(draw: st.DrawFn) -> Case:
    """SVDF: int8 with an int16 state, as the converter writes it, or with an int8 one, of any zero point."""
    sketch = Sketch(draw(drawn.seeds))
    inputs, units, rank = draw(st.integers(1, 12)), draw(st.integers(1, 6)), draw(st.integers(1, 3))
    memory, filters = draw(st.integers(1, 8)), units * rank
    source = draw(drawn.quantizations())
    x = sketch.input((1, inputs), "INT8", source)
    feature = drawn.per_tensor(draw(drawn.scales(2**-10, 2**-4)), 0)
    time = drawn.per_tensor(draw(drawn.scales(2**-16, 2**-11)), 0)
    wide = draw(st.booleans())
    dtype, most = ("INT16", 32767) if wide else ("INT8", 127)
    products = source.scale[0] * feature.scale[0] * math.sqrt(inputs) * 5400
    held = products / (most / 4) * 2.0 ** draw(st.sampled_from([0.0, -2.0, 4.0]))
    state = drawn.per_tensor(held, 0 if wide else draw(drawn.zero_points()))
    sums = state.scale[0] * time.scale[0] * math.sqrt(rank * memory) * (most / 4) * (most / 2)
    step = float(np.float32(state.scale[0]) * np.float32(time.scale[0]))
    output = drawn.per_tensor(sums / 43 * 2.0 ** draw(st.floats(-2.0, 2.0)), draw(drawn.zero_points()))
    tensors = [
        x,
        sketch.random((filters, inputs), "INT8", feature, (-127, 127)),
        sketch.random((filters, memory), dtype, time, (-most, most)),
        sketch.random((units,), "INT32", drawn.per_tensor(step, 0), (-32 * most, 32 * most)),
        sketch.tensor((1, filters * memory), dtype, state, variable=True),
    ]
    y = sketch.tensor((1, units), "INT8", output)
    sketch.operator("SVDF", tensors, [y], rank=rank, fused_activation_function="RELU")
    return sketch.case(y)


@st.composite
def lstm_layers(draw: st.DrawFn, dtype: str = "INT8") -> Case:
    """UNIDIRECTIONAL_SEQUENCE_LSTM: int8 or int16 with an int16 cell whose scale is a power of two. The time
    may come before the batch of one."""
    sketch = Sketch(draw(drawn.seeds))
    steps, inputs, units = draw(st.integers(1, 5)), draw(st.integers(1, 8)), draw(st.integers(1, 8))
    time_major = draw(st.booleans())
    around = (steps, 1) if time_major else (1, steps)
    source = draw(drawn.quantizations(dtype, 2**-9, 2**-4))
    x = sketch.reshaped(sketch.input((1, steps, inputs), dtype, source), (*around, inputs))
    finer = 256 if dtype == "INT16" else 1
    hidden = drawn.per_tensor(draw(drawn.scales(2**-8, 2**-6)) / finer, draw(drawn.zero_points(dtype)))
    cell = drawn.per_tensor(2.0 ** draw(st.integers(-15, -9)), 0)
    weight_scale = draw(drawn.scales(2**-9, 2**-4))
    ins, outs, biases = [], [], []
    for _ in range(4):
        scale = weight_scale * 2.0 ** float(sketch.rng.uniform(-1, 1))
        ins.append(sketch.random((units, inputs), "INT8", drawn.per_tensor(scale, 0), (-127, 127)))
        recurrent = drawn.per_tensor(scale * 2.0 ** float(sketch.rng.uniform(-1, 1)), 0)
        outs.append(sketch.random((units, units), "INT8", recurrent, (-127, 127)))
        step = float(np.float32(source.scale[0]) * np.float32(sketch.quantization(ins[-1]).scale[0]))
        bias_type, most = ("INT64", 20000 * 256) if dtype == "INT16" else ("INT32", 20000)
        biases.append(sketch.random((units,), bias_type, drawn.per_tensor(step, 0), (-most, most)))
    states = [
        sketch.tensor((1, units), dtype, hidden, variable=True),
        sketch.tensor((1, units), "INT16", cell, variable=True),
    ]
    gates = [sketch.tensor((0,), "FLOAT32") for _ in range(4)]
    y = sketch.tensor((*around, units), dtype, hidden)
    absent = [ABSENT]
    sketch.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        [x, *ins, *outs, *absent * 3, *biases, *absent * 2, *states, *absent * 4],
        [y],
        intermediates=[*gates, sketch.tensor((0,), dtype, hidden)],
        fused_activation_function="TANH",
        cell_clip=draw(st.sampled_from([0.0, 0.0, 1.0, 10.0])),
        proj_clip=0.0,
        time_major=time_major,
    )
    return sketch.case(sketch.reshaped(y, (1, steps, units)))


@st.composite
def variables(draw: st.DrawFn) -> Case:
    """A variable that is read, changed and written: a leaky sum, beside what it was before."""
    sketch = Sketch(draw(drawn.seeds))
    shape = draw(drawn.shapes())
    source, kept = draw(drawn.quantizations()), draw(drawn.quantizations())
    x = sketch.input(shape, "INT8", source)
    handle = sketch.tensor((1,), "RESOURCE")
    before, after = (sketch.tensor(shape, "INT8", kept) for _ in range(2))
    sketch.operator("VAR_HANDLE", [], [handle], shared_name="memory")
    sketch.operator("READ_VARIABLE", [handle], [before])
    code = draw(st.sampled_from(["ADD", "SUB", "MUL"]))
    sketch.operator(code, [x, before], [after], fused_activation_function="NONE")
    sketch.operator("ASSIGN_VARIABLE", [handle, after], [])
    return sketch.case(*draw(st.sampled_from([(after,), (before, after)])))
