"""What must hold of the states of a Graph. A violation is our bug, so it raises InternalError by name."""

from collections.abc import Mapping

from compiler.errors import InternalError
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import AssignVariable, Lstm, ReadVariable
from compiler.ir.states import state_operands, states_of
from compiler.ir.tensor import Dtype

_STARTS: Mapping[Dtype, tuple[int, int]] = {"int8": (-128, 127), "uint8": (0, 255)}
"""What an element may start as, being filled byte by byte; those of other dtypes start as 0."""


def verify_states(graph: Graph) -> None:
    """States are read and written by stateful operators alone, where those expect them, and can be filled
    byte by byte. Raises InternalError."""
    names = {state.name for state in graph.states}
    for state in graph.states:
        dtype = graph.tensors[state.name].dtype
        low, high = _STARTS.get(dtype, (0, 0))
        if not low <= state.initial <= high:
            _fail(f"state {state.name!r}", f"starts as {state.initial}, which no byte of {dtype} says")
    for name in graph.outputs:
        if name in names:
            _fail("the graph's outputs", f"{name!r} is a state, not a value")
    for node in graph.nodes:
        operands = states_of(node)
        for name in operands:
            if name not in names:
                _fail(f"node {node.name!r}", f"{name!r} must be a state")
        if len(set(operands)) != len(operands):
            _fail(f"node {node.name!r}", "has one state twice")
        others = list(node.inputs)
        del others[state_operands(node.op)]
        for name in others:
            if name in names:
                _fail(f"node {node.name!r}", f"reads the state {name!r} as a value")
        if isinstance(node.op, ReadVariable | AssignVariable):
            _verify_variable(node, graph)
        if isinstance(node.op, Lstm):
            hidden, output = (graph.tensors[name].quantization for name in (operands[0], node.outputs[0]))
            if hidden != output:
                _fail(f"node {node.name!r}", "quantizes its output otherwise than its hidden state")


def _verify_variable(node: Node, graph: Graph) -> None:
    """A variable and the value that is read from or written to it are of one type."""
    if len((*node.inputs, *node.outputs)) != 2:
        _fail(f"node {node.name!r}", "takes a state and one value")
    state, value = (graph.tensors[name] for name in (*node.inputs, *node.outputs))
    if (state.shape, state.dtype) != (value.shape, value.dtype):
        _fail(
            f"node {node.name!r}",
            f"copies between {state.dtype}{state.shape} and {value.dtype}{value.shape}",
        )


def _fail(where: str, what: str) -> None:
    raise InternalError(f"the graph is broken at {where}: {what}")
