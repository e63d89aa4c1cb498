"""How long `protonas compile` takes, and how much memory, for a MobileNetV2 of 3.5 million parameters.

    python -m benchmarks.compile_speed [--side 96]

The network is made here, int8 with random weights. Wall time is that of a shared machine: read it against
the seconds that Python alone takes to start, in the same run.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from compiler.ir.tensor import Quantization
from tests.tflite_models.builder import ModelBuilder

BLOCKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, repetitions, first stride: table 2 of Sandler et al., arXiv 1801.04381."""

CLASSES = 1000


def per_tensor(scale: float, zero_point: int = -128) -> Quantization:
    return Quantization(scale=(float(np.float32(scale)),), zero_point=(zero_point,))


STEPS = per_tensor(6 / 255)


class MobileNet:
    """The file under construction; `parameters` counts weights and biases."""

    def __init__(self, side: int) -> None:
        self.model = ModelBuilder()
        self.parameters = 0
        self.side = side
        self.value = self.model.input((1, side, side, 3), quantization=per_tensor(1 / 128, -1))
        self._rng = np.random.default_rng(0)

    def convolve(
        self, channels: int, kernel: int, stride: int, *, inputs: int, depthwise: bool = False
    ) -> None:
        """One layer behind the last value, channel for channel where it is depthwise."""
        shape = (1, kernel, kernel, inputs) if depthwise else (channels, kernel, kernel, inputs)
        self.side = -(-self.side // stride)
        result = self.model.tensor((1, self.side, self.side, channels), quantization=STEPS)
        options = {
            "padding": "SAME",
            "stride_w": stride,
            "stride_h": stride,
            "fused_activation_function": "NONE",
        }
        options |= {"dilation_w_factor": 1, "dilation_h_factor": 1}
        code = "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D"
        options |= {"depth_multiplier": 1} if depthwise else {}
        self.model.operator(code, [self.value, *self._weights(shape, channels)], [result], **options)
        self.value = result

    def add(self, other: int, channels: int) -> None:
        result = self.model.tensor((1, self.side, self.side, channels), quantization=STEPS)
        self.model.operator("ADD", [self.value, other], [result], fused_activation_function="NONE")
        self.value = result

    def classify(self, features: int) -> None:
        flat = self.model.tensor((1, features), quantization=STEPS)
        self.model.operator("MEAN", [self.value, self.model.constant([1, 2])], [flat], keep_dims=False)
        scores = self.model.tensor((1, CLASSES), quantization=per_tensor(0.1, 0))
        parameters = self._weights((CLASSES, features), CLASSES)
        self.model.operator(
            "FULLY_CONNECTED", [flat, *parameters], [scores], fused_activation_function="NONE"
        )
        self.model.output(scores)

    def _weights(self, shape: tuple[int, ...], count: int) -> tuple[int, int]:
        self.parameters += int(np.prod(shape)) + count
        weights = self._rng.integers(-127, 128, shape, dtype=np.int8)
        biases = self._rng.integers(-500, 500, count).astype(np.int32)
        return (
            self.model.tensor(shape, "INT8", per_tensor(0.002, 0), data=weights),
            self.model.tensor((count,), "INT32", per_tensor(0.002 * 6 / 255, 0), data=biases),
        )


def mobile_net(side: int) -> MobileNet:
    net = MobileNet(side)
    net.convolve(32, 3, 2, inputs=3)
    channels = 32
    for expansion, outputs, repetitions, first_stride in BLOCKS:
        for index in range(repetitions):
            before, stride, wide = net.value, first_stride if index == 0 else 1, channels * expansion
            if expansion > 1:
                net.convolve(wide, 1, 1, inputs=channels)
            net.convolve(wide, 3, stride, inputs=wide, depthwise=True)
            net.convolve(outputs, 1, 1, inputs=wide)
            if stride == 1 and outputs == channels:
                net.add(before, channels)
            channels = outputs
    net.convolve(1280, 1, 1, inputs=channels)
    net.classify(1280)
    return net


def seconds(words: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Times protonas compile on a MobileNetV2.")
    parser.add_argument("--side", type=int, default=96, help="height and width of the input")
    net = mobile_net(parser.parse_args().side)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mobilenet_v2.tflite"
        path.write_bytes(net.model.build())
        python = seconds([sys.executable, "-c", ""])
        words = ["-m", "compiler.driver.cli", "compile", str(path), "--target", "alif_ensemble_e7"]
        took = seconds([sys.executable, *words, "-o", str(Path(folder) / "out")])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{net.parameters:,} parameters: {took:.1f} s ({took / python:.0f} x Python's start), {peak:.0f} MiB"
    )


if __name__ == "__main__":
    main()
