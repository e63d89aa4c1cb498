"""Kernels of int16, int4 and of two operands on emulated cores: every layer's bytes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backends.emulate.cores import CORES
from backends.emulate.qemu import QEMU
from benchmarks.emulated_calls import write_folder
from benchmarks.kernel_cases import arithmetic, wide
from compiler.ir.graph import Graph

FAST = (wide.packed_cases, wide.map_cases, arithmetic.pair_cases)
CASES = [
    pytest.param(make, core.name, marks=() if make in FAST and core.name == "cortex-m0" else pytest.mark.full)
    for make in (*wide.CASES, *arithmetic.CASES)
    for core in CORES
]


@pytest.mark.skipif(QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4")))
@pytest.mark.parametrize(("make", "core"), CASES)
def test_every_layer_is_the_references(
    make: Callable[[np.random.Generator], Graph], core: str, tmp_path: Path
) -> None:
    write_folder(make(np.random.default_rng(5)), tmp_path / "net", core)
    result = QEMU.run(tmp_path / "net", core, layers=True)
    assert result.passed, result.output
