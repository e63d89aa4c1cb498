"""The identity of a training: what its checkpoint is compared with before it is continued."""

import hashlib
from collections.abc import Mapping

import numpy as np

from compiler.ir.graph import Graph
from compiler.ir.print import print_graph
from compiler.train.samples import Samples
from compiler.train.settings import TrainingSettings


def training_fingerprint(
    graph: Graph, weights: Mapping[str, np.ndarray], samples: Samples, settings: TrainingSettings, seed: int
) -> str:
    """SHA-256 (hexadecimal) of the network, its starting weights, the encoded data, settings and seed."""
    digest = hashlib.sha256(b"protonas training 2\n")
    digest.update(print_graph(graph).encode())
    digest.update(repr((settings, seed)).encode())
    for name in graph.parameters:
        digest.update(np.ascontiguousarray(weights[name]).data)
    for array in (samples.x_train, samples.y_train, samples.x_validation, samples.y_validation):
        digest.update(repr((array.shape, str(array.dtype))).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
