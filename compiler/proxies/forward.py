"""One forward pass of an untrained network on noise: the only thing every score looks at, so it is run once.

Networks of one search all get the same random stream: the same network always has the same score, and
two networks that differ little get nearly the same weights, so that their difference is not noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from compiler.ir.graph import Graph
from compiler.passes.initialize import initialize_weights
from compiler.passes.remove_dead_nodes import remove_dead_nodes
from compiler.proxies.blocks import block_outputs
from compiler.proxies.normalize import with_batch_norm
from compiler.reference.float_interpreter import run_float

BATCH = 8
_INPUT_STREAM, _WEIGHT_STREAM, _POSITION_STREAM = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """`activations`: outputs of the nonlinearities; `blocks`: outputs of the blocks; both (batch, ...),
    float32, in topological order and by the name of the value. `graph` is what ran, weights included.
    """

    graph: Graph
    activations: Mapping[str, np.ndarray]
    blocks: Mapping[str, np.ndarray]
    seed: int

    def positions(self, count: int, most: int) -> np.ndarray:
        """At most `most` of `count` indices, ascending, drawn without replacement."""
        if count <= most:
            return np.arange(count)
        return np.sort(_generator(self.seed, _POSITION_STREAM).choice(count, size=most, replace=False))


def run_forward(graph: Graph, seed: int) -> Forward | None:
    """Runs `graph` (float, before batch-norm folding; weights not needed) at its own resolution.

    A batch of 8 Gaussian inputs, Kaiming weights, batch statistics in every batch-norm. None where the
    output does not depend on the input.
    """
    live = remove_dead_nodes(graph)
    if not _connected(live):
        return None
    ready = initialize_weights(with_batch_norm(live), _generator(seed, _WEIGHT_STREAM))
    rng = _generator(seed, _INPUT_STREAM)
    shape = ready.tensors[ready.inputs[0]].shape
    x = rng.standard_normal((BATCH, *shape)).astype(np.float32)
    activations, blocks = _nonlinear_outputs(ready), block_outputs(ready)
    values = run_float(ready, x, batch_statistics=True, keep={*activations, *blocks})
    return Forward(
        graph=ready,
        activations={name: values[name] for name in activations},
        blocks={name: values[name] for name in blocks},
        seed=seed,
    )


def _generator(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stream,)))


def _nonlinear_outputs(graph: Graph) -> tuple[str, ...]:
    return tuple(node.outputs[0] for node in graph.nodes if getattr(node.op, "activation", "none") != "none")


def _connected(graph: Graph) -> bool:
    return any(name in graph.inputs for node in graph.nodes for name in node.inputs)
