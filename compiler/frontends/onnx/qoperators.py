"""Operators on integers (QLinearConv and kin) written out as DequantizeLinear, the operator, QuantizeLinear.

Definitions: github.com/onnx/onnx, docs/Operators.md, and ONNX Runtime's docs/ContribOperators.md for those of
com.microsoft.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from compiler.frontends.onnx.attributes import malformed
from compiler.frontends.onnx.model import OnnxNode

MICROSOFT = "com.microsoft"
_LEAST_INPUTS = {
    "QLinearConv": 8, "QLinearMatMul": 8, "QGemm": 6, "QLinearAdd": 7, "QLinearMul": 7, "QLinearConcat": 5,
}  # fmt: skip


def written_out(nodes: tuple[OnnxNode, ...]) -> Iterator[OnnxNode]:
    """The same network without operators on integers; bias units are given by `unit_of` attributes."""
    for node in nodes:
        plain = node.op in ("QLinearConv", "QLinearMatMul") and not node.domain
        if plain or (node.domain == MICROSOFT and node.op in EXPANSIONS):
            if len(node.inputs) < _LEAST_INPUTS.get(node.op, 4) or not node.outputs:
                raise malformed(node, f"has {len(node.inputs)} inputs")
            yield from EXPANSIONS[node.op](node)
        elif node.domain == MICROSOFT and node.op in ("QuantizeLinear", "DequantizeLinear", "Gelu"):
            yield replace(node, domain="")
        else:
            yield node


def _real(node: OnnxNode, at: int, suffix: str, axis: int = 1) -> OnnxNode:
    """DequantizeLinear of inputs at, at + 1, at + 2."""
    name = f"{node.outputs[0]}/{suffix}"
    inputs = (*node.inputs, "", "")[at : at + 3]
    return _node("DequantizeLinear", name, inputs, {"axis": axis})


def _node(op: str, name: str, inputs: tuple[str, ...], attributes: dict[str, object]) -> OnnxNode:
    return OnnxNode(op=op, domain="", name=name, inputs=inputs, outputs=(name,), attributes=attributes)


def _whole(node: OnnxNode, at: int) -> tuple[OnnxNode, str]:
    """QuantizeLinear to scale and zero point at `at`, and the name of what it reads."""
    real = f"{node.outputs[0]}/real"
    inputs = (real, *(*node.inputs, "")[at : at + 2])
    return replace(_node("QuantizeLinear", node.outputs[0], inputs, {}), name=node.name), real


def _conv(node: OnnxNode) -> Iterator[OnnxNode]:
    x, w = _real(node, 0, "x"), _real(node, 3, "w", 0)
    y, real = _whole(node, 6)
    inputs: tuple[str, ...] = (x.outputs[0], w.outputs[0])
    if len(node.inputs) > 8 and node.inputs[8]:
        bias = _bias(node, node.inputs[8], node.inputs[1], node.inputs[4])
        yield bias
        inputs = (*inputs, bias.outputs[0])
    yield from (x, w, _node("Conv", real, inputs, dict(node.attributes)), y)


def _bias(node: OnnxNode, bias: str, x_scale: str, w_scale: str) -> OnnxNode:
    name = f"{node.outputs[0]}/bias"
    return _node("protonas.Bias", name, (bias, x_scale, w_scale), {})


def _mat_mul(node: OnnxNode) -> Iterator[OnnxNode]:
    a, b = _real(node, 0, "a"), _real(node, 3, "b", 1)
    y, real = _whole(node, 6)
    yield from (a, b, _node("MatMul", real, (a.outputs[0], b.outputs[0]), {}), y)


def _gemm(node: OnnxNode) -> Iterator[OnnxNode]:
    channel_axis = 0 if node.attributes.get("transB") else 1
    a, b = _real(node, 0, "a"), _real(node, 3, "b", channel_axis)
    inputs: tuple[str, ...] = (a.outputs[0], b.outputs[0])
    if len(node.inputs) > 6 and node.inputs[6]:
        bias = _bias(node, node.inputs[6], node.inputs[1], node.inputs[4])
        yield bias
        inputs = (*inputs, bias.outputs[0])
    gemm = _node("Gemm", f"{node.outputs[0]}/real", inputs, dict(node.attributes))
    if len(node.inputs) > 7 and node.inputs[7]:
        y, _ = _whole(node, 7)
        yield from (a, b, gemm, y)
    else:
        yield from (a, b, replace(gemm, outputs=node.outputs))


def _binary(op: str) -> Callable[[OnnxNode], Iterator[OnnxNode]]:
    def expand(node: OnnxNode) -> Iterator[OnnxNode]:
        a, b = _real(node, 0, "a"), _real(node, 3, "b")
        y, real = _whole(node, 6)
        yield from (a, b, _node(op, real, (a.outputs[0], b.outputs[0]), {}), y)

    return expand


def _unary(op: str) -> Callable[[OnnxNode], Iterator[OnnxNode]]:
    def expand(node: OnnxNode) -> Iterator[OnnxNode]:
        x = _real(node, 0, "x")
        y, real = _whole(node, 3)
        if node.attributes.get("channels_last"):
            yield from _channels_first(node, op, x, y, real)
        else:
            yield from (x, _node(op, real, x.outputs, dict(node.attributes)), y)

    return expand


def _channels_first(node: OnnxNode, op: str, x: OnnxNode, y: OnnxNode, real: str) -> Iterator[OnnxNode]:
    """Pooling on (N, H, W, C), as ONNX Runtime's own optimizer writes it."""
    first = _node("Transpose", f"{real}/first", x.outputs, {"perm": (0, 3, 1, 2)})
    pooled = _node(op, f"{real}/pooled", first.outputs, dict(node.attributes))
    yield from (x, first, pooled, _node("Transpose", real, pooled.outputs, {"perm": (0, 2, 3, 1)}), y)


def _concat(node: OnnxNode) -> Iterator[OnnxNode]:
    """Scale and zero point of the output come first."""
    if (len(node.inputs) - 2) % 3:
        raise malformed(node, f"has {len(node.inputs)} inputs")
    parts = [_real(node, at, f"x{at}") for at in range(2, len(node.inputs), 3)]
    y, real = _whole(node, 0)
    inputs = tuple(part.outputs[0] for part in parts)
    yield from (*parts, _node("Concat", real, inputs, dict(node.attributes)), y)


def _softmax(node: OnnxNode) -> Iterator[OnnxNode]:
    for step in _unary("Softmax")(node):
        kept = {name: value for name, value in step.attributes.items() if name == "axis"}
        yield replace(step, attributes=kept)


EXPANSIONS: dict[str, Callable[[OnnxNode], Iterator[OnnxNode]]] = {
    "QGemm": _gemm,
    "QLinearAdd": _binary("Add"),
    "QLinearAveragePool": _unary("AveragePool"),
    "QLinearConcat": _concat,
    "QLinearConv": _conv,
    "QLinearGlobalAveragePool": _unary("GlobalAveragePool"),
    "QLinearLeakyRelu": _unary("LeakyRelu"),
    "QLinearMatMul": _mat_mul,
    "QLinearMul": _binary("Mul"),
    "QLinearReduceMean": _unary("ReduceMean"),
    "QLinearSigmoid": _unary("Sigmoid"),
    "QLinearSoftmax": _softmax,
}
