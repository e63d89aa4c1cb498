"""Large samples of operators whose multipliers could be computed in float32 or in double: TFLM's wheel uses
double everywhere, which shows in few sums of a million."""

import numpy as np
import pytest

from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.fixed_point import quantize_multiplier
from compiler.ir.tensor import Quantization
from compiler.reference.fixed_point import rescale
from compiler.reference.sequences import run_sequence
from tests.exactness.compare import expect_equal
from tests.tflite_models.draw import per_tensor
from tests.tflite_models.oracle import run_sequences
from tests.tflite_models.sketch import Sketch

INTEGERS = np.arange(-128, 128, dtype=np.int8)
LEFT = np.repeat(INTEGERS, 256).reshape(1, 256, 256)
RIGHT = np.tile(INTEGERS, 256).reshape(1, 256, 256)


def expect_tflm(sketch: Sketch, output: int, inputs: list[np.ndarray], what: str) -> None:
    """`inputs`: (sequences, calls, shape without its batch of 1)."""
    sketch.output(output)
    model = sketch.build()
    graph = read_tflite(model, "model")
    shaped = {
        name: array.reshape(*array.shape[:2], *graph.tensors[name].shape)
        for name, array in zip(graph.inputs, inputs, strict=True)
    }
    found = run_sequence(graph, shaped)[graph.outputs[0]]
    wanted = run_sequences(model, inputs)[0]
    expect_equal([wanted], [found.reshape(wanted.shape)], what)


def drawn(rng: np.random.Generator, scale: float, zero_point: int | None = None) -> Quantization:
    return per_tensor(scale, int(rng.integers(-128, 128)) if zero_point is None else zero_point)


def telling_sums(source: float, weight: float, output: float, rng: np.random.Generator) -> np.ndarray:
    """Up to 64 accumulators that end as another int8 where the scales' product is rounded to float32."""
    single = quantize_multiplier(float(np.float32(source) * np.float32(weight)) / output)
    double = quantize_multiplier(source * weight / output)
    most = int(127 * output / (source * weight))
    sums = rng.integers(-most, most, 1_000_000)
    one, two = (rescale(sums.reshape(-1, 1), (by,), "double").reshape(-1) for by in (single, double))
    return sums[one != two][:64].astype(np.int32)


def test_sums_that_tell_a_float32_product_from_a_double_one() -> None:
    rng, count = np.random.default_rng(0), 0
    for seed in range(12):
        source, weight = (float(np.float32(2.0 ** rng.uniform(-8, -4))) for _ in range(2))
        output = float(np.float32(source * weight * 2.0 ** rng.uniform(10, 13)))
        sums = telling_sums(source, weight, output, rng)
        if len(sums) == 0:
            continue
        count += len(sums)
        sketch = Sketch(seed)
        x = sketch.input((1, 1), "INT8", per_tensor(source, 0))
        zeros = np.zeros((len(sums), 1), np.int8)
        filters = sketch.tensor(zeros.shape, "INT8", per_tensor(weight, 0), data=zeros)
        bias = sketch.tensor(sums.shape, "INT32", per_tensor(source * weight, 0), data=sums)
        y = sketch.tensor((1, len(sums)), "INT8", per_tensor(output, 0))
        sketch.operator("FULLY_CONNECTED", [x, filters, bias], [y])
        expect_tflm(sketch, y, [np.zeros((1, 1, 1), np.int8)], f"dense layer {seed}")
    assert count > 20


@pytest.mark.parametrize(
    ("code", "draws"), [("ADD", 25), ("SUB", 60), ("MUL", 25), ("SQUARED_DIFFERENCE", 25)]
)
def test_every_pair_of_integers(code: str, draws: int) -> None:
    rng = np.random.default_rng(1)
    for seed in range(draws):
        first, second = (drawn(rng, 2.0 ** rng.uniform(-12, 0)) for _ in range(2))
        left, right = first.scale[0], second.scale[0]
        fits = {"MUL": left * right * 64, "SQUARED_DIFFERENCE": max(left, right) ** 2 * 128}
        sketch = Sketch(seed)
        x, y = sketch.input(LEFT.shape, "INT8", first), sketch.input(RIGHT.shape, "INT8", second)
        scale = fits.get(code, max(left, right)) * 2.0 ** rng.uniform(-1, 2)
        z = sketch.tensor(LEFT.shape, "INT8", drawn(rng, scale))
        sketch.operator(code, [x, y], [z])
        expect_tflm(sketch, z, [LEFT[None], RIGHT[None]], f"{code} {seed}")


def test_every_slope_of_every_integer() -> None:
    rng = np.random.default_rng(2)
    for seed in range(25):
        source, slope = drawn(rng, 2.0 ** rng.uniform(-12, 0)), drawn(rng, 2.0 ** rng.uniform(-9, -4))
        sketch = Sketch(seed)
        x = sketch.input((1, *LEFT.shape), "INT8", source)
        alpha = sketch.tensor(RIGHT.shape, "INT8", slope, data=RIGHT)
        y = sketch.tensor((1, *LEFT.shape), "INT8", drawn(rng, source.scale[0] * 2.0 ** rng.uniform(-3, 3)))
        sketch.operator("PRELU", [x, alpha], [y])
        expect_tflm(sketch, y, [LEFT[None, None]], f"PRELU {seed}")


