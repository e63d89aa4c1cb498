"""A float Graph as a torch module: the same network, differentiable."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from compiler.errors import InternalError
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
    Pads,
    Reshape,
    ResizeNearest,
    Softmax,
    TransposeConv2D,
    Unary,
    Window,
)
from compiler.train.weights import graph_layout, is_statistic, parameter_roles, torch_layout

_FORGETS_OUTPUT = (Conv2D, DepthwiseConv2D, Dense, BatchNorm, Add)


class GraphModule(nn.Module):
    """Runs the nodes of a float graph on batches.

    Inside, maps are NCHW tensors in channels-last memory, so that no operator copies them; the graph's NHWC
    order appears at the border, at reshapes and in axes. In training mode batch norms use the statistics of
    the batch and update their running ones by `momentum`.
    """

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], *, momentum: float = 0.1) -> None:
        super().__init__()
        if any(tensor.dtype != "float32" for tensor in graph.tensors.values()):
            raise InternalError(f"{graph.name}: only float graphs can be trained")
        self.graph = graph
        self.momentum = momentum
        self._roles = parameter_roles(graph)
        self._slots = {name: f"parameter_{index}" for index, name in enumerate(graph.parameters)}
        self._may_overwrite = _may_overwrite(graph)
        self._last_reader = {name: node.name for node in graph.nodes for name in node.inputs}
        for name, slot in self._slots.items():
            tensor = _owned(torch_layout(weights[name], self._roles[name]))
            if is_statistic(self._roles[name]):
                self.register_buffer(slot, tensor)
            else:
                self.register_parameter(slot, nn.Parameter(tensor))

    def forward(self, batch: Tensor) -> Tensor:
        """Encoded inputs, float32 (N, *input shape), to the graph's first output (N, *output shape)."""
        return self._run(batch, self.graph.outputs[0])

    def logits(self, batch: Tensor) -> Tensor:
        """As forward, but where the output is a softmax, its input."""
        node = self.graph.producer()[self.graph.outputs[0]]
        name = node.inputs[0] if isinstance(node.op, Softmax) else self.graph.outputs[0]
        return self._run(batch, name)

    def export(self) -> dict[str, np.ndarray]:
        """Every parameter of the graph as a new float32 array, in the graph's layout."""
        tensors = {name: self.get_parameter_tensor(name) for name in self.graph.parameters}
        return {
            name: np.array(graph_layout(tensor.detach().numpy(), self._roles[name]), np.float32, order="C")
            for name, tensor in tensors.items()
        }

    def load(self, weights: Mapping[str, np.ndarray]) -> None:
        """Replaces the numbers of every parameter by those of a weights table in the graph's layout."""
        with torch.no_grad():
            for name in self.graph.parameters:
                source = torch_layout(weights[name], self._roles[name])
                self.get_parameter_tensor(name).copy_(torch.from_numpy(np.ascontiguousarray(source)))

    def get_parameter_tensor(self, name: str) -> Tensor:
        """The tensor, learned or measured, of one parameter of the graph, in torch's layout."""
        tensor = getattr(self, self._slots[name])
        assert isinstance(tensor, Tensor)
        return tensor

    def _run(self, batch: Tensor, wanted: str) -> Tensor:
        values = {self.graph.inputs[0]: _channels_first(batch)}
        for node in self.graph.nodes:
            values[node.outputs[0]] = self._node(node, [self._value(name, values) for name in node.inputs])
            if node.outputs[0] == wanted:
                break
            for name in node.inputs:
                if self._last_reader[name] == node.name and name not in self.graph.outputs:
                    values.pop(name, None)
        return _channels_last(values[wanted])

    def _value(self, name: str, values: Mapping[str, Tensor]) -> Tensor:
        if name in values:
            return values[name]
        tensor = self.get_parameter_tensor(name)
        return _channels_first(tensor.unsqueeze(0)) if self._roles[name] == "value" else tensor

    def _node(self, node: Node, inputs: list[Tensor]) -> Tensor:
        x = inputs[0]
        match node.op:
            case Conv2D(window=window, groups=groups, activation=activation):
                return _activate(_convolve(x, inputs[1], _bias(inputs), window, groups), activation)
            case DepthwiseConv2D(window=window, activation=activation):
                return _activate(_convolve(x, inputs[1], _bias(inputs), window, x.shape[1]), activation)
            case TransposeConv2D() as op:
                return _activate(_convolve_transposed(x, inputs[1], _bias(inputs), op), op.activation)
            case Dense(activation=activation):
                return _activate(F.linear(x, inputs[1], _bias(inputs)), activation)
            case BatchNorm(epsilon=epsilon):
                return self._normalize(inputs, epsilon)
            case Activate(activation=activation):
                return _activate(x if node.name in self._may_overwrite else x.clone(), activation)
            case Unary() as op:
                return _curve(x, op)
            case Add(activation=activation):
                return _activate(x + inputs[1], activation)
            case Mul(activation=activation):
                return _activate(x * inputs[1], activation)
            case Concat(axis=axis):
                return torch.cat(inputs, dim=_axis(axis, x.dim()))
            case MaxPool2D(window=window, activation=activation):
                return _activate(_max_pool(x, window), activation)
            case AveragePool2D(window=window, activation=activation):
                return _activate(_average_pool(x, window), activation)
            case GlobalAveragePool():
                return x.mean((2, 3))
            case Pad() as op:
                return _bordered(x, op)
            case ResizeNearest(factors=(rows, columns)):
                return F.interpolate(x, scale_factor=(rows, columns), mode="nearest")
            case Reshape():
                shape = self.graph.tensors[node.outputs[0]].shape
                return _channels_first(_channels_last(x).reshape(-1, *shape))
            case Softmax():
                return F.softmax(x, dim=_axis(x.dim() - 2, x.dim()))
            case _:
                raise InternalError(f"{type(node.op).__name__} {node.name!r} cannot be trained")

    def _normalize(self, inputs: list[Tensor], epsilon: float) -> Tensor:
        x, gamma, beta, mean, variance = inputs
        return F.batch_norm(x, mean, variance, gamma, beta, self.training, self.momentum, epsilon)


