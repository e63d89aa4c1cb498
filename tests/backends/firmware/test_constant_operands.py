"""A call that reads a constant as it reads a buffer: NAME_run hands the table over, from flash."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.draft import Draft
from benchmarks.emulated_calls import lowered, write_folder
from compiler.ir.ops import Concat
from compiler.ir.verify_program import verify_program


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_a_concatenation_with_a_constant(tmp_path: Path) -> None:
    draft = Draft(np.random.default_rng(0))
    joined = draft.layer(Concat(axis=2), draft.constant((2, 3, 4)), draft.source((2, 3, 5)))
    program = write_folder(draft.graph((joined,)), tmp_path)
    assert program.calls[0].reads == ("n0/c0",)
    assert "protonas_copy_rows(&n0_params, bench_n0_c0, n0);" in (tmp_path / "bench.c").read_text()
    assert subprocess.run(["make", "-s", "-C", tmp_path, "test"], check=False).returncode == 0


def test_a_constant_never_takes_the_name_of_a_value() -> None:
    draft = Draft(np.random.default_rng(0))
    graph = draft.graph((draft.layer(Concat(axis=0), draft.source((2, 3)), draft.constant((2, 3))),))
    (node,) = graph.nodes
    named = replace(node, inputs=("n0/c0", "c0"))
    tensors = {name.replace("in0", "n0/c0"): tensor for name, tensor in graph.tensors.items()}
    clash = replace(graph, inputs=("n0/c0",), nodes=(named,), tensors=tensors)
    program = lowered(clash)
    verify_program(program)
    assert [call.reads for call in program.calls] == [("n0/c0",), ("n0/c0_",)]


def test_a_constant_may_be_read_in_several_places() -> None:
    draft = Draft(np.random.default_rng(0))
    source, first, second = draft.source((2, 3)), draft.constant((2, 3)), draft.constant((2, 3))
    joined = draft.layer(Concat(axis=0), first, source, second)
    graph = draft.graph((joined, draft.layer(Concat(axis=0), second, first, source)))
    program = lowered(graph)
    verify_program(program)
    data = {constant.name: constant.data for constant in program.constants}
    assert [call.reads[0] for call in program.calls[3:5]] == ["n0/c1", "n0/c0"]
    for name in ("c0", "c1"):
        np.testing.assert_array_equal(data[f"n0/{name}"], graph.weights[name])
