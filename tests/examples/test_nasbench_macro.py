"""NAS-Bench-Macro: parameters and MACs of its networks equal the published ones."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.count import count_macs, count_parameters
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.space import SearchSpace
from searchspace_dsl.spec import Spec

TABLE = Path(__file__).parents[3] / "shared" / "nasbench" / "nasbench_macro.csv"
STRATA = 200
pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason="the published table is not here")


def rows() -> list[dict[str, str]]:
    """By cost: neighbours are alike."""
    with TABLE.open(newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: (int(row["flops"]), row["arch"]))


def counted(space: SearchSpace, arch: str) -> tuple[int, int]:
    """A digit for each layer, and the decisions in the same order."""
    network = space.elaborate(np.array([float(digit) for digit in arch]))
    assert not isinstance(network, Infeasible), network
    graph = graph_from_architecture(network, name=arch)
    assert not isinstance(graph, Infeasible), graph
    return count_parameters(graph), count_macs(graph)


def published(row: dict[str, str]) -> tuple[int, int]:
    return int(row["params"]), int(row["flops"])


def test_one_network_of_each_stratum_equals_the_table(spec_of: Callable[[str], Spec]) -> None:
    space = spec_of("nasbench_macro").space
    rng = np.random.default_rng(0)
    picked = [stratum[rng.integers(len(stratum))] for stratum in np.array_split(np.array(rows()), STRATA)]
    assert len(picked) == STRATA
    for row in picked:
        assert counted(space, row["arch"]) == published(row), row["arch"]


@pytest.mark.full
def test_all_6561_networks_equal_the_table(spec_of: Callable[[str], Spec]) -> None:
    space = spec_of("nasbench_macro").space
    table = rows()
    assert len({row["arch"] for row in table}) == len(table) == 6561
    assert [row["arch"] for row in table if counted(space, row["arch"]) != published(row)] == []
