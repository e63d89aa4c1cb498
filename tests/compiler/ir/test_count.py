import pytest

from compiler.ir.count import count_macs, count_parameters, macs_of
from tests.compiler.frontends.networks import Net

COUNTS = {
    "conv": (6 * 6 * 8 * 3 * 3 * 4, 8 * 3 * 3 * 4 + 8),
    "grouped": (6 * 6 * 8 * 3 * 3 * 2, 8 * 3 * 3 * 2),
    "depthwise": (3 * 3 * 8 * 5 * 5, 5 * 5 * 8),
    "transposed": (6 * 6 * 8 * 3 * 3 * 4, 8 * 3 * 3 * 4),
    "dense": (144 * 10, 144 * 10 + 10),
    "norm": (0, 8),
    "pool": (0, 0),
}


def net(kind: str) -> Net:
    net = Net(6, 6, 4)
    match kind:
        case "conv":
            net.conv("input", filters=8, bias=True)
        case "grouped":
            net.conv("input", filters=8, groups=2)
        case "depthwise":
            net.depthwise("input", kernel=(5, 5), stride=(2, 2), multiplier=2)
        case "transposed":
            net.transposed_conv("input", filters=8)
        case "dense":
            net.dense(net.flatten("input"), units=10)
        case "norm":
            net.batch_norm("input")
        case "pool":
            net.max_pool("input")
    return net


@pytest.mark.parametrize("kind", COUNTS)
def test_one_layer(kind: str) -> None:
    graph = net(kind).graph()
    assert (count_macs(graph), count_parameters(graph)) == COUNTS[kind]
    assert macs_of(graph.nodes[-1], graph) == COUNTS[kind][0]


def test_layers_add_up() -> None:
    both = Net(6, 6, 4)
    both.batch_norm(both.conv("input", filters=8, bias=True))
    graph = both.graph()
    assert count_macs(graph) == COUNTS["conv"][0]
    assert count_parameters(graph) == COUNTS["conv"][1] + 16
