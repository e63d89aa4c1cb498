"""What a backend cannot do is told as what a file reader cannot: each node, its tensor, shape and remedy."""

from dataclasses import replace

import pytest

from backends.portable.backend import PORTABLE, PortableBackend
from compiler.driver.sizing import Board, size_model
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.frontends.unsupported import UnsupportedError
from compiler.ir.graph import Graph
from compiler.ir.program import Program
from compiler.ir.tensor import Quantization
from compiler.target import Isa
from searchspace_dsl.infeasible import Infeasible
from tests.backends.conftest import TARGET
from tests.compiler.driver.models import two_ports
from tests.tflite_models.builder import ModelBuilder


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
    assert (first.operator, first.tensor, first.shape) == ("ADD", "sum", (1, 4, 4, 3))
    assert (second.operator, second.tensor, second.shape) == ("MAX_POOL_2D", "pooled", (1, 2, 2, 3))
    assert first.why.startswith("no portable kernel: ")
    assert first.nearest == "int16 with zero point 0"
    assert "\n  ADD 'sum' [1, 4, 4, 3]: no portable kernel: " in str(refused.value)


def test_a_refusal_names_the_operator_and_the_tensor_of_the_file() -> None:
    """Also where the graph calls them otherwise: an output keeps its name for the port."""
    model = ModelBuilder()
    step = Quantization(scale=(0.5,), zero_point=(3,))
    x = model.input((1, 1, 1, 4), "INT8", step, name="x")
    tiled = model.tensor((1, 4096, 4096, 4), "INT8", step, name="tiled")
    model.operator("TILE", [x, model.constant([1, 4096, 4096, 1])], [tiled])
    pooled = model.tensor((1, 1, 1, 4), "INT8", step, name="pooled")
    model.operator("MEAN", [tiled, model.constant([1, 2])], [pooled], keep_dims=True)
    model.output(pooled)
    with pytest.raises(UnsupportedError) as refused:
        size_model(read_tflite(model.build(), "net"), Board(target=TARGET, backend=PORTABLE), optimized=True)
    (reason,) = refused.value.reasons
    assert (reason.operator, reason.tensor, reason.shape) == ("MEAN", "pooled", (1, 1, 1, 4))
    assert reason.why == "no portable kernel: its sums do not fit 32 bits"
    assert reason.nearest == "fewer numbers at once: two such operators, one after the other"
