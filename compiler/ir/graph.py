"""A network as a graph of operators: SSA, NHWC, static shapes. One type for float and quantized networks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from compiler.ir.ops import Op
from compiler.ir.tensor import Tensor
from searchspace_dsl.encoding import InputEncoding
from searchspace_dsl.span import Span

Rounding = Literal["double", "single"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The operator of a model file that a node came from, as the file has it: the format's word for it, the
    tensor it computes, and that tensor's shape, with the batch."""

    operator: str
    tensor: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One operator. Inputs name graph inputs, outputs of earlier nodes, or parameters.

    `scope` is the path of block calls the node came from (see searchspace_dsl.architecture.Layer), `origin`
    the operator of the user's file, where that is known; it is for messages.
    """

    name: str
    op: Op
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    scope: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A value that outlives a run: typed in the graph's `tensors`, read and written by the operators that
    name it among their inputs, in the order of the nodes. Every element starts as the integer `initial`."""

    name: str
    initial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Nodes in topological order; `tensors` types every value and every parameter.

    `parameters` names the constants. `weights` holds their numbers: for all of them, or for none (then the
    graph can be costed but not run). float32 parameters are float32 arrays; int8 weights int8, biases int32.
    `port_axes`: of inputs and outputs that a file has, which axis of the file's each axis is; the others have
    their channels last.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    parameters: tuple[str, ...] = ()
    weights: Mapping[str, np.ndarray] = field(default_factory=dict, compare=False, repr=False)
    encoding: InputEncoding | None = None
    labels: tuple[str, ...] = ()
    rounding: Rounding = "double"
    states: tuple[State, ...] = ()
    port_axes: Mapping[str, tuple[int, ...]] = field(default_factory=dict, compare=False)

    def producer(self) -> dict[str, Node]:
        """The node that defines each value; inputs and parameters have none."""
        return {output: node for node in self.nodes for output in node.outputs}

    def readers(self) -> dict[str, tuple[Node, ...]]:
        """The nodes that read each value, in order."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                found.setdefault(name, []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}
