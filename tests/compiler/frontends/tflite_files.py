"""Small .tflite files of many operators, built for the tests of the frontend."""

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import ModelBuilder

UNIT = Quantization(scale=(0.5,), zero_point=(3,))
ZERO = Quantization(scale=(0.5,), zero_point=(0,))


class Chain(ModelBuilder):
    """A model whose operators follow one another: each call returns the tensor it makes."""

    def then(
        self,
        code: str,
        inputs: list[int],
        shape: tuple[int, ...],
        quantization: Quantization = UNIT,
        dtype: str = "INT8",
        **options: int | float | str,
    ) -> int:
        made = self.tensor(shape, dtype, None if dtype == "FLOAT32" else quantization)
        self.operator(code, inputs, [made], **options)
        return made

    def random(self, shape: tuple[int, ...], quantization: Quantization, dtype: str = "INT8") -> int:
        rng = np.random.default_rng(len(self.entry.tensors))
        data = rng.integers(-100, 100, shape).astype({"INT8": np.int8, "INT32": np.int32}[dtype])
        return self.tensor(shape, dtype, quantization, data=data)


def moving() -> bytes:
    """Operators that move elements."""
    model = Chain()
    x = model.input((1, 4, 6, 2), "INT8", UNIT, name="x")
    padded = model.then("PAD", [x, model.constant([[0, 0], [1, 1], [0, 2], [0, 0]])], (1, 6, 8, 2))
    cut = model.then(
        "STRIDED_SLICE",
        [padded, *(model.constant(numbers) for numbers in ([0, 0, 7, 0], [1, 6, 0, 2], [1, 2, -2, 1]))],
        (1, 3, 4, 2),
        begin_mask=1,
        end_mask=12,
    )
    turned = model.then("TRANSPOSE", [cut, model.constant([0, 2, 1, 3])], (1, 4, 3, 2))
    gathered = model.then("GATHER", [turned, model.constant([3, 0])], (1, 2, 3, 2), axis=1)
    mirrored = model.then(
        "MIRROR_PAD",
        [gathered, model.constant([[0, 0], [1, 0], [2, 1], [0, 0]])],
        (1, 3, 6, 2),
        mode="REFLECT",
    )
    size = model.constant([6, 12])
    larger = model.then("RESIZE_NEAREST_NEIGHBOR", [mirrored, size], (1, 6, 12, 2))
    left, right = (model.tensor((1, 6, 6, 2), "INT8", UNIT) for _ in range(2))
    model.operator("SPLIT", [model.constant(2), larger], [left, right], num_splits=2)
    joined = model.then("CONCATENATION", [right, left], (1, 6, 6, 4), axis=-1)
    deep = model.then("SPACE_TO_DEPTH", [joined], (1, 3, 3, 16), block_size=2)
    model.output(model.then("RESHAPE", [deep, model.constant([1, 144])], (1, 144)))
    return model.build()


def computing() -> bytes:
    """Convolutions, sums, curves and reductions between float32 ports."""
    model = Chain()
    x = model.input((1, 6, 6, 2), "FLOAT32", name="x")
    start = model.then("QUANTIZE", [x], (1, 6, 6, 2), ZERO)
    scales = Quantization(scale=(0.01, 0.02, 0.03), zero_point=(0, 0, 0), axis=0)
    weight, bias = model.random((3, 2, 2, 2), scales), model.random((3,), ZERO, "INT32")
    blocks = model.constant([2, 2])
    apart = model.then(
        "SPACE_TO_BATCH_ND", [start, blocks, model.constant([[1, 1], [1, 1]])], (4, 4, 4, 2), ZERO
    )
    folded = model.then(
        "CONV_2D", [apart, weight, bias], (4, 3, 3, 3), padding="VALID", stride_h=1, stride_w=1,
        dilation_h_factor=1, dilation_w_factor=1, fused_activation_function="RELU",
    )  # fmt: skip
    whole = model.then("BATCH_TO_SPACE_ND", [folded, blocks, model.constant([[0, 0], [0, 0]])], (1, 6, 6, 3))
    swished = model.then("HARD_SWISH", [whole], (1, 6, 6, 3))
    sloped = model.then("LEAKY_RELU", [swished], (1, 6, 6, 3), alpha=0.1)
    slopes = model.random((1, 1, 3), ZERO)
    summed = model.then("ADD", [model.then("PRELU", [sloped, slopes], (1, 6, 6, 3)), whole], (1, 6, 6, 3))
    mean = model.then("MEAN", [summed, model.constant([1, 2])], (1, 3), keep_dims=False)
    units = model.then(
        "FULLY_CONNECTED", [mean, model.random((4, 3), ZERO), model.random((4,), ZERO, "INT32")], (1, 4)
    )
    soft = Quantization(scale=(1 / 256,), zero_point=(-128,))
    shares = model.then("SOFTMAX", [units], (1, 4), soft, beta=1.0)
    y = model.then("DEQUANTIZE", [shares], (1, 4), dtype="FLOAT32")
    model.output(y)
    model.signature({"pixels": x}, {"classes": y})
    return model.build()


def remembering() -> bytes:
    """A variable that adds up its inputs, set to 7 before the first call."""
    model = Chain()
    x = model.input((1, 2), "INT8", UNIT, name="x")
    handle = model.tensor((1,), "RESOURCE")
    model.operator("CALL_ONCE", [], [], init_subgraph_index=1)
    model.operator("VAR_HANDLE", [], [handle], shared_name="sum")
    before = model.then("READ_VARIABLE", [handle], (1, 2))
    after = model.then("ADD", [x, before], (1, 2))
    model.operator("ASSIGN_VARIABLE", [handle, after], [])
    model.output(after)
    inner = model.subgraph("init")
    inner_handle = inner.tensor((1,), "RESOURCE")
    seven = inner.tensor((1, 2), "INT8", UNIT, data=np.full((1, 2), 7, np.int8))
    inner.operator("VAR_HANDLE", [], [inner_handle], shared_name="sum")
    inner.operator("ASSIGN_VARIABLE", [inner_handle, seven], [])
    return model.build()
