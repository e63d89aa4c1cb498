"""QDQ networks in the forms in which PyTorch and Brevitas export them, against onnxruntime."""

import io
import warnings
from typing import Any

import numpy as np
import pytest

from compiler.ir.ops import Lookup
from tests.compiler.frontends.onnx_networks import Net, imported, steps_apart


def _brevitas_weight(net: Net, shape: tuple[int, ...], bits: int) -> str:
    """Float weights, QuantizeLinear, Clip to fewer bits, DequantizeLinear."""
    most = 2 ** (bits - 1) - 1
    array = net.rng.normal(0, 0.3, shape).astype(np.float32)
    scale = np.abs(array).max(tuple(range(1, len(shape)))).astype(np.float32) / most
    step = (net.constant(scale), net.constant(np.zeros(shape[0], np.int8)))
    integers = net.add("QuantizeLinear", net.constant(array), *step, axis=0)
    clipped = net.add("Clip", integers, net.constant(np.int8(-most)), net.constant(np.int8(most)))
    return net.add("DequantizeLinear", clipped, *step, axis=0)


def _brevitas_value(net: Net, x: str, scale: float, low: int, high: int) -> str:
    step = (net.constant(np.float32(scale)), net.constant(np.int8(0)))
    integers = net.add("QuantizeLinear", x, *step)
    clipped = net.add("Clip", integers, net.constant(np.int8(low)), net.constant(np.int8(high)))
    return net.add("DequantizeLinear", clipped, *step)


@pytest.mark.parametrize("bits", [4, 8])
def test_brevitas_clips_between_quantize_and_dequantize(bits: int) -> None:
    net = Net(51)
    most = 2 ** (bits - 1) - 1
    x = _brevitas_value(net, net.input("x", 1, 3, 8, 8), 3 / most, -most, most)
    y = net.add("Conv", x, _brevitas_weight(net, (6, 3, 3, 3), bits), pads=[1, 1, 1, 1])
    y = _brevitas_value(net, net.add("Relu", y), 3.1 / most, 0, most)
    y = net.add("Gemm", net.add("Flatten", y), _brevitas_weight(net, (4, 384), bits), transB=1)
    data = net.model(_brevitas_value(net, y, 0.1, -128, 127)).SerializeToString()
    samples = net.rng.normal(size=(50, 3, 8, 8)).astype(np.float32)
    apart = steps_apart(data, samples, optimized=False)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 1
    assert sum(isinstance(node.op, Lookup) for node in imported(data)[1].nodes) <= 2


def _torch_network() -> Any:
    torch = pytest.importorskip("torch")

    class Fake(torch.nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self, scale: float, zero_point: int, low: int = -128, high: int = 127) -> None:
            super().__init__()
            self.step = (scale, zero_point, low, high)

        def forward(self, x: Any) -> Any:
            return torch.fake_quantize_per_tensor_affine(x, *self.step)

    class Layer(torch.nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self, layer: Any) -> None:
            super().__init__()
            self.layer = layer
            weight = layer.weight.detach()
            self.register_buffer("scale", weight.abs().flatten(1).amax(1) / 127)
            self.register_buffer("zero", torch.zeros(len(weight), dtype=torch.int32))

        def forward(self, x: Any) -> Any:
            step = (self.scale, self.zero, 0, -128, 127)
            weight = torch.fake_quantize_per_channel_affine(self.layer.weight, *step)
            if isinstance(self.layer, torch.nn.Linear):
                return torch.nn.functional.linear(x, weight, self.layer.bias)
            return self.layer._conv_forward(x, weight, self.layer.bias)

    nn = torch.nn
    torch.manual_seed(0)
    return nn.Sequential(
        Fake(0.03, 130, 0, 255),
        Layer(nn.Conv2d(3, 8, 3, padding=1)), nn.ReLU(), Fake(0.02, -128),
        Layer(nn.Conv2d(8, 8, 3, padding=1, groups=8, stride=2)), Fake(0.02, -5),
        nn.Hardswish(), Fake(0.03, -100),
        nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(),
        Layer(nn.Linear(128, 5)), Fake(0.02, 0),
    ).eval()  # fmt: skip


def test_pytorchs_fake_quantization() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = _torch_network()
        torch.onnx.export(network, (torch.zeros(1, 3, 16, 16),), file, opset_version=17, dynamo=False)
    samples = np.random.default_rng(1).normal(size=(50, 3, 16, 16)).astype(np.float32)
    apart = steps_apart(file.getvalue(), samples)
    assert apart.max() <= 1 and np.count_nonzero(apart) <= 2
