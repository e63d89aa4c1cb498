"""A graph being rewritten: mutable inside one pass, a frozen Graph again at its end."""

from dataclasses import dataclass, replace

import numpy as np

from compiler.ir.graph import Graph, Node
from compiler.ir.tensor import Tensor


@dataclass(slots=True)
class Draft:
    """`nodes` starts empty: a pass walks over the nodes of `graph` and appends what becomes of them."""

    graph: Graph
    nodes: list[Node]
    tensors: dict[str, Tensor]
    parameters: list[str]
    weights: dict[str, np.ndarray]
    readers: dict[str, tuple[Node, ...]]

    @classmethod
    def of(cls, graph: Graph) -> "Draft":
        """A draft with the graph's tables and no nodes yet; `readers` are those in `graph`."""
        return cls(
            graph, [], dict(graph.tensors), list(graph.parameters), dict(graph.weights), graph.readers()
        )

    def add_value(self, wanted: str, tensor: Tensor) -> str:
        """Types a new value; its name is `wanted`, or that with a number where it is taken."""
        name, number = wanted, 2
        while name in self.tensors:
            name, number = f"{wanted}_{number}", number + 1
        self.tensors[name] = tensor
        return name

    def own_parameter(
        self,
        wanted: str,
        shape: tuple[int, ...],
        array: np.ndarray | None,
        *,
        instead_of: str | None = None,
    ) -> str:
        """A float32 parameter for one node alone; `array` is None in a graph without weights. It replaces
        the parameter `instead_of` where that has the same shape and no other reader.
        """
        name = instead_of
        if name is None or len(self.readers.get(name, ())) > 1 or self.tensors[name].shape != shape:
            name = self.add_value(wanted, Tensor(shape=shape))
            self.parameters.append(name)
        if array is not None:
            self.weights[name] = array.astype(np.float32)
        return name

    def finish(self) -> Graph:
        """The graph with the new nodes and what they name of its tables; parameters in order of reading, and
        the states that are still named."""
        named = {*self.graph.inputs, *self.graph.outputs}
        for node in self.nodes:
            named.update(node.inputs, node.outputs)
        known = set(self.parameters)
        read = dict.fromkeys(name for node in self.nodes for name in node.inputs if name in known)
        parameters = tuple(read)
        return replace(
            self.graph,
            nodes=tuple(self.nodes),
            tensors={name: tensor for name, tensor in self.tensors.items() if name in named},
            parameters=parameters,
            weights={name: self.weights[name] for name in parameters if name in self.weights},
            states=tuple(state for state in self.graph.states if state.name in named),
        )
