"""The stack table: complete, and close to the bound that the compiler gives for a whole model."""

from pathlib import Path

import numpy as np
import pytest

import runtime_c
from backends.emulate.qemu import QEMU
from backends.portable.backend import PORTABLE
from backends.portable.tables import core_stack, cores
from benchmarks.emulated_calls import write_folder
from benchmarks.networks import digits

needs_qemu = pytest.mark.skipif(
    QEMU.unavailable("cortex-m4") is not None, reason=str(QEMU.unavailable("cortex-m4"))
)


@pytest.mark.parametrize("core", cores())
def test_every_kernel_has_a_figure_on_every_core(core: str) -> None:
    sources = {f"src/{path.name}" for path in (runtime_c.FOLDER / "src").glob("*.c")}
    assert sources <= core_stack(core).kernels.keys()
    assert all(0 <= own_bytes < 1024 for own_bytes in core_stack(core).kernels.values())
    assert 0 < core_stack(core).entry < 128


@needs_qemu
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4"])
def test_the_estimate_is_at_least_the_bound_and_near(core: str, tmp_path: Path) -> None:
    program = write_folder(digits(np.random.default_rng(4)), tmp_path / "net", core)
    bound = QEMU.stack(tmp_path / "net", core).bytes
    assert bound <= PORTABLE.stack_bytes(program, core) <= bound + core_stack(core).entry
