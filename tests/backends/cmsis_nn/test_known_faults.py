"""Conditions under which the library is not called, shown on the real library and its compiler.

Where one of these fails the fault is mended, and what docs/cmsis_nn.md says of it wants a look.
"""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from backends.cmsis_nn import packed
from backends.cmsis_nn.backend import CMSIS_NN_SINGLE_ROUNDING
from benchmarks.emulated_calls import write_folder
from benchmarks.single_rounding_library import named_library, places_with_library
from compiler.ir.graph import Rounding
from compiler.ir.ops import Conv2D, Window
from tests.backends.cmsis_nn.drawn_layers import layer

GCC = "arm-none-eabi-gcc"
LOW_NIBBLES = """
#include <arm_mve.h>
int32x4_t words(int32x4_t a) { return vshrq_m_n_s32(a, a, 24, (mve_pred16_t)0x0f0f); }
"""


def gcc_version() -> str:
    if shutil.which(GCC) is None:
        return ""
    return subprocess.run(
        [GCC, "-dumpfullversion"], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.skipif(not gcc_version().startswith("12.2"), reason=f"{GCC} is not 12.2")
def test_gcc_12_2_makes_a_predicate_of_low_nibbles_one_of_all_lanes(tmp_path: Path) -> None:
    """Why arm_depthwise_conv_s4_opt is not called on MVE."""
    (tmp_path / "words.c").write_text(LOW_NIBBLES)
    words = [GCC, "-O2", "-mcpu=cortex-m55", "-mfloat-abi=hard", "-S", "words.c", "-o", "-"]
    text = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "vshrt.s32" in text
    assert "#-1" in text
    assert "3855" not in text


def last_pixels_differ(pixels: int, folder: Path) -> bool:
    """Whether an int4 convolution of so many pixels that rounds once differs on an emulated Cortex-M55."""
    op = Conv2D(window=Window(kernel=(1, 1)))
    graph = layer(op, (1, pixels, 24), weight=(64, 1, 1, 24), filter_dtype="int4")
    write_folder(replace(graph, rounding="single"), folder, "cortex-m55", backend=CMSIS_NN_SINGLE_ROUNDING)
    with named_library("cortex-m55"):
        make = ["make", "-s", "-C", str(folder), "run", "CORE=cortex-m55", "LAYERS=1"]
        done = subprocess.run(make, capture_output=True, text=True, check=False)
    assert ("differs" in done.stdout + done.stderr) == (done.returncode != 0)
    return done.returncode != 0


@pytest.mark.skipif(
    not places_with_library(("cortex-m55",)),
    reason="no CMSIS-NN for cortex-m55 with single rounding is named by the environment",
)
def test_arm_requantize_mve_pred_rounds_the_last_two_or_three_pixels_twice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Why int4 convolutions of so many pixels are not called on MVE in a build for single rounding."""

    def always(rounding: Rounding, pixels: int) -> bool:
        return True

    monkeypatch.setattr(packed, "rounds_all_once", always)
    differing = [
        pixels % 4 for pixels in (12, 13, 14, 15) if last_pixels_differ(pixels, tmp_path / str(pixels))
    ]
    assert differing == [2, 3]
