"""Shapes of every value of an architecture, and the pads its windows need: the one place that knows both."""

from collections.abc import Callable, Mapping
from math import prod

from searchspace_dsl.architecture import Architecture, AttributeValue, Layer
from searchspace_dsl.infeasible import Infeasible

Shape = tuple[int, ...]
Pads = tuple[int, int, int, int]

LARGEST_VALUE = 2**31
WINDOWED = frozenset({"conv", "depthwise", "max_pool", "average_pool"})
JOINS = frozenset({"add", "mul", "concat"})


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
    if layer.op in JOINS:
        return _joined_shape(layer, inputs)
    if layer.op in _MAPPED:
        if len(inputs[0]) not in (2, 3):
            return _misfit(layer, f"takes a map, not {show(inputs[0])}")
        return _MAPPED[layer.op](layer, inputs[0])
    shape = inputs[0]
    if layer.op == "dense":
        if len(shape) != 1:
            return _misfit(
                layer, f"takes a vector, not {show(shape)}; put global_average_pool or flatten before it"
            )
        return (whole(layer.attributes, "units"),)
    if layer.op == "flatten":
        return (prod(shape),)
    if layer.op == "reshape":
        made = sides(layer.attributes, "shape")
        return made if prod(made) == prod(shape) else _misfit(layer, f"to {show(made)} of {show(shape)}")
    return shape


def _grown(layer: Layer, shape: Shape) -> Shape | Infeasible:
    kernel, stride = pair(layer.attributes, "kernel"), pair(layer.attributes, "stride")
    if len(shape) == 2 and kernel[1] != 1:
        return _flat(layer, kernel, shape)
    beyond = (kernel[0] - stride[0], kernel[1] - stride[1])
    if layer.attributes["padding"] == "same_upper":
        beyond = (0, 0)
    made = [side * step + rest for side, step, rest in zip(shape, stride, beyond, strict=False)]
    filters = whole(layer.attributes, "filters")
    return (made[0], filters) if len(shape) == 2 else (*made, filters)


def _padded(layer: Layer, shape: Shape) -> Shape | Infeasible:
    top, left, bottom, right = sides(layer.attributes, "pads")
    if len(shape) == 2:
        return (shape[0] + top + bottom, shape[1])
    return (shape[0] + top + bottom, shape[1] + left + right, shape[2])


def _upsampled(layer: Layer, shape: Shape) -> Shape | Infeasible:
    rows, columns = pair(layer.attributes, "factor")
    if len(shape) == 2:
        if columns != 1:
            return _misfit(layer, f"factor {rows}x{columns} on a {show_map(shape)}")
        return (shape[0] * rows, shape[1])
    return (shape[0] * rows, shape[1] * columns, shape[2])


def _pooled(layer: Layer, shape: Shape) -> Shape | Infeasible:
    return shape[-1:]


_MAPPED: dict[str, Callable[[Layer, Shape], Shape | Infeasible]] = {
    "transposed_conv": _grown,
    "pad": _padded,
    "upsample": _upsampled,
    "global_average_pool": _pooled,
    "global_max_pool": _pooled,
}


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


def sides(attributes: Mapping[str, AttributeValue], name: str) -> tuple[int, ...]:
    """The attribute `name`, a tuple of integers of any length."""
    value = attributes[name]
    assert isinstance(value, tuple)
    return value


def whole(attributes: Mapping[str, AttributeValue], name: str) -> int:
    """The integer attribute `name`."""
    value = attributes[name]
    assert isinstance(value, int)
    return value


def show(shape: Shape) -> str:
    """`8x8x16` for people; a vector shows as `64 numbers`."""
    return "x".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]} number{'s' if shape[0] > 1 else ''}"


def show_map(shape: Shape) -> str:
    """`3x3 map` or `3-step series`."""
    return f"{shape[0]}x{shape[1]} map" if len(shape) == 3 else f"{shape[0]}-step series"


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
        return _flat(layer, kernel, shape)
    top, left, bottom, right = layer_pads(layer, shape)
    height, width, channels = as_map(shape)
    rows = (height + top + bottom - (kernel[0] - 1) * dilation[0] - 1) // stride[0] + 1
    columns = (width + left + right - (kernel[1] - 1) * dilation[1] - 1) // stride[1] + 1
    if rows < 1 or columns < 1:
        window = f"{kernel[0]}x{kernel[1]}" if len(shape) == 3 else f"{kernel[0]}"
        return _misfit(layer, f"kernel {window} on a {show_map(shape)}")
    made = _channels(layer, channels)
    if isinstance(made, Infeasible):
        return made
    return (rows, columns, made) if len(shape) == 3 else (rows, made)


def _flat(layer: Layer, kernel: tuple[int, int], shape: Shape) -> Infeasible:
    return _misfit(layer, f"kernel {kernel[0]}x{kernel[1]}, which is two-dimensional, on a {show_map(shape)}")


def _channels(layer: Layer, channels: int) -> int | Infeasible:
    if layer.op == "depthwise":
        return channels * whole(layer.attributes, "multiplier")
    if layer.op != "conv":
        return channels
    filters, groups = whole(layer.attributes, "filters"), whole(layer.attributes, "groups")
    if channels % groups or filters % groups:
        return _misfit(
            layer, f"groups {groups} divides not both its {channels} input channels and {filters} filters"
        )
    return filters


def _joined_shape(layer: Layer, inputs: list[Shape]) -> Shape | Infeasible:
    first = inputs[0]
    listed = ", ".join(map(show, inputs))
    if layer.op == "concat":
        if any(shape[:-1] != first[:-1] for shape in inputs):
            return _misfit(layer, f"of maps that differ in more than channels: {listed}")
        return (*first[:-1], sum(shape[-1] for shape in inputs))
    factors = (first, first[-1:], (*(1 for _ in first[1:]), first[-1]))
    if layer.op == "mul" and all(shape in factors for shape in inputs):
        return first
    if any(shape != first for shape in inputs):
        return _misfit(layer, f"takes equal shapes, not {listed}")
    return first


def _misfit(layer: Layer, why: str) -> Infeasible:
    return Infeasible("shape", f"{layer.op} {why}")
