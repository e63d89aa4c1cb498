"""How well the zero-shot scores rank networks of known accuracy: those of NAS-Bench-201 and NAS-Bench-Macro.

Run from the repository's root: python -m benchmarks.proxies FOLDER [--networks 250] [--resolution 16]
FOLDER holds nasbench201.csv and nasbench_macro.csv.
"""

import argparse
import csv
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.count import count_macs
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from compiler.proxies.aggregate import REFERENCE_NETWORKS, TERMS, aggregate, make_reference
from compiler.proxies.registry import score_graph
from compiler.workers import process_pool
from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.infeasible import Infeasible

SEED = 1
SIMILAR_MACS = 0.15


class Builder:
    """Appends layers one after the other and names them."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.scope: tuple[str, ...] = ()

    def add(self, op: str, *inputs: str, **attributes: AttributeValue) -> str:
        name = f"{op}_{len(self.layers)}"
        self.layers.append(Layer(name=name, op=op, inputs=inputs, attributes=attributes, scope=self.scope))
        return name

    def conv(self, x: str, filters: int, kernel: int, stride: int = 1) -> str:
        window = {"kernel": (kernel, kernel), "stride": (stride, stride), "dilation": (1, 1)}
        return self.add("conv", x, filters=filters, groups=1, padding="same", bias=False, **window)

    def depthwise(self, x: str, kernel: int, stride: int) -> str:
        window = {"kernel": (kernel, kernel), "stride": (stride, stride), "dilation": (1, 1)}
        return self.add("depthwise", x, multiplier=1, padding="same", bias=False, **window)

    def head(self, x: str, resolution: int) -> Architecture:
        output = self.add("dense", self.add("global_average_pool", x), units=10, bias=True)
        shape = (resolution, resolution, 3)
        return Architecture(name="network", input_shape=shape, layers=tuple(self.layers), output=output)


def macro(code: str, resolution: int) -> Architecture:
    """A network of NAS-Bench-Macro from its eight digits."""
    build, channels = Builder(), 32
    x = build.add("relu", build.add("batch_norm", build.conv("input", 32, 3)))
    for layer, digit in enumerate(code):
        first = layer in (0, 2, 5)
        width = channels * 2 if first else channels
        build.scope = (f"layer_{layer}",)
        x = _macro_layer(build, x, int(digit), (channels, width), 2 if first else 1)
        channels = width
    build.scope = ()
    x = build.add("relu", build.add("batch_norm", build.conv(x, 1280, 1)))
    return build.head(x, resolution)


def _macro_layer(build: Builder, x: str, digit: int, channels: tuple[int, int], stride: int) -> str:
    if digit == 0:
        return x if stride == 1 else build.add("batch_norm", build.conv(x, channels[1], 1, stride))
    kernel, expansion = ((3, 3), (5, 6))[digit - 1]
    y = build.add("relu", build.add("batch_norm", build.conv(x, channels[0] * expansion, 1)))
    y = build.add("relu", build.add("batch_norm", build.depthwise(y, kernel, stride)))
    y = build.add("batch_norm", build.conv(y, channels[1], 1))
    return build.add("add", x, y) if stride == 1 else y


def cell_network(code: str, resolution: int) -> Architecture | None:
    """A network of NAS-Bench-201 from its cell, None where no path leads through the cell."""
    build = Builder()
    x: str | None = build.add("batch_norm", build.conv("input", 16, 3))
    for stage, channels in enumerate((16, 32, 64)):
        if stage and x:
            build.scope = (f"reduce_{stage}",)
            x = _reduction(build, x, channels)
        for cell in range(5):
            build.scope = (f"cell_{stage}_{cell}",)
            x = _cell(build, x, code, channels) if x else None
    build.scope = ()
    return build.head(build.add("relu", build.add("batch_norm", x)), resolution) if x else None


def _reduction(build: Builder, x: str, channels: int) -> str:
    y = build.add("batch_norm", build.conv(build.add("relu", x), channels, 3, 2))
    y = build.add("batch_norm", build.conv(build.add("relu", y), channels, 3))
    pooled = build.add("average_pool", x, kernel=(2, 2), stride=(2, 2), padding="valid")
    return build.add("add", build.conv(pooled, channels, 1), y)


def _cell(build: Builder, x: str, code: str, channels: int) -> str | None:
    values: list[str | None] = [x]
    for node in code.split("+"):
        arriving = [_edge(build, edge, values, channels) for edge in node.strip("|").split("|")]
        present = [value for value in arriving if value]
        total = present[0] if present else None
        for value in present[1:]:
            total = build.add("add", total or value, value)
        values.append(total)
    return values[-1]


def _edge(build: Builder, edge: str, values: list[str | None], channels: int) -> str | None:
    operator, source = edge.split("~")
    x = values[int(source)]
    if x is None or operator == "none":
        return None
    if operator == "skip_connect":
        return x
    if operator == "avg_pool_3x3":
        return build.add("average_pool", x, kernel=(3, 3), stride=(1, 1), padding="same")
    kernel = int(operator[-1])
    return build.add("batch_norm", build.conv(build.add("relu", x), channels, kernel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One network of a benchmark."""

    accuracy: float
    macs: int
    scores: dict[str, float]


