"""Collects the nodes of a Graph: values in any shape an operator wants to see them in, parameters, names."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod

import numpy as np

from compiler.frontends.tflite.names import Names
from compiler.frontends.tflite.refusal import Broken, Refusal
from compiler.frontends.tflite.scales import check_scales
from compiler.frontends.tflite.states import States
from compiler.frontends.tflite.types import check_moved
from compiler.ir.dtypes import MOVES, dtypes_fit
from compiler.ir.graph import Graph, Node, Origin
from compiler.ir.ops import (
    Activate,
    Add,
    BatchMatMul,
    Concat,
    Lookup,
    Maximum,
    Minimum,
    Mul,
    Op,
    PRelu,
    Quantize,
    ReadVariable,
    Reshape,
    SquaredDifference,
    Sub,
)
from compiler.ir.shapes import ShapeError, output_shape
from compiler.ir.tensor import Tensor
from compiler.passes.run_node import run_node

Shape = tuple[int, ...]
_JOINING = (Add, Sub, Mul, Maximum, Minimum, SquaredDifference, BatchMatMul, Concat)
_FOLDED = (
    Activate, Add, Lookup, Maximum, Minimum, Mul, PRelu, SquaredDifference, Sub
)  # fmt: skip
MOST_FOLDED = 1 << 22
"""Elements that operators on constants may read or make in all."""
MOST_INDICES = 1 << 20
"""Of all operators together, scales of channels included."""


class Builder:
    """Append only; `graph` gives what was collected. Values are named by strings, as in the Graph."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._names = Names()
        self._node_names = Names()
        self._nodes: list[Node] = []
        self._tensors: dict[str, Tensor] = {}
        self._weights: dict[str, np.ndarray] = {}
        self._inputs: list[str] = []
        self._computed: set[str] = set()
        self._placeholders: set[str] = set()
        self._indices_left = MOST_INDICES
        self._folds_left = MOST_FOLDED
        self.origin: Origin | None = None
        """What the nodes to come are made from."""
        self.states = States(self._define)
        self._viewed: dict[str, str] = {}
        self._views: dict[tuple[str, Shape], str] = {}
        self._shared: dict[tuple[int, Tensor], str] = {}

    def spend(self, indices: int) -> None:
        """Broken where the operators' lists of indices and scales grow beyond what any network has."""
        self._indices_left -= indices
        if self._indices_left < 0:
            raise Broken(f"its operators hold more than {MOST_INDICES:,} indices and scales")

    def type_of(self, value: str) -> Tensor:
        """Of a value, parameter or state."""
        return self._tensors[value]

    def _define(self, hint: str, tensor: Tensor) -> str:
        name = self._names.unique(hint)
        self._tensors[name] = tensor
        return name

    def add_input(self, hint: str, tensor: Tensor) -> str:
        """The graph's next input."""
        self._inputs.append(self._define(hint, tensor))
        return self._inputs[-1]

    def add_parameter(self, hint: str, array: np.ndarray, tensor: Tensor, origin: int | None = None) -> str:
        """A constant; `array` has the type that `tensor` says. Those of one `origin`, the file's tensor that
        they are unchanged, and of one type are one."""
        assert array.shape == tensor.shape
        if origin is not None and (origin, tensor) in self._shared:
            return self._shared[origin, tensor]
        name = self._define(hint, tensor)
        self._weights[name] = array
        if origin is not None:
            self._shared[origin, tensor] = name
        return name

    def placeholder(self, hint: str, tensor: Tensor) -> str:
        """A value that nothing computes: what a refused operator would have; such a Graph is never built."""
        name = self._define(hint, tensor)
        self._placeholders.add(name)
        return name

    def is_placeholder(self, value: str) -> bool:
        """Whether it is one of these, or such a one in another shape."""
        return self._viewed.get(value, value) in self._placeholders

    def add(self, op: Op, inputs: tuple[str, ...], output: str, tensor: Tensor, node: str) -> str:
        """The name of what a new node computes; `output` and `node` are hints.

        Broken where the operator makes another shape of its inputs than `tensor` says.
        """
        self._check_shape(op, inputs, tensor, node)
        self._check_types(op, inputs, tensor)
        if self._is_constant(op, inputs, tensor):
            return self.add_parameter(output, self._folded(op, inputs, tensor), tensor)
        self._check_inputs(op, inputs, tensor)
        name = self._define(output, tensor)
        self._append(op, inputs, (name,), node)
        return name

    def constant(self, value: str) -> np.ndarray | None:
        """The numbers of a parameter; None for what is computed."""
        return self._weights.get(value)

    def _is_constant(self, op: Op, inputs: tuple[str, ...], tensor: Tensor) -> bool:
        """Whether the result is known at once: of moves, and of int8 arithmetic whose numbers never depend
        on what a kernel can hold."""
        simple = isinstance(op, MOVES) or (isinstance(op, _FOLDED) and tensor.dtype == "int8")
        return simple and all(name in self._weights for name in inputs)

    def _folded(self, op: Op, inputs: tuple[str, ...], tensor: Tensor) -> np.ndarray:
        self._folds_left -= max(tensor.elements, *(self._tensors[name].elements for name in inputs))
        if self._folds_left < 0:
            raise Refusal(
                f"constants make more than {MOST_FOLDED:,} other numbers", "their result as a constant"
            )
        node = Node(name="constant", op=op, inputs=inputs, outputs=("result",))
        types = {**{name: self._tensors[name] for name in inputs}, "result": tensor}
        alone = Graph(name=self._name, inputs=(), outputs=(), nodes=(node,), tensors=types)
        return run_node(node, alone, [self._weights[name] for name in inputs])

    def _check_inputs(self, op: Op, inputs: tuple[str, ...], tensor: Tensor) -> None:
        """Only what joins several values may begin with a constant."""
        if isinstance(op, MOVES) and not isinstance(op, ReadVariable):
            check_moved(tensor.dtype)
        if all(name in self._weights for name in inputs) or (
            inputs[0] in self._weights and not isinstance(op, _JOINING)
        ):
            raise Refusal("its input is constant", "an input that is computed, or the result as a constant")

    def add_effect(self, op: Op, inputs: tuple[str, ...], node: str) -> None:
        """A node without an output: it changes a state."""
        self._append(op, inputs, (), node)

    def _append(self, op: Op, inputs: tuple[str, ...], outputs: tuple[str, ...], node: str) -> None:
        self._computed.update(outputs)
        name = self._node_names.unique(node)
        self._nodes.append(Node(name=name, op=op, inputs=inputs, outputs=outputs, origin=self.origin))

    def _check_shape(self, op: Op, inputs: tuple[str, ...], tensor: Tensor, node: str) -> None:
        shapes = tuple(self._tensors[name].shape for name in inputs)
        try:
            shape = output_shape(op, shapes, tensor.shape)
        except ShapeError as mismatch:
            raise Broken(f"{node} {mismatch}") from mismatch
        if shape != tensor.shape:
            raise Broken(f"{node} makes {list(shape)}; the file says {list(tensor.shape)}")

    def _check_types(self, op: Op, inputs: tuple[str, ...], tensor: Tensor) -> None:
        floats = any(self._tensors[name].dtype == "float32" for name in inputs)
        if floats and not isinstance(op, Quantize | Reshape):
            raise Refusal("it computes on float32", "a network quantized throughout")
        dtypes = (*(self._tensors[name].dtype for name in inputs), tensor.dtype)
        if not dtypes_fit(op, dtypes):
            raise Refusal(f"it takes {', '.join(dtypes[:-1])} to {dtypes[-1]}", "int8")
        check_scales(op, tuple(self._tensors[name] for name in inputs), tensor)

    def view(self, value: str, shape: Shape) -> str:
        """`value` in another shape of as many elements: itself, or a Reshape, made once."""
        origin = self._viewed.get(value, value)
        tensor = self._tensors[origin]
        if self._tensors[value].shape == shape:
            return value
        if tensor.shape == shape:
            return origin
        if prod(shape) != tensor.elements:
            raise Broken(f"{origin!r:.80} has {tensor.elements} elements, which are no {list(shape)}")
        key = (origin, shape)
        if key not in self._views:
            self._views[key] = self._reshape(origin, shape)
        return self._views[key]

    def _reshape(self, origin: str, shape: Shape) -> str:
        tensor = self._tensors[origin]
        typed = Tensor(shape=shape, dtype=tensor.dtype, quantization=tensor.quantization)
        name = self.add(Reshape(), (origin,), f"{origin}/reshaped", typed, f"{origin}/reshape")
        self._viewed[name] = origin
        return name

    def reserve(self, hint: str) -> str:
        """A name that no value will have, for an output."""
        return self._names.unique(hint)

    def output(self, value: str, taken: Mapping[str, str]) -> str:
        """The value that can be an output: itself, or a Reshape of it where it is an input, or `taken` as an
        output already. Refusal for constants and states.
        """
        if value not in self._computed and value not in self._inputs:
            raise Refusal("it is constant", "outputs that are computed")
        if value in self._computed and value not in taken:
            return value
        return self._reshape(value, self._tensors[value].shape)

    def graph(self, outputs: Mapping[str, str]) -> Graph:
        """All that the outputs and the variables need, in the order it was added. `outputs`: the name that
        each value has in the graph, in the order of the ports."""
        nodes = tuple(_renamed(node, outputs) for node in self._needed(tuple(outputs)))
        named = {name for node in nodes for name in (*node.inputs, *node.outputs)}
        tensors = {outputs.get(name, name): tensor for name, tensor in self._tensors.items()}
        kept = {*named, *self._inputs}
        parameters = tuple(name for name in self._weights if name in named)
        self._check_defined(nodes)
        return Graph(
            name=self._name,
            inputs=tuple(self._inputs),
            outputs=tuple(outputs.values()),
            nodes=nodes,
            tensors={name: tensor for name, tensor in tensors.items() if name in kept},
            parameters=parameters,
            weights={name: self._weights[name] for name in parameters},
            states=self.states.named(named),
            port_axes={
                name: tuple(range(len(tensors[name].shape))) for name in (*self._inputs, *outputs.values())
            },
        )

    def _check_defined(self, nodes: tuple[Node, ...]) -> None:
        """Broken where a node reads a handle as if it were numbers."""
        known = {*self._inputs, *self._weights, *(name for node in nodes for name in node.outputs)}
        for node in nodes:
            for name in node.inputs:
                if name not in known and name not in self.states:
                    raise Broken(f"{node.name} reads {name!r:.80}, which is no value")

    def _needed(self, outputs: tuple[str, ...]) -> tuple[Node, ...]:
        needed, kept = {*outputs}, []
        for node in reversed(self._nodes):
            if not node.outputs or needed.intersection(node.outputs):
                needed.update(node.inputs)
                kept.append(node)
        return tuple(reversed(kept))


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    return replace(
        node,
        inputs=tuple(names.get(name, name) for name in node.inputs),
        outputs=tuple(names.get(name, name) for name in node.outputs),
    )
