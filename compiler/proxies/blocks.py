"""Which values of a network are the outputs of its blocks, from the scopes its nodes carry.

Blocks are block calls, repeated bodies and residuals, the outermost where they coincide, and the stem's
activation before them. The head is no block. A network without scopes has a block wherever it adds, or
where it never adds after each convolution and what belongs to it.
"""

from compiler.ir.graph import Graph, Node
from compiler.ir.ops import Add, Conv2D, Dense, DepthwiseConv2D

Scope = tuple[str, ...]


def block_outputs(graph: Graph) -> tuple[str, ...]:
    """Names of the blocks' outputs in topological order, each once. Empty where the network is all head."""
    body = _body(graph)
    if any(node.scope for node in body):
        ends = {*_stem(body), *_scope_ends(graph, body)}
    else:
        ends = set(_scopeless_ends(graph, body))
    return tuple(node.outputs[0] for node in body if node.outputs[0] in ends)


def _body(graph: Graph) -> tuple[Node, ...]:
    """The nodes before the head: those that make maps; without convolutions, all before the last dense."""
    if any(isinstance(node.op, Conv2D | DepthwiseConv2D) for node in graph.nodes):
        return tuple(node for node in graph.nodes if len(graph.tensors[node.outputs[0]].shape) > 1)
    dense = [index for index, node in enumerate(graph.nodes) if isinstance(node.op, Dense)]
    return graph.nodes[: dense[-1]] if dense else graph.nodes


def _activates(node: Node) -> bool:
    return getattr(node.op, "activation", "none") != "none"


def _stem(body: tuple[Node, ...]) -> tuple[str, ...]:
    first_scoped = next(index for index, node in enumerate(body) if node.scope)
    stem = body[:first_scoped]
    activated = [node for node in stem if _activates(node)]
    return (activated or stem)[-1].outputs[:1] if stem else ()


def _scope_ends(graph: Graph, body: tuple[Node, ...]) -> tuple[str, ...]:
    last = {node.scope[:depth]: node for node in body for depth in range(1, len(node.scope) + 1)}
    readers = graph.readers()

    def is_only_added(scope: Scope) -> bool:
        # A block inside a residual (or a branch of a sum) is represented by its sum.
        around, read_by = last.get(scope[:-1]), readers.get(last[scope].outputs[0], ())
        return around is not None and isinstance(around.op, Add) and read_by == (around,)

    return tuple(node.outputs[0] for scope, node in last.items() if not is_only_added(scope))


def _scopeless_ends(graph: Graph, body: tuple[Node, ...]) -> tuple[str, ...]:
    adds = [node.outputs[0] for node in body if isinstance(node.op, Add)]
    if adds:
        first_activation = [node.outputs[0] for node in body if _activates(node)][:1]
        return (*first_activation, *adds)
    weighted = [node for node in body if isinstance(node.op, Conv2D | DepthwiseConv2D | Dense)]
    return tuple(_end_of_chain(graph, node) for node in weighted)


def _end_of_chain(graph: Graph, node: Node) -> str:
    """Follows a convolution through its batch-norm and activation."""
    readers = graph.readers()
    while not _activates(node):
        following = readers.get(node.outputs[0], ())
        if len(following) != 1 or isinstance(following[0].op, Conv2D | DepthwiseConv2D | Dense):
            break
        if graph.tensors[following[0].outputs[0]].shape != graph.tensors[node.outputs[0]].shape:
            break
        node = following[0]
    return node.outputs[0]
