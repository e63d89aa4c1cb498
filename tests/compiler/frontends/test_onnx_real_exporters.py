"""Networks that Brevitas and PyTorch quantized and exported themselves, node by node against onnxruntime.

Each package is needed where its tests are run, and nowhere else.
"""

import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.compiler.frontends.onnx_networks import imported
from tests.exactness.onnx_values import steps_alone, told

torch = pytest.importorskip("torch")
nn: Any = torch.nn
SHAPE = (3, 12, 12)
pytestmark = pytest.mark.filterwarnings("ignore")


def _expect_close(data: bytes, *, most: float = 0.01) -> None:
    """Every node by 1 at most, on few values; means of halves, which go up here, on more."""
    samples = np.random.default_rng(0).normal(size=(20, *SHAPE)).astype(np.float32)
    steps = list(steps_alone(told(data, samples, fused=False)))
    assert len(steps) >= 3
    for step in steps:
        assert step.apart.max() <= 1, step.node.name
        share = 0.1 if "Pool" in type(step.node.op).__name__ else most
        assert np.count_nonzero(step.apart) <= share * step.apart.size + 1, step.node.name


def _warm(network: Any) -> Any:
    """Statistics and ranges of a few batches; norms that are no identity."""
    torch.manual_seed(0)
    network.train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and module.weight is not None:
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
    with torch.no_grad():
        for _ in range(6):
            network(torch.randn(8, *SHAPE))
    return network.eval()


def _brevitas(bits: int = 8, norm: bool = False, **quantizers: Any) -> bytes:
    """Input, convolution, depthwise, pooling, dense, as Brevitas' own layers."""
    qnn = pytest.importorskip("brevitas.nn")
    from brevitas.export import export_onnx_qcdq

    def value(**options: Any) -> Any:
        return qnn.QuantIdentity(bit_width=bits, return_quant_tensor=True, **options)

    torch.manual_seed(0)
    weights = {"weight_bit_width": bits, **quantizers}
    layers = [value(), qnn.QuantConv2d(3, 8, 3, stride=2, padding=1, **weights)]
    layers += [nn.BatchNorm2d(8)] if norm else []
    layers += [qnn.QuantReLU(bit_width=bits, return_quant_tensor=True)]
    layers += [qnn.QuantConv2d(8, 8, 3, padding=1, groups=8, **weights), value()]
    layers += [nn.MaxPool2d(2), nn.Flatten(), qnn.QuantLinear(72, 5, **{"bias": True, **weights})]
    network = _warm(nn.Sequential(*layers, qnn.QuantIdentity()))
    file = io.BytesIO()
    export_onnx_qcdq(network, args=torch.zeros(1, *SHAPE), export_path=file, opset_version=17, dynamo=False)
    return file.getvalue()


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_brevitas_with_float_biases(bits: int) -> None:
    # a hundred results of a dense layer, whose bias of real numbers rounds to a unit of the sums
    _expect_close(_brevitas(bits), most=0.15 if bits == 2 else 0.02)


def test_brevitas_with_norms_kept_apart() -> None:
    _expect_close(_brevitas(norm=True, bias=False))


@pytest.mark.parametrize(
    ("weight", "bias"),
    [
        ("Int8WeightPerChannelFloat", "Int32Bias"),
        ("Int8WeightPerTensorFloat", "Int16Bias"),
        ("Int8WeightPerTensorFloat", "Int8BiasPerTensorFloatInternalScaling"),
        ("ShiftedUint8WeightPerTensorFloat", "Int32Bias"),
        ("ShiftedUint8WeightPerChannelFloat", None),
    ],
)
def test_brevitas_quantizers(weight: str, bias: str | None) -> None:
    quant = pytest.importorskip("brevitas.quant")
    _expect_close(_brevitas(weight_quant=getattr(quant, weight), bias_quant=bias and getattr(quant, bias)))


