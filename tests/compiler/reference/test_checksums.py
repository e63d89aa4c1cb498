"""Checksums of what each kernel call leaves: of whole values, and of nothing else."""

import zlib

import numpy as np

from backends.portable.backend import PORTABLE
from benchmarks.draft import Draft, same
from compiler.ir.graph import Graph
from compiler.ir.ops import Activate, Concat, Conv2D
from compiler.ir.program import Program
from compiler.memory.schedule import schedule
from compiler.reference.checksums import UNKNOWN, call_checksums, checked_values
from compiler.reference.integer_interpreter import run_int8


def program_of(graph: Graph) -> Program:
    program = PORTABLE.lower(graph, "plain")
    assert isinstance(program, Program)
    return schedule(program)


def joined() -> Graph:
    """Two inputs, one convolved, put side by side and clamped."""
    draft = Draft(np.random.default_rng(0))
    left, right = draft.source((4, 4, 3)), draft.source((4, 4, 2))
    convolved = draft.layer(Conv2D(window=same(3)), left, weight=(5, 3, 3, 3))
    both = draft.layer(Concat(axis=2), convolved, right)
    return draft.graph((draft.layer(Activate(activation="relu"), both),))


def test_each_checksum_is_of_the_references_bytes() -> None:
    graph = joined()
    program = program_of(graph)
    rows = np.random.default_rng(1).integers(-128, 128, (3, 4 * 4 * 5), np.int8)
    found = call_checksums(graph, program, rows)
    inputs = {"in0": rows[:, :48].reshape(3, 4, 4, 3), "in1": rows[:, 48:].reshape(3, 4, 4, 2)}
    values = run_int8(graph, inputs, keep=[node.outputs[0] for node in graph.nodes])
    assert found.shape == (3, len(program.calls))
    for index, call in enumerate(program.calls):
        expected = [zlib.crc32(row.tobytes()) for row in values[call.writes[0]]]
        assert list(found[:, index]) in (expected, [UNKNOWN] * 3)
    assert len(set(found[:, -1])) == 3


def test_a_value_in_the_making_has_no_checksum() -> None:
    graph = joined()
    program = program_of(graph)
    copies = [index for index, call in enumerate(program.calls) if call.kernel == "protonas_copy_rows"]
    assert len(copies) == 2
    checked = checked_values(graph, program)
    assert checked[copies[0]] is None
    assert checked[copies[1]] == program.calls[copies[1]].writes[0]
    assert sum(name is None for name in checked) == 1
