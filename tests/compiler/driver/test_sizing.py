"""What a backend cannot do is told as what a file reader cannot: each node, its tensor, shape and remedy."""

from dataclasses import replace

import pytest

from backends.portable.backend import PORTABLE, PortableBackend
from compiler.driver.sizing import Board, size_model
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.graph import Graph
from compiler.ir.program import Program
from compiler.target import Isa
from searchspace_dsl.infeasible import Infeasible
from tests.backends.conftest import TARGET
from tests.compiler.driver.models import two_ports


class WithoutInt16(PortableBackend):
    """Sees every value as int16 with a zero point, which no kernel computes on."""

    def lower(self, graph: Graph, isa: Isa) -> Program | Infeasible:
        wide = {name: replace(tensor, dtype="int16") for name, tensor in graph.tensors.items()}
        return PORTABLE.lower(replace(graph, tensors=wide), isa)


def test_every_node_without_a_kernel_is_told() -> None:
    graph = read_tflite(two_ports(), "net")
    with pytest.raises(UnsupportedError) as refused:
        size_model(graph, Board(target=TARGET, backend=WithoutInt16()), optimized=True)
    first, second = refused.value.reasons
    assert (first.operator, first.tensor, first.shape) == ("add", "sum", (4, 4, 3))
    assert (second.operator, second.tensor, second.shape) == ("max_pool", "pooled", (2, 2, 3))
    assert first.why.startswith("no portable kernel: ")
    assert first.nearest == "add of int8 to int8; int16 to int16"
    assert "\n  add 'sum' [4, 4, 3]: no portable kernel: " in str(refused.value)
