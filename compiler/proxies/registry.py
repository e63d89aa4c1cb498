"""Which scores there are: every module of this package that has a PROXY. Adding a score is adding a file."""

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

import compiler.proxies
from compiler.ir.graph import Graph
from compiler.proxies.forward import run_forward
from compiler.proxies.proxy import Proxy


@cache
def proxies() -> Mapping[str, Proxy]:
    """Every score by its name, sorted by name."""
    modules = pkgutil.iter_modules(compiler.proxies.__path__, compiler.proxies.__name__ + ".")
    found: list[Proxy | None] = [getattr(import_module(module.name), "PROXY", None) for module in modules]
    return {proxy.name: proxy for proxy in sorted(filter(None, found), key=lambda proxy: proxy.name)}


def find_proxy(word: str) -> Proxy | None:
    """The score a spec calls by its name or its symbol."""
    by_symbol = {proxy.symbol: proxy for proxy in proxies().values()}
    return proxies().get(word) or by_symbol.get(word)


def score_graph(graph: Graph, names: Iterable[str], seed: int) -> dict[str, float] | None:
    """The named scores of a float graph before folding, from one forward pass. None if it is disconnected.

    Rounded to six significant digits, which is what float32 gives: how many threads a BLAS uses shows in the
    tenth, and must not decide which of two networks is on a front.
    """
    forward = run_forward(graph, seed)
    if forward is None:
        return None
    return {name: float(f"{proxies()[name].function(forward):.6g}") for name in names}