def score_network(benchmark: str, code: str, accuracy: float, resolution: int) -> Scored | None:
    make = {"201": cell_network, "macro": macro}[benchmark]
    architecture = make(code, resolution)
    if architecture is None:
        return None
    encoding = InputEncoding(raw_dtype="int8")
    graph = graph_from_architecture(architecture, name="network", encoding=encoding, labels=())
    assert not isinstance(graph, Infeasible), graph
    scores = score_graph(graph, TERMS, SEED)
    macs = count_macs(remove_dead_nodes(graph))
    return Scored(accuracy=accuracy, macs=macs, scores=scores) if scores else None


def stratified(rows: list[tuple[str, float]], count: int) -> list[tuple[str, float]]:
    """`count` rows at even steps of accuracy rank."""
    ordered = sorted(rows, key=lambda row: (row[1], row[0]))
    return [ordered[int(step)] for step in np.linspace(0, len(ordered) - 1, min(count, len(ordered)))]


def read(path: Path, column: str) -> list[tuple[str, float]]:
    with path.open(newline="") as stream:
        return [(row["arch"], float(row[column])) for row in csv.DictReader(stream)]


def ranked(values: np.ndarray) -> np.ndarray:
    """The rank of each value, ties sharing their mean rank."""
    ordered = np.sort(values)
    left, right = np.searchsorted(ordered, values), np.searchsorted(ordered, values, side="right")
    ranks: np.ndarray = (left + right) / 2
    return ranks


def spearman(values: np.ndarray, accuracy: np.ndarray) -> float:
    return float(np.corrcoef(ranked(values), ranked(accuracy))[0, 1])


def kendall(values: np.ndarray, accuracy: np.ndarray, pairs: np.ndarray) -> float:
    """Tau over the pairs (n, n) that are true: share in the same order less share in the other."""
    agreement = np.sign(np.subtract.outer(values, values)) * np.sign(np.subtract.outer(accuracy, accuracy))
    return float(agreement[pairs].mean())


def pairs_of(macs: np.ndarray, within: float) -> np.ndarray:
    """(n, n): each pair once, if its MACs differ by at most this share of the larger."""
    apart = np.abs(np.subtract.outer(macs, macs)) / np.maximum.outer(macs, macs)
    pairs: np.ndarray = np.tri(len(macs), k=-1, dtype=bool) & (apart <= within)
    return pairs


def columns(networks: list[Scored]) -> dict[str, np.ndarray]:
    """Each way of ranking, by name. The reference of the aggregate is a random part of the networks."""
    drawn = np.random.default_rng(SEED).permutation(len(networks))[:REFERENCE_NETWORKS]
    reference = make_reference([networks[index].scores for index in drawn])
    terms = {term: np.array([network.scores[term] for network in networks]) for term in TERMS}
    return {
        "macs": np.array([network.macs for network in networks], dtype=float),
        **terms,
        "sum": np.sum(list(terms.values()), axis=0),
        "score": np.array([aggregate(network.scores, reference) for network in networks]),
    }


def report(title: str, networks: Iterable[Scored | None]) -> None:
    scored = [network for network in networks if network]
    accuracy = np.array([network.accuracy for network in scored])
    print(f"\n{title}: {len(scored)} networks\n{'':12}  Spearman  Kendall  Kendall at equal MACs")
    by_name = columns(scored)
    everyone, similar = pairs_of(by_name["macs"], 1.0), pairs_of(by_name["macs"], SIMILAR_MACS)
    for name, values in by_name.items():
        rho, tau = spearman(values, accuracy), kendall(values, accuracy, everyone)
        print(f"{name:12}  {rho:8.3f}  {tau:7.3f}  {kendall(values, accuracy, similar):21.3f}")


def run(pool: Executor, folder: Path, count: int, resolution: int) -> None:
    for title, benchmark, file, column in (
        ("NAS-Bench-201, CIFAR-10", "201", "nasbench201.csv", "cifar10_test_acc"),
        ("NAS-Bench-Macro", "macro", "nasbench_macro.csv", "mean_acc"),
    ):
        codes, accuracies = zip(*stratified(read(folder / file, column), count), strict=True)
        report(title, pool.map(score_network, repeat(benchmark), codes, accuracies, repeat(resolution)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--networks", type=int, default=250)
    parser.add_argument("--resolution", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with process_pool(arguments.jobs) as pool:
        run(pool, arguments.folder, arguments.networks, arguments.resolution)


if __name__ == "__main__":
    main()
