"""Weights between the graph's layouts and torch's, and what training does with each."""

from typing import Literal

import numpy as np

from compiler.ir.graph import Graph
from compiler.ir.ops import BatchNorm, Conv2D, Dense, DepthwiseConv2D, TransposeConv2D

Role = Literal[
    "conv", "depthwise", "transposed", "dense", "bias", "gamma", "beta", "mean", "variance", "value"
]

_TO_TORCH = {"conv": (0, 3, 1, 2), "depthwise": (3, 0, 1, 2), "transposed": (3, 0, 1, 2)}
_TO_GRAPH = {"conv": (0, 2, 3, 1), "depthwise": (1, 2, 3, 0), "transposed": (1, 2, 3, 0)}
_STATISTICS = ("mean", "variance")


def parameter_roles(graph: Graph) -> dict[str, Role]:
    """What each parameter of the graph is to the node that reads it; "value" is a constant operand."""
    roles: dict[str, Role] = dict.fromkeys(graph.parameters, "value")
    for node in graph.nodes:
        named: tuple[Role, ...]
        match node.op:
            case Conv2D():
                named = ("conv", "bias")
            case DepthwiseConv2D():
                named = ("depthwise", "bias")
            case TransposeConv2D():
                named = ("transposed", "bias")
            case Dense():
                named = ("dense", "bias")
            case BatchNorm():
                named = ("gamma", "beta", "mean", "variance")
            case _:
                continue
        roles.update(zip(node.inputs[1:], named, strict=False))
    return roles


def is_statistic(role: Role) -> bool:
    """Whether numbers of this role are measured during training instead of learned."""
    return role in _STATISTICS


def torch_layout(array: np.ndarray, role: Role) -> np.ndarray:
    """A parameter in torch's axis order (conv OHWI -> OIHW, depthwise 1HWC -> C1HW,
    transposed OHWI -> IOHW): a view."""
    return array.transpose(_TO_TORCH[role]) if role in _TO_TORCH else array


def graph_layout(array: np.ndarray, role: Role) -> np.ndarray:
    """The inverse of torch_layout: a view."""
    return array.transpose(_TO_GRAPH[role]) if role in _TO_GRAPH else array
