"""Every format that onnxruntime quantizes to, node by node: where a network's result differs from
onnxruntime's, one of its layers has a float32 product that rounds otherwise, and nothing else differs."""

from itertools import product

import numpy as np

from compiler.ir.ops import Conv2D, Dense, DepthwiseConv2D
from tests.compiler.frontends.onnx_networks import Net, quantized
from tests.exactness.onnx_float32 import float32_outputs
from tests.exactness.onnx_values import Step, steps_alone, told

MOST_IN_A_MILLION = 10
SHAPE = (3, 15, 13)
TYPES = ((False, False), (True, False), (True, True))
"""Whether activations and weights are unsigned."""


def _files(seed: int) -> list[bytes]:
    found = []
    for (unsigned, unsigned_weights), per_channel, qdq, reduced in product(TYPES, *3 * [(False, True)]):
        net = Net(seed)
        y = net.add(
            "Relu", net.conv(net.input("x", "N", *SHAPE), 8, 3, (3, 3), strides=[2, 2], pads=[1, 0, 1, 1])
        )
        y = net.add("Relu", net.conv(y, 8, 8, (3, 3), group=8, pads=[1, 1, 1, 1]))
        y = net.add("MaxPool", net.conv(y, 6, 8, (1, 1)), kernel_shape=[2, 2], strides=[2, 2])
        model = net.model(net.add("Gemm", net.add("Flatten", y), net.normal(5, 72), net.normal(5), transB=1))
        samples = net.rng.normal(size=(20, *SHAPE)).astype(np.float32)
        options = {"per_channel": per_channel, "qdq": qdq, "reduce_range": reduced}
        found.append(
            quantized(model, samples, unsigned=unsigned, unsigned_weights=unsigned_weights, **options)
        )
    return found


def _steps(fused: bool) -> list[tuple[Step, np.ndarray | None]]:
    """Every node of every network, and what the float32 model gives for the layers with weights."""
    found = []
    for seed in range(2):
        samples = np.random.default_rng(seed).normal(size=(60, *SHAPE)).astype(np.float32)
        for data in _files(seed):
            given = told(data, samples, fused=fused)
            for step in steps_alone(given):
                weighted = isinstance(step.node.op, Conv2D | DepthwiseConv2D | Dense)
                model = float32_outputs(step.node, given.graph, step.read) if weighted else None
                found.append((step, model))
    return found


def _expect_few_apart(steps: list[tuple[Step, np.ndarray | None]]) -> None:
    apart = [step.apart for step, _ in steps]
    assert max(int(one.max()) for one in apart) <= 1
    values = sum(one.size for one in apart)
    assert values > 1_000_000
    assert sum(np.count_nonzero(one) for one in apart) <= MOST_IN_A_MILLION * values / 1e6


def test_fused_layers_are_the_float32_model_to_the_bit() -> None:
    steps = _steps(fused=True)
    for step, model in steps:
        np.testing.assert_array_equal(step.theirs, step.ours if model is None else model)
    _expect_few_apart(steps)


def test_layers_left_in_float_differ_as_rarely() -> None:
    """Without its optimizations onnxruntime computes what stands between DQ and Q in float32."""
    _expect_few_apart(_steps(fused=False))
