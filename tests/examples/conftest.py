"""Spaces of the examples, each loaded once, and the graphs of their members."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from compiler.frontends.architecture import graph_from_architecture
from compiler.ir.graph import Graph
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_spec
from searchspace_dsl.spec import Spec

EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def _spec(name: str) -> Spec:
    return load_spec(EXAMPLES / f"{name}.nas")


@pytest.fixture
def spec_of() -> Callable[[str], Spec]:
    """The spec of the example of that name."""
    return _spec


@pytest.fixture
def graph_of() -> Callable[[str, Mapping[str, object]], Graph]:
    """The float graph of a member of an example.

    `decisions`: by the last part of their names, for all decisions that end so; the whole name goes first.
    """

    def build(name: str, decisions: Mapping[str, object]) -> Graph:
        space = _spec(name).space
        full = {
            decision.name: decisions[key]
            for decision in space.decisions
            if (key := next(k for k in (decision.name, decision.name.split(".")[-1]) if k in decisions))
        }
        network = space.elaborate(space.encode(full))
        assert not isinstance(network, Infeasible), network
        graph = graph_from_architecture(network, name=name)
        assert not isinstance(graph, Infeasible), graph
        return graph

    return build
