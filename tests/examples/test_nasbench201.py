"""NAS-Bench-201: which cells are networks at all, and published counts of some."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.count import count_macs, count_parameters
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.spec import Spec

NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)
Cell = tuple[int, ...]


def connected(cell: Cell) -> bool:
    """Whether a way leads from the first node to the last; edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3."""
    to_1, direct_2, from_1, direct_3, last_from_1, last_from_2 = (edge != NONE for edge in cell)
    to_2 = direct_2 or (from_1 and to_1)
    return direct_3 or (last_from_1 and to_1) or (last_from_2 and to_2)


def is_network(space: SearchSpace, cell: Cell) -> bool:
    network = space.elaborate(np.array(cell, dtype=np.float64))
    if isinstance(network, Infeasible):
        assert "disconnected" in network.reason
        return False
    return True


def test_some_cells_are_networks_exactly_if_connected(spec_of: Callable[[str], Spec]) -> None:
    space = spec_of("nasbench201").space
    cells = [tuple(map(int, cell)) for cell in np.random.default_rng(0).integers(0, 5, (200, 6))]
    assert not all(map(connected, cells))
    for cell in cells:
        assert is_network(space, cell) == connected(cell), cell


@pytest.mark.full
def test_all_cells_are_networks_exactly_if_connected(spec_of: Callable[[str], Spec]) -> None:
    space = spec_of("nasbench201").space
    networks = 0
    for cell in product(range(5), repeat=6):
        assert is_network(space, cell) == connected(cell), cell
        networks += connected(cell)
    assert networks == 15_625 - 341


@pytest.mark.parametrize(
    ("cell", "parameters"),
    [
        # D-X-Y/NATS-Bench, issue 36: |skip~0|+|none~0|3x3~1|+|pool~0|3x3~1|3x3~2| has 0.802426 M.
        ((SKIP, NONE, CONV_3X3, POOL, CONV_3X3, CONV_3X3), 802_426),
        # Of each operation alone: 15 cells of 6 edges, a convolution and its batch_norm on each.
        ((SKIP,) * 6, 73_306),
        ((CONV_1X1,) * 6, 73_306 + 5 * 6 * sum(c * c + 2 * c for c in (16, 32, 64))),
        ((CONV_3X3,) * 6, 73_306 + 5 * 6 * sum(9 * c * c + 2 * c for c in (16, 32, 64))),
    ],
)
def test_parameters_are_those_published(cell: Cell, parameters: int, spec_of: Callable[[str], Spec]) -> None:
    network = spec_of("nasbench201").space.elaborate(np.array(cell, dtype=np.float64))
    assert not isinstance(network, Infeasible), network
    graph = graph_from_architecture(network, name="cell")
    assert not isinstance(graph, Infeasible), graph
    assert count_parameters(graph) == parameters
    assert 7_783_040 <= count_macs(graph) <= 220_119_680
