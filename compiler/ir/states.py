"""States that outlive a run: which operands of an operator name them, and the buffers they become."""

from compiler.ir.graph import Graph, Node, State
from compiler.ir.ops import AssignVariable, Lstm, Op, ReadVariable, Svdf
from compiler.ir.program import Buffer

STATE_MARK = "state mark"
"""The name of the buffer that tells an initialised state from any other."""

MARK_BYTES, MARK_BYTE = 4, 0xA5


def state_operands(op: Op) -> slice:
    """Where among a node's inputs its states are; an empty slice for operators without."""
    match op:
        case Svdf():
            return slice(4, 5)
        case Lstm():
            return slice(13, 15)
        case ReadVariable() | AssignVariable():
            return slice(0, 1)
        case _:
            return slice(0, 0)


def states_of(node: Node) -> tuple[str, ...]:
    """The states that a node names, in order."""
    return node.inputs[state_operands(node.op)]


def state_buffers(graph: Graph, alignment: int) -> tuple[Buffer, ...]:
    """A buffer of kind "state" for each state of the graph, under its name, and the mark; none without
    states."""
    if not graph.states:
        return ()
    mark = Buffer(name=STATE_MARK, bytes=MARK_BYTES, alignment=4, kind="state", initial=MARK_BYTE)
    return (mark, *(_buffer(graph, state, alignment) for state in graph.states))


def _buffer(graph: Graph, state: State, alignment: int) -> Buffer:
    return Buffer(
        name=state.name,
        bytes=graph.tensors[state.name].bytes,
        alignment=alignment,
        kind="state",
        initial=state.initial & 0xFF,
    )
