"""Squeeze-excite, curves, borders and enlarged maps from a float graph to emulated cores: the same bytes."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from backends.emulate.qemu import QEMU
from benchmarks.emulated_calls import write_folder
from compiler.ir.graph import Graph
from compiler.ir.ops import (
    GlobalAveragePool,
    Mul,
    Pad,
    ResizeNearest,
    TransposeConv2D,
    Unary,
)
from compiler.passes.pipeline import run_passes
from compiler.passes.quantize_static import quantize_static
from compiler.reference.calibrate import measure_ranges
from compiler.reference.float_interpreter import run_float
from compiler.reference.integer_interpreter import run_int8
from tests.compiler.frontends.networks import Net, with_statistics

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"


def squeeze_excite(net: Net, source: str, channels: int) -> str:
    """As in MobileNetV3: 1x1 convolutions on the means, a hard sigmoid, one factor a channel."""
    means = net.reshape(net.global_average_pool(source), shape=(1, 1, channels))
    squeezed = net.relu(net.conv(means, filters=channels // 2, kernel=(1, 1), bias=True))
    gate = net.hard_sigmoid(net.conv(squeezed, filters=channels, kernel=(1, 1), bias=True))
    return net.mul(source, gate)


def network() -> Net:
    """Down to half the size and up again in two ways, joined to what came before; four numbers a pixel."""
    net = Net(9, 8, 3)
    stem = net.hard_swish(net.batch_norm(net.conv("input", filters=10)))
    framed = net.pad(stem, pads=(0, 1, 1, 1))
    halved = net.conv(framed, filters=12, kernel=(2, 2), stride=(2, 2), padding="valid", bias=True)
    gated = squeeze_excite(net, net.gelu(halved), 12)
    enlarged = net.upsample(gated, factor=(2, 2))
    learned = net.batch_norm(net.transposed_conv(gated, filters=6, kernel=(3, 3), stride=(2, 2)))
    joined = net.concat(enlarged, net.leaky_relu(learned), net.pad(stem, pads=(0, 1, 1, 1)))
    bent = net.tanh(net.conv(joined, filters=4, kernel=(1, 1), bias=True))
    net.mul(bent, net.sigmoid(net.global_max_pool(bent)))
    return net


@pytest.fixture(scope="module")
def float_graph() -> Graph:
    return run_passes(with_statistics(network().graph(), np.random.default_rng(2)))


@pytest.fixture(scope="module")
def quantized(float_graph: Graph) -> Graph:
    return quantize_static(float_graph, measure_ranges(float_graph, [samples(64)]))


def samples(count: int) -> np.ndarray:
    return np.random.default_rng(5).standard_normal((count, 9, 8, 3), np.float32)


@pytest.fixture(scope="module")
def folder(quantized: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decoder") / "net"
    write_folder(quantized, path, "cortex-m4")
    return path


def test_the_network_has_the_operators_it_is_here_for(quantized: Graph) -> None:
    found = {type(node.op) for node in quantized.nodes}
    assert found >= {GlobalAveragePool, Mul, Pad, ResizeNearest, TransposeConv2D, Unary}


def test_integers_come_close_to_the_floats(float_graph: Graph, quantized: Graph) -> None:
    x = samples(64)
    source, output = (quantized.tensors[n].quantization for n in (*quantized.inputs, *quantized.outputs))
    assert source is not None and output is not None
    integers = np.clip(np.round(x / source.scale[0]) + source.zero_point[0], -128, 127).astype(np.int8)
    got = run_int8(quantized, integers)[quantized.outputs[0]].astype(np.float64)
    expected = run_float(float_graph, x)[float_graph.outputs[0]]
    error = np.abs((got - output.zero_point[0]) * output.scale[0] - expected)
    assert error.mean() < 0.02 * float(expected.max() - expected.min())


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_host_gives_the_references_bytes(folder: Path, compiler: str) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    flags = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all" if compiler == "gcc" else "-O2"
    command = ["make", "--no-print-directory", "-C", str(folder), "test", f"CC={compiler}", f"CFLAGS={flags}"]
    done = subprocess.run(
        [*command, f"WARNINGS={WARNINGS}", f"BUILD=build/{compiler}"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every byte as expected" in done.stdout


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m55"])
def test_emulated_cores_give_the_references_bytes(folder: Path, core: str) -> None:
    if reason := QEMU.unavailable(core):
        pytest.skip(reason)
    result = QEMU.run(folder, core)
    assert result.passed, result.output
