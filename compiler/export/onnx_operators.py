"""Each operator of a Graph as the ONNX nodes that compute it in float32, channels first."""

from math import sqrt

import numpy as np

from compiler.export.onnx_draft import OnnxDraft
from compiler.export.onnx_layout import channels_first, same_in_both, to_channels_first, to_channels_last
from compiler.ir.graph import Graph, Node
from compiler.ir.ops import (
    Activate,
    Activation,
    Add,
    AveragePool2D,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    MaxPool2D,
    Mul,
    Pad,
    Reshape,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.ir.shapes import Shape


def scoped_name(node: Node) -> str:
    """The path of blocks a node came from, then its own name: separable_2/conv_5."""
    return "/".join((*node.scope, node.name))


def add_operator(node: Node, graph: Graph, inputs: tuple[str, ...], output: str, draft: OnnxDraft) -> None:
    """Appends the nodes of one operator. `inputs` and `output` are ONNX values, weights in ONNX's layout."""
    activation: Activation = "none" if isinstance(node.op, Activate | Unary) else _activation(node)
    if activation == "none":
        _add(node, graph, inputs, output, draft)
        return
    unclamped = draft.fresh(f"{output}/unclamped")
    _add(node, graph, inputs, unclamped, draft)
    _clamp(activation, unclamped, output, f"{scoped_name(node)}/{activation}", draft)


def _activation(node: Node) -> Activation:
    found: Activation = getattr(node.op, "activation", "none")
    return found


def _add(node: Node, graph: Graph, inputs: tuple[str, ...], output: str, draft: OnnxDraft) -> None:
    name = scoped_name(node)
    rank = len(graph.tensors[node.inputs[0]].shape)
    match node.op:
        case Conv2D() | DepthwiseConv2D() | TransposeConv2D():
            _add_convolution(node.op, graph.tensors[node.inputs[0]].shape, inputs, output, name, draft)
        case Dense():
            draft.node("Gemm", inputs, output, name, transB=1)
        case BatchNorm(epsilon=epsilon):
            draft.node("BatchNormalization", inputs, output, name, epsilon=epsilon)
        case Activate(activation=activation):
            _clamp(activation, inputs[0], output, name, draft)
        case Unary():
            _add_curve(node.op, inputs[0], output, name, draft)
        case Add():
            draft.node("Add", inputs, output, name)
        case Mul():
            draft.node("Mul", inputs, output, name)
        case Concat(axis=axis):
            draft.node("Concat", inputs, output, name, axis=1 if axis == rank - 1 else axis + 2)
        case MaxPool2D() | AveragePool2D():
            _add_pool(node.op, graph.tensors[node.inputs[0]].shape, inputs, output, name, draft)
        case GlobalAveragePool():
            pooled = draft.step("GlobalAveragePool", inputs, f"{name}/pool")
            draft.node("Flatten", [pooled], output, name, axis=1)
        case Pad(pads=pads, value=value):
            _add_pad((*pads[-1:], *pads[:-1]), value, inputs[0], output, name, draft)
        case ResizeNearest(factors=factors):
            _add_resize(factors, inputs[0], output, name, draft)
        case Reshape():
            shapes = graph.tensors[node.inputs[0]].shape, graph.tensors[node.outputs[0]].shape
            _add_reshape(*shapes, inputs[0], output, name, draft)
        case Softmax():
            draft.node("Softmax", inputs, output, name, axis=1)


def _clamp(activation: Activation, source: str, output: str, name: str, draft: OnnxDraft) -> None:
    match activation:
        case "none":
            draft.node("Identity", [source], output, name)
        case "relu":
            draft.node("Relu", [source], output, name)
        case "relu6":
            draft.node("Clip", [source, draft.scalar(0.0), draft.scalar(6.0)], output, name)


def _walk(window: Window) -> dict[str, object]:
    return {"kernel_shape": window.kernel, "strides": window.strides, "pads": window.pads}


def _add_convolution(
    op: Conv2D | DepthwiseConv2D | TransposeConv2D,
    shape: Shape,
    inputs: tuple[str, ...],
    output: str,
    name: str,
    draft: OnnxDraft,
) -> None:
    attributes = {**_walk(op.window), "dilations": op.window.dilations}
    match op:
        case Conv2D(groups=groups):
            draft.node("Conv", inputs, output, name, group=groups, **attributes)
        case DepthwiseConv2D():
            draft.node("Conv", inputs, output, name, group=shape[-1], **attributes)
        case TransposeConv2D(extra=extra):
            draft.node("ConvTranspose", inputs, output, name, output_padding=extra, **attributes)


def _add_pool(
    op: MaxPool2D | AveragePool2D,
    shape: Shape,
    inputs: tuple[str, ...],
    output: str,
    name: str,
    draft: OnnxDraft,
) -> None:
    """A window as large as the map is what other tools call a global pool."""
    if isinstance(op, AveragePool2D):
        draft.node("AveragePool", inputs, output, name, count_include_pad=0, **_walk(op.window))
    elif op.window.kernel == shape[:2] and not any(op.window.pads):
        draft.node("GlobalMaxPool", inputs, output, name)
    else:
        draft.node("MaxPool", inputs, output, name, **_walk(op.window))


def _add_curve(op: Unary, source: str, output: str, name: str, draft: OnnxDraft) -> None:
    """swish and gelu have no operator in this opset; they are spelled as PyTorch's exporter spells them."""
    match op.activation:
        case "sigmoid":
            draft.node("Sigmoid", [source], output, name)
        case "tanh":
            draft.node("Tanh", [source], output, name)
        case "hard_sigmoid":
            draft.node("HardSigmoid", [source], output, name, alpha=1 / 6, beta=0.5)
        case "hard_swish":
            draft.node("HardSwish", [source], output, name)
        case "leaky_relu":
            draft.node("LeakyRelu", [source], output, name, alpha=op.slope)
        case "swish":
            gate = draft.step("Sigmoid", [source], f"{name}/sigmoid")
            draft.node("Mul", [source, gate], output, name)
        case "gelu":
            scaled = draft.step("Div", [source, draft.scalar(sqrt(2.0))], f"{name}/scaled")
            error = draft.step("Erf", [scaled], f"{name}/erf")
            weight = draft.step("Add", [error, draft.scalar(1.0)], f"{name}/weight")
            doubled = draft.step("Mul", [source, weight], f"{name}/doubled")
            draft.node("Mul", [doubled, draft.scalar(0.5)], output, name)


def _add_pad(
    pads: tuple[tuple[int, int], ...], value: float, source: str, output: str, name: str, draft: OnnxDraft
) -> None:
    widths = [0, *(before for before, _ in pads), 0, *(after for _, after in pads)]
    amounts = draft.constant(f"{name}/pads", np.array(widths, np.int64))
    draft.node("Pad", [source, amounts, draft.scalar(value)], output, name)


def _add_resize(factors: tuple[int, int], source: str, output: str, name: str, draft: OnnxDraft) -> None:
    scales = draft.constant(f"{name}/scales", np.array([1, 1, *factors], np.float32))
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    draft.node("Resize", [source, "", scales], output, name, **how)


def _add_reshape(before: Shape, after: Shape, source: str, output: str, name: str, draft: OnnxDraft) -> None:
    """The numbers keep the order they have with channels last; transposed only where that differs."""
    if not _moves_only_ones(before, after):
        if not same_in_both(before):
            source = draft.step(
                "Transpose", [source], f"{name}/channels_last", perm=to_channels_last(len(before))
            )
        if len(after) > 1 and not same_in_both(after):
            shape = draft.constant(f"{name}/shape", np.array([0, *after], np.int64))
            reshaped = draft.step("Reshape", [source, shape], f"{name}/reshaped")
            draft.node("Transpose", [reshaped], output, name, perm=to_channels_first(len(after)))
            return
    if len(after) == 1:
        draft.node("Flatten", [source], output, name, axis=1)
        return
    shape = draft.constant(f"{name}/shape", np.array([0, *channels_first(after)], np.int64))
    draft.node("Reshape", [source, shape], output, name)


def _moves_only_ones(before: Shape, after: Shape) -> bool:
    """Whether only axes of length 1 come or go, channels staying channels."""
    sizes = [[size for size in shape[:-1] if size > 1] for shape in (before, after)]
    return before[-1] == after[-1] and sizes[0] == sizes[1]
