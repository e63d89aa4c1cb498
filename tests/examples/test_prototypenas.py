"""PrototypeNAS: 14 decisions, and what width and sparsity make of the channels."""

from collections.abc import Callable, Mapping

import pytest

from compiler.ir.graph import Graph
from compiler.ir.ops import Conv2D, DepthwiseConv2D
from searchspace_dsl.decisions import RealRange
from searchspace_dsl.spec import Spec

GraphOf = Callable[[str, Mapping[str, object]], Graph]
BASELINES = {
    "prototypenas_images": ("mobilenet_v2", "resnet18", "squeezenet", "separable_net"),
    "prototypenas_timeseries": ("inception_time", "separable_net"),
}


def member(arch: str, depth: int, first: tuple[int, int], sparsity: float, width: float) -> dict[str, object]:
    decisions: dict[str, object] = {"arch": arch, "width": width}
    for group in range(4):
        decisions |= {f"depth[{group}]": depth, f"first[{group}]": first, f"sparsity[{group}]": sparsity}
    return decisions


@pytest.mark.parametrize("name", BASELINES)
def test_fourteen_decisions_say_all(name: str, spec_of: Callable[[str], Spec]) -> None:
    decisions = {decision.name: decision.domain for decision in spec_of(name).space.decisions}
    assert len(decisions) == 14
    assert str(decisions["arch"]) == f"{{{', '.join(BASELINES[name])}}}"
    assert str(decisions["first[3]"]) == "{[3, 2], [3, 1], [5, 2], [5, 1], [7, 2], [7, 1]}"
    assert str(decisions["depth[3]"]) == "0..3"
    assert decisions["width"] == RealRange(0.1, 1.0)
    assert decisions["sparsity[3]"] == RealRange(0.1, 0.9)


@pytest.mark.parametrize(
    ("name", "arch"), [(name, arch) for name, archs in BASELINES.items() for arch in archs]
)
def test_each_decision_shrinks_or_grows_every_baseline(name: str, arch: str, graph_of: GraphOf) -> None:
    def parameters(depth: int, sparsity: float, width: float) -> int:
        graph = graph_of(name, member(arch, depth, (3, 2), sparsity, width))
        return sum(graph.tensors[parameter].elements for parameter in graph.parameters)

    usual = parameters(1, 0.5, 0.5)
    assert parameters(0, 0.5, 0.5) < usual < parameters(3, 0.5, 0.5)
    assert parameters(1, 0.9, 0.5) < usual < parameters(1, 0.1, 0.5)
    assert parameters(1, 0.5, 0.1) < usual < parameters(1, 0.5, 1.0)


@pytest.mark.parametrize("name", BASELINES)
def test_half_the_channels_of_every_group_are_pruned(name: str, graph_of: GraphOf) -> None:
    graph = graph_of(name, member("separable_net", 0, (5, 2), 0.5, 1.0))
    made = [graph.tensors[node.outputs[0]].shape[-1] for node in graph.nodes if isinstance(node.op, Conv2D)]
    assert made == [16, *(c for c in (16, 32, 64, 128) for _ in range(3))]
    firsts = [node.op.window.kernel[0] for node in graph.nodes if isinstance(node.op, DepthwiseConv2D)]
    assert firsts == [5, 3] * 4