def _owned(array: np.ndarray) -> Tensor:
    """A copy in torch's memory; convolution weights channels-last, as the maps are."""
    tensor = torch.from_numpy(np.array(array, np.float32, order="C"))
    return tensor.clone(memory_format=torch.channels_last if tensor.dim() == 4 else torch.contiguous_format)


def _channels_first(x: Tensor) -> Tensor:
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def _channels_last(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def _axis(axis: int, dimensions: int) -> int:
    """A graph axis (no batch, NHWC) as torch's (batch, NCHW)."""
    return (2, 3, 1)[axis] if dimensions == 4 else axis + 1


def _bias(inputs: list[Tensor]) -> Tensor | None:
    return inputs[2] if len(inputs) > 2 else None


def _activate(fresh: Tensor, activation: Activation) -> Tensor:
    """Clamps in place, which spares an allocation as large as the map for every activation."""
    if activation == "relu":
        return F.relu(fresh, inplace=True)
    return F.relu6(fresh, inplace=True) if activation == "relu6" else fresh


def _curve(x: Tensor, op: Unary) -> Tensor:
    if op.activation == "leaky_relu":
        return F.leaky_relu(x, op.slope)
    return _CURVES[op.activation](x)


_CURVES: Mapping[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "hard_sigmoid": F.hardsigmoid,
    "hard_swish": F.hardswish,
    "swish": F.silu,
    "gelu": F.gelu,
}


def _may_overwrite(graph: Graph) -> frozenset[str]:
    """Activations whose input nobody else reads, nor the gradient of its producer."""
    producer, readers = graph.producer(), graph.readers()
    return frozenset(
        node.name
        for node in graph.nodes
        if isinstance(node.op, Activate)
        and node.inputs[0] in producer
        and isinstance(producer[node.inputs[0]].op, _FORGETS_OUTPUT)
        and len(readers[node.inputs[0]]) == 1
        and node.inputs[0] not in graph.outputs
    )


def _padded(x: Tensor, pads: Pads, value: float) -> Tensor:
    top, left, bottom, right = pads
    return F.pad(x, (left, right, top, bottom), value=value) if any(pads) else x


def _bordered(x: Tensor, op: Pad) -> Tensor:
    """F.pad takes the axes of torch's order from the last."""
    by_axis = {_axis(axis, x.dim()): pair for axis, pair in enumerate(op.pads)}
    backwards = [side for axis in sorted(by_axis, reverse=True) for side in by_axis[axis]]
    return F.pad(x, backwards, value=op.value)


def _symmetric(pads: Pads) -> bool:
    top, left, bottom, right = pads
    return top == bottom and left == right


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None, window: Window, groups: int) -> Tensor:
    inside = window.pads[:2] if _symmetric(window.pads) else (0, 0)
    if not _symmetric(window.pads):
        x = _padded(x, window.pads, 0.0)
    return F.conv2d(x, weight, bias, window.strides, inside, window.dilations, groups)


def _convolve_transposed(x: Tensor, weight: Tensor, bias: Tensor | None, op: TransposeConv2D) -> Tensor:
    """Pads crop (F.pad takes them as negative), extra rows and columns hold the bias alone."""
    top, left, bottom, right = op.window.pads
    full = F.conv_transpose2d(x, weight, None, op.window.strides)
    cropped = F.pad(full, (-left, op.extra[1] - right, -top, op.extra[0] - bottom))
    return cropped if bias is None else cropped + bias[:, None, None]


def _max_pool(x: Tensor, window: Window) -> Tensor:
    return F.max_pool2d(_padded(x, window.pads, float("-inf")), window.kernel, window.strides)


def _average_pool(x: Tensor, window: Window) -> Tensor:
    """Sum over the elements inside the map by their number, whatever the pads (torch's are even)."""
    if not any(window.pads):
        return F.avg_pool2d(x, window.kernel, window.strides)
    inside = torch.ones((1, 1, *x.shape[2:]), dtype=x.dtype)
    sums, counts = (
        F.avg_pool2d(_padded(maps, window.pads, 0.0), window.kernel, window.strides, divisor_override=1)
        for maps in (x, inside)
    )
    return sums / counts
