"""The scores against true accuracies: what they are for, and what breaks first when a definition slips."""

import csv
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from benchmarks.proxies import Scored, cell_network, columns, macro, read, score_network, spearman, stratified
from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.count import count_macs, count_parameters
from compiler.ir.graph import Graph
from compiler.workers import process_pool
from searchspace_dsl.encoding import InputEncoding

FOLDER = Path(__file__).parents[4] / "shared" / "nasbench"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no accuracies in {FOLDER}")


def correlations(benchmark: str, file: str, column: str, networks: int) -> dict[str, float]:
    rows = stratified(read(FOLDER / file, column), networks)
    # In a process whose BLAS has one thread: with several, other load on the machine makes it crawl.
    with process_pool(1) as pool:
        scored = list(pool.map(score_network, repeat(benchmark), *zip(*rows, strict=True), repeat(16)))
    known: list[Scored] = [network for network in scored if network]
    accuracy = np.array([network.accuracy for network in known])
    return {name: spearman(values, accuracy) for name, values in columns(known).items()}


def test_scores_rank_nasbench_macro_better_than_macs_do() -> None:
    rho = correlations("macro", "nasbench_macro.csv", "mean_acc", 40)
    assert min(rho["naswot"], rho["block_rank"], rho["stage_rank"]) > 0.75
    assert min(rho["sum"], rho["score"]) > 0.87
    assert min(rho["sum"], rho["score"]) > rho["macs"]


def test_scores_rank_nasbench_201_better_than_macs_do() -> None:
    rho = correlations("201", "nasbench201.csv", "cifar10_test_acc", 40)
    assert min(rho["sum"], rho["score"]) > 0.82
    assert rho["sum"] > rho["macs"]


def test_macs_and_parameters_are_the_published_ones() -> None:
    with (FOLDER / "nasbench_macro.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))[::400]
    for row in rows:
        graph = graph_from_architecture(
            macro(row["arch"], 32), name="n", encoding=InputEncoding(raw_dtype="int8"), labels=()
        )
        assert isinstance(graph, Graph)
        assert (count_macs(graph), count_parameters(graph)) == (int(row["flops"]), int(row["params"]))


def test_a_cell_without_a_path_is_no_network() -> None:
    assert cell_network("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", 16) is None
