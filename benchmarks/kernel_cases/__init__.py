"""Graphs that exercise each kernel in many shapes: cost tables come from them.

Each module of this folder holds a family of kernels and lists its graphs as CASES; none is named elsewhere.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from compiler.ir.graph import Graph

MakeGraph = Callable[[np.random.Generator], Graph]


def all_cases() -> Iterator[tuple[str, Graph]]:
    """Every family's graphs and their names, in order."""
    for module in sorted(module.name for module in iter_modules(__path__)):
        cases: tuple[MakeGraph, ...] = import_module(f"{__name__}.{module}").CASES
        for make_graph in cases:
            yield f"{module}_{make_graph.__name__}", make_graph(np.random.default_rng(1))
