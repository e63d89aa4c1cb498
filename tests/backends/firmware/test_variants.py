"""Kernels whose source includes another's, beside that one in one network: both are compiled, each once."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from benchmarks.draft import Draft
from benchmarks.emulated_calls import write_folder
from compiler.ir.graph import Graph
from compiler.ir.ops import Add, Maximum, MaxPool2D, Minimum, Sub, Window

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def draw_variants() -> Graph:
    """A variant with another sign, one of another order and one with wider elements, each with its base."""
    draft = Draft(np.random.default_rng(0))
    left, right = draft.source((2, 3, 4)), draft.source((2, 1, 4))
    pairs = [draft.layer(op, left, right) for op in (Add(), Sub(), Maximum(), Minimum())]
    pool = MaxPool2D(window=Window(kernel=(2, 2), strides=(1, 1)))
    wide = draft.layer(pool, draft.source((4, 4, 3), "int16"), dtype="int16")
    return draft.graph((*pairs, draft.layer(pool, left), wide))


def test_both_are_linked_and_compute(tmp_path: Path) -> None:
    program = write_folder(draw_variants(), tmp_path)
    kernels = {call.kernel for call in program.calls}
    assert {"protonas_add_broadcast_s8", "protonas_sub_s8"} <= kernels
    assert {"protonas_max_pool2d_s8", "protonas_max_pool2d_s16"} <= kernels
    assert subprocess.run(["make", "-s", "-C", tmp_path, "test"], check=False).returncode == 0


def test_an_included_source_that_no_call_names_is_not_compiled(tmp_path: Path) -> None:
    draft = Draft(np.random.default_rng(0))
    difference = draft.layer(Sub(), draft.source((2, 3, 4)), draft.source((2, 1, 4)))
    write_folder(draft.graph((difference,)), tmp_path)
    assert (tmp_path / "protonas/protonas_add_broadcast_s8.c").is_file()
    assert re.findall(r"protonas_\w+\.c\b", (tmp_path / "bench.mk").read_text()) == ["protonas_sub_s8.c"]
