"""Shapes of every value of an architecture, and the pads its windows need: the one place that knows both."""

from collections.abc import Mapping
from math import prod

from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.infeasible import Infeasible

Shape = tuple[int, ...]
Pads = tuple[int, int, int, int]

LARGEST_VALUE = 2**31
WINDOWED = frozenset({"conv", "depthwise", "max_pool", "average_pool"})


def infer_shapes(architecture: Architecture) -> dict[str, Shape] | Infeasible:
    """Shape (without the batch) of "input" and of every layer's value, by name.

    A shape is (H, W, C), (T, C) or (N,). Infeasible, of kind "shape", where a layer cannot take its inputs.
    """
    shapes: dict[str, Shape] = {"input": architecture.input_shape}
    for layer in architecture.layers:
        shape = layer_shape(layer, [shapes[name] for name in layer.inputs])
        if isinstance(shape, Infeasible):
            return shape
        shapes[layer.name] = shape
    return shapes


def layer_shape(layer: Layer, inputs: list[Shape]) -> Shape | Infeasible:
    """The shape `layer` makes of inputs of the given shapes, or why it cannot."""
    shape = _shape(layer, inputs)
    if isinstance(shape, Infeasible) or prod(shape) <= LARGEST_VALUE:
        return shape
    return _misfit(layer, f"makes more than {LARGEST_VALUE} numbers")


def _shape(layer: Layer, inputs: list[Shape]) -> Shape | Infeasible:
    if layer.op in WINDOWED:
        return _windowed_shape(layer, inputs[0])
    if layer.op in ("add", "mul", "concat"):
        return _joined_shape(layer, inputs)
    shape = inputs[0]
    if layer.op == "dense":
        if len(shape) != 1:
            return _misfit(
                layer, f"takes a vector, not {show(shape)}; put global_average_pool or flatten before it"
            )
        return (whole(layer.attributes, "units"),)
    if layer.op == "global_average_pool":
        return shape[-1:] if len(shape) > 1 else _misfit(layer, f"takes a map, not {show(shape)}")
    if layer.op == "flatten":
        return (prod(shape),)
    return shape


def layer_pads(layer: Layer, input_shape: Shape) -> Pads:
    """(top, left, bottom, right) of a conv, depthwise or pooling layer on an (H, W, C) or (T, C) input.

    "same" pads kernel//2 * dilation on every side; "same_upper" is TensorFlow's SAME: as much as makes the
    output ceil(n / stride) long, the odd one at the bottom or right; "valid" pads nothing.
    """
    height, width, _ = as_map(input_shape)
    top, bottom = _axis_pads(layer, 0, height)
    left, right = _axis_pads(layer, 1, width)
    return top, left, bottom, right


def as_map(shape: Shape) -> tuple[int, int, int]:
    """(H, W, C) of a map; a series (T, C) counts as a map of width 1."""
    assert len(shape) in (2, 3), f"not a map: {shape}"
    return shape if len(shape) == 3 else (shape[0], 1, shape[1])


def pair(attributes: Mapping[str, AttributeValue], name: str) -> tuple[int, int]:
    """The (h, w) attribute `name`."""
    value = attributes[name]
    assert isinstance(value, tuple) and len(value) == 2
    return value


def whole(attributes: Mapping[str, AttributeValue], name: str) -> int:
    """The integer attribute `name`."""
    value = attributes[name]
    assert isinstance(value, int)
    return value


def show(shape: Shape) -> str:
    """`8x8x16` for people; a vector shows as `64 numbers`."""
    return "x".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]} number{'s' if shape[0] > 1 else ''}"


def _axis_pads(layer: Layer, axis: int, length: int) -> tuple[int, int]:
    kernel = pair(layer.attributes, "kernel")[axis]
    dilation = _dilation(layer)[axis]
    padding = layer.attributes["padding"]
    if padding == "valid":
        return 0, 0
    if padding == "same":
        return kernel // 2 * dilation, kernel // 2 * dilation
    assert padding == "same_upper", f"unknown padding {padding!r}"
    stride = pair(layer.attributes, "stride")[axis]
    reach = (kernel - 1) * dilation + 1
    total = max((-(-length // stride) - 1) * stride + reach - length, 0)
    return total // 2, total - total // 2


def _dilation(layer: Layer) -> tuple[int, int]:
    return pair(layer.attributes, "dilation") if "dilation" in layer.attributes else (1, 1)


def _windowed_shape(layer: Layer, shape: Shape) -> Shape | Infeasible:
    if len(shape) not in (2, 3):
        return _misfit(layer, f"takes a map, not {show(shape)}")
    kernel, stride, dilation = (
        pair(layer.attributes, "kernel"),
        pair(layer.attributes, "stride"),
        _dilation(layer),
    )
    if len(shape) == 2 and kernel[1] != 1:
        return _misfit(
            layer, f"kernel {kernel[0]}x{kernel[1]} is two-dimensional, its input {show(shape)} is a series"
        )
    top, left, bottom, right = layer_pads(layer, shape)
    height, width, channels = as_map(shape)
    rows = (height + top + bottom - (kernel[0] - 1) * dilation[0] - 1) // stride[0] + 1
    columns = (width + left + right - (kernel[1] - 1) * dilation[1] - 1) // stride[1] + 1
    if rows < 1 or columns < 1:
        return _misfit(layer, f"kernel {kernel[0]}x{kernel[1]} does not fit its input {show(shape)}")
    made = _channels(layer, channels)
    if isinstance(made, Infeasible):
        return made
    return (rows, columns, made) if len(shape) == 3 else (rows, made)


def _channels(layer: Layer, channels: int) -> int | Infeasible:
    if layer.op == "depthwise":
        return channels * whole(layer.attributes, "multiplier")
    if layer.op != "conv":
        return channels
    filters, groups = whole(layer.attributes, "filters"), whole(layer.attributes, "groups")
    if channels % groups or filters % groups:
        return _misfit(
            layer, f"groups = {groups} divides not both its {channels} input channels and {filters} filters"
        )
    return filters


def _joined_shape(layer: Layer, inputs: list[Shape]) -> Shape | Infeasible:
    first = inputs[0]
    listed = ", ".join(map(show, inputs))
    if layer.op == "concat":
        if any(shape[:-1] != first[:-1] for shape in inputs):
            return _misfit(layer, f"joins maps that differ in more than channels: {listed}")
        return (*first[:-1], sum(shape[-1] for shape in inputs))
    if layer.op == "mul" and all(shape in (first, first[-1:], (1, 1, first[-1])) for shape in inputs):
        return first
    if any(shape != first for shape in inputs):
        return _misfit(layer, f"takes equal shapes, not {listed}")
    return first


def _misfit(layer: Layer, why: str) -> Infeasible:
    line = f" (line {layer.span.line})" if layer.span else ""
    return Infeasible("shape", f"{layer.op}{line} {why}")