@pytest.mark.parametrize("code", ["RELU", "RELU6", "LEAKY_RELU", "ABS", "PRELU", "SQUARED_DIFFERENCE"])
def test_every_int16(code: str) -> None:
    rng = np.random.default_rng(4)
    every = np.arange(-(2**15), 2**15).astype(np.int16).reshape(1, 256, 256)
    for seed in range(8):
        scale = 2.0 ** rng.uniform(-16, -8)
        square = scale**2 * 2**15 if code == "SQUARED_DIFFERENCE" else scale
        sketch = Sketch(seed)
        inputs = [sketch.input(every.shape, "INT16", drawn(rng, scale, 0))]
        if code == "PRELU":
            inputs.append(sketch.random((1, 256), "INT8", drawn(rng, 2.0 ** rng.uniform(-9, -4))))
        if code == "SQUARED_DIFFERENCE":
            other = drawn(rng, scale * 2.0 ** rng.uniform(-2, 2), 0)
            inputs.append(sketch.random((1, 1, 256), "INT16", other))
        y = sketch.tensor(every.shape, "INT16", drawn(rng, square * 2.0 ** rng.uniform(-3, 3), 0))
        sketch.operator(code, inputs, [y], **({"alpha": 0.3} if code == "LEAKY_RELU" else {}))
        expect_tflm(sketch, y, [every[None]], f"{code} {seed}")


def test_log_softmaxes_of_every_integer() -> None:
    rng = np.random.default_rng(5)
    rows = np.stack([INTEGERS, np.flip(INTEGERS), np.full(256, 127, np.int8), rng.permutation(INTEGERS)])
    for seed in range(40):
        sketch = Sketch(seed)
        x = sketch.input((1, *rows.shape), "INT8", drawn(rng, 2.0 ** rng.uniform(-12, 6)))
        y = sketch.tensor((1, *rows.shape), "INT8", per_tensor(1 / 16, 127))
        sketch.operator("LOG_SOFTMAX", [x], [y])
        expect_tflm(sketch, y, [rows[None, None]], f"LOG_SOFTMAX {seed}")


@pytest.mark.parametrize("dtype", ["INT8", "INT16"])
def test_large_products(dtype: str) -> None:
    rng, limits = np.random.default_rng(3), np.iinfo(dtype.lower())
    zero = None if dtype == "INT8" else 0
    for seed in range(40 if dtype == "INT8" else 10):
        first, second = (drawn(rng, 2.0 ** rng.uniform(-9, -4), zero) for _ in range(2))
        depth = int(rng.integers(1, 40))
        sketch = Sketch(seed)
        x = sketch.input((1, 200, depth), dtype, first)
        y = sketch.input((1, depth, 200), dtype, second)
        typical = first.scale[0] * second.scale[0] * depth**0.5 * limits.max * 0.8
        z = sketch.tensor((1, 200, 200), dtype, drawn(rng, typical * 2.0 ** rng.uniform(-1, 2), zero))
        sketch.operator("BATCH_MATMUL", [x, y], [z])
        shapes = ((1, 1, 200, depth), (1, 1, depth, 200))
        inputs = [rng.integers(limits.min, limits.max + 1, shape, dtype=limits.dtype) for shape in shapes]
        expect_tflm(sketch, z, inputs, f"{dtype} BATCH_MATMUL {seed}")


def test_wide_memory_filters() -> None:
    for seed in range(12):
        sketch = Sketch(seed)
        rng, inputs, units, rank, memory = sketch.rng, 32, 512, 2, 6
        source = drawn(rng, 2.0 ** rng.uniform(-8, -4))
        feature, time = (
            drawn(rng, 2.0 ** rng.uniform(-10, -4), 0),
            drawn(rng, 2.0 ** rng.uniform(-16, -11), 0),
        )
        state = per_tensor(source.scale[0] * feature.scale[0] * inputs**0.5 * 0.6, 0)
        step = state.scale[0] * time.scale[0]
        tensors = [
            sketch.input((1, inputs), "INT8", source),
            sketch.random((units * rank, inputs), "INT8", feature, (-127, 127)),
            sketch.random((units * rank, memory), "INT16", time, (-32767, 32767)),
            sketch.random((units,), "INT32", per_tensor(step, 0), (-(1 << 20), 1 << 20)),
            sketch.tensor((1, units * rank * memory), "INT16", state, variable=True),
        ]
        y = sketch.tensor((1, units), "INT8", drawn(rng, step * (rank * memory) ** 0.5 * 4e6))
        sketch.operator("SVDF", tensors, [y], rank=rank, fused_activation_function="RELU")
        given = rng.integers(-128, 128, (1, 40, inputs), dtype=np.int8)
        expect_tflm(sketch, y, [given], f"SVDF {seed}")
