"""How much code a network brings into a firmware, whatever its weights."""

import shutil
import subprocess
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[3] / "runtime_c"
DS_CNN = ("conv2d", "depthwise_conv2d", "dense", "global_average_pool", "softmax")
BUDGET_BYTES = 8000


def test_kernels_of_a_ds_cnn_leave_room_for_its_calls(tmp_path: Path) -> None:
    """At most 6 of 8 KB, so that 2 are left for parameters and calls, some 100 bytes each."""
    if shutil.which("arm-none-eabi-gcc") is None:
        pytest.skip("arm-none-eabi-gcc is not installed")
    flags = ["-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard", "-O2", "-std=c11"]
    total = 0
    for kernel in DS_CNN:
        target = tmp_path / f"{kernel}.o"
        source = RUNTIME / f"src/protonas_{kernel}_s8.c"
        command = [
            "arm-none-eabi-gcc",
            *flags,
            f"-I{RUNTIME / 'include'}",
            "-c",
            str(source),
            "-o",
            str(target),
        ]
        subprocess.run(command, check=True)
        listed = subprocess.run(
            ["arm-none-eabi-size", str(target)], capture_output=True, text=True, check=True
        )
        text, data, bss = map(int, listed.stdout.splitlines()[1].split()[:3])
        assert (data, bss) == (0, 0)
        total += text
    assert total <= BUDGET_BYTES - 2000