class _Residual(nn.Module):  # type: ignore[misc]
    """Norms, a residual, a mean, a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.body = nn.Sequential(
            nn.Conv2d(8, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6(),
            nn.Conv2d(16, 16, 3, padding=1, groups=16), nn.BatchNorm2d(16), nn.ReLU6(),
            nn.Conv2d(16, 8, 1), nn.BatchNorm2d(8),
        )  # fmt: skip
        self.head = nn.Linear(8, 5)

    def forward(self, x: Any) -> Any:
        x = self.stem(x)
        return self.head((x + self.body(x)).mean([2, 3]))


def _exported(network: Any) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (torch.zeros(1, *SHAPE),), file, opset_version=17, dynamo=False)
    return file.getvalue()


def _trained() -> bytes:
    """Fake quantization with norms in training, not converted: FakeQuantize apart from its observer, since
    PyTorch exports no fused one.
    """
    import torch.ao.quantization as tq
    from torch.ao.quantization.quantize_fx import prepare_qat_fx

    activation = tq.FakeQuantize.with_args(
        observer=tq.MovingAverageMinMaxObserver, quant_min=0, quant_max=255, dtype=torch.quint8
    )
    weight = tq.FakeQuantize.with_args(
        observer=tq.MovingAveragePerChannelMinMaxObserver, quant_min=-128, quant_max=127,
        dtype=torch.qint8, qscheme=torch.per_channel_symmetric, ch_axis=0,
    )  # fmt: skip
    config = tq.QConfigMapping().set_global(tq.QConfig(activation=activation, weight=weight))
    network = prepare_qat_fx(_warm(_Residual()).train(), config, (torch.zeros(1, *SHAPE),))
    network = _warm(network)
    network.apply(tq.disable_observer)
    return _exported(network)


def _converted(backend: str) -> bytes:
    from torch.ao.quantization import get_default_qconfig_mapping
    from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

    network = _warm(_Residual())
    prepared = prepare_fx(network, get_default_qconfig_mapping(backend), (torch.zeros(1, *SHAPE),))
    with torch.no_grad():
        prepared(torch.randn(16, *SHAPE))
    return _exported(convert_fx(prepared))


def _pt2e(training: bool) -> bytes:
    pytest.importorskip("onnxscript")
    pt2e = pytest.importorskip("torchao.quantization.pt2e")
    steps = pytest.importorskip("torchao.quantization.pt2e.quantize_pt2e")
    xnnpack = pytest.importorskip("torchao.testing.pt2e._xnnpack_quantizer")
    config = xnnpack.get_symmetric_quantization_config(is_per_channel=True, is_qat=training)
    quantizer = xnnpack.XNNPACKQuantizer().set_global(config)
    network = _warm(_Residual())
    module = torch.export.export(network.train(training), (torch.randn(1, *SHAPE),)).module()
    prepared = (steps.prepare_qat_pt2e if training else steps.prepare_pt2e)(module, quantizer)
    with torch.no_grad():
        for _ in range(4):
            prepared(torch.randn(1, *SHAPE))
    pt2e.move_exported_model_to_eval(prepared)
    converted = steps.convert_pt2e(prepared)
    program = torch.onnx.export(converted, (torch.zeros(1, *SHAPE),), dynamo=True, verbose=False)
    data: bytes = program.model_proto.SerializeToString()
    return data


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(_trained, id="fake quantization in training"),
        pytest.param(lambda: _converted("x86"), id="converted for x86"),
        pytest.param(lambda: _converted("qnnpack"), id="converted for qnnpack"),
        pytest.param(lambda: _pt2e(False), id="exported graph"),
        pytest.param(lambda: _pt2e(True), id="exported graph in training", marks=pytest.mark.full),
    ],
)
def test_pytorchs_quantization(write: Callable[[], bytes]) -> None:
    data = write()
    _expect_close(data)
    assert imported(data)[0].quantized
