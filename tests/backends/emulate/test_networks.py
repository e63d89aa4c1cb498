"""Whole networks on emulated cores: every layer's bytes, the flash the linker takes, on every core."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.emulate.cores import CORES
from backends.emulate.qemu import QEMU
from benchmarks.emulated_calls import write_folder
from benchmarks.flash import compare
from benchmarks.networks import digits, ds_cnn, mobilenet_v1, resnet8, wide_digits
from compiler.ir.graph import Graph

FAST = ("cortex-m0", "cortex-m4", "cortex-m55")
ALL = tuple(core.name for core in CORES)
CASES = [
    pytest.param(network, core, marks=() if network is digits and core in FAST else pytest.mark.full)
    for network in (digits, ds_cnn, resnet8, mobilenet_v1)
    for core in ALL
]
needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)
Network = Callable[[np.random.Generator], Graph]


@needs_qemu
@pytest.mark.parametrize(("network", "core"), CASES)
def test_every_layer_is_the_references(network: Network, core: str, tmp_path: Path) -> None:
    program = write_folder(network(np.random.default_rng(4)), tmp_path / "net", core)
    result = QEMU.run(tmp_path / "net", core, layers=True)
    assert result.passed, result.output
    calls = len(program.calls)
    assert f"bench: layers: {calls} of {calls} calls compared" in result.output


@needs_qemu
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4"])
def test_flash_is_within_five_percent_of_what_is_linked(core: str, tmp_path: Path) -> None:
    flash = compare(wide_digits, core, tmp_path)
    assert flash.linked_bytes >= 64 * 1024
    assert abs(flash.error) <= 0.05


@needs_qemu
def test_the_m0_faults_on_unaligned_access(tmp_path: Path) -> None:
    """So a kernel that passes there reads no word where none is."""
    write_folder(digits(np.random.default_rng(4)), tmp_path / "net", "cortex-m0")
    source = tmp_path / "net/bench.c"
    unaligned = "    (void)*(volatile uint32_t *)(arena_base + 1);\n    return PROTONAS_SUCCESS;"
    head, _, tail = source.read_text().rpartition("    return PROTONAS_SUCCESS;")
    source.write_text(head + unaligned + tail)
    for core, faults in (("cortex-m0", True), ("cortex-m4", False)):
        result = QEMU.run(tmp_path / "net", core)
        assert ("FAULT" in result.output) is faults
        assert result.passed is not faults
