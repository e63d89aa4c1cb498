"""Shrinks the channels of a member to its sparsities: values that are added together keep the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import floor, prod

from searchspace_dsl.architecture import Layer
from searchspace_dsl.shapes import Shape, sides, whole

MAKERS = {"conv": "filters", "transposed_conv": "filters", "dense": "units"}


@dataclass(slots=True, eq=False)
class Channels:
    """Channels under one mask. `sparsity`: the least of all layers that make them.

    Where only some of them meet others they split into `parts`; `same`: those they were united with.
    """

    size: int
    sparsity: float
    parts: tuple["Channels", ...] = field(default=())
    same: "Channels | None" = None


# What a flattened map of a microcontroller never has; around one that does channels are left whole.
MOST_SEGMENTS = 65_536
Segments = tuple[Channels, ...]


def prune(
    layers: list[Layer], shapes: Mapping[str, Shape], sparsity: Mapping[str, float], output: str
) -> list[Layer]:
    """`layers` with fewer channels: max(1, round half up(c * (1 - sparsity))) of the c under one mask.

    `shapes`: of every value before. Values that an add or mul joins share a mask, pruned by the least of
    their sparsities. Left whole: what joins the input or output, grouped convolutions and depthwise
    multipliers on both sides, and what a reshape mixes.
    """
    if not any(sparsity.get(layer.name) for layer in layers):
        return layers
    made: dict[str, Segments] = {"input": (Channels(shapes["input"][-1], 0.0),)}
    for layer in layers:
        made[layer.name] = _made(layer, [made[name] for name in layer.inputs], shapes, sparsity)
    _keep_whole(made[output])
    return [_shrunk(layer, made[layer.name]) for layer in layers]


def _made(
    layer: Layer, inputs: list[Segments], shapes: Mapping[str, Shape], sparsity: Mapping[str, float]
) -> Segments:
    """The masks of a layer's result; unites those that it makes equal."""
    before, after = shapes[layer.inputs[0]], shapes[layer.name]
    grouped = layer.op == "conv" and whole(layer.attributes, "groups") > 1
    if layer.op in MAKERS and not grouped:
        return (Channels(after[-1], sparsity.get(layer.name, 0.0)),)
    if layer.op == "concat" and sum(map(len, inputs)) <= MOST_SEGMENTS:
        return tuple(channels for segments in inputs for channels in segments)
    if layer.op in ("add", "mul"):
        for other in inputs[1:]:
            _unite(inputs[0], other)
        return inputs[0]
    flattens = layer.op == "flatten" or (layer.op == "reshape" and len(after) == 1)
    if flattens and len(inputs[0]) * prod(before[:-1]) <= MOST_SEGMENTS:
        return inputs[0] * prod(before[:-1])
    if before[-1] == after[-1] and not grouped:
        return inputs[0]
    for segments in inputs:
        _keep_whole(segments)
    return (Channels(after[-1], 0.0),)


def _unite(left: Segments, right: Segments) -> None:
    """Puts two values, channel by channel, under the same masks."""
    a, b = list(reversed(left)), list(reversed(right))
    while a and b:
        x, y = _next(a), _next(b)
        if x.size < y.size:
            b += _split(y, x.size)
            a.append(x)
        elif y.size < x.size:
            a += _split(x, y.size)
            b.append(y)
        elif x is not y:
            x.sparsity = min(x.sparsity, y.sparsity)
            y.same = x
    assert not a and not b, "shapes were checked when the layer was made"


def _next(waiting: list[Channels]) -> Channels:
    """Takes the next unsplit channels off a reversed list."""
    while True:
        channels = waiting.pop()
        while channels.same is not None:
            channels = channels.same
        if not channels.parts:
            return channels
        waiting.extend(reversed(channels.parts))


def _split(channels: Channels, size: int) -> list[Channels]:
    """Splits off the first `size` channels; the parts, last first."""
    first = Channels(size, channels.sparsity)
    rest = Channels(channels.size - size, channels.sparsity)
    channels.parts = (first, rest)
    return [rest, first]


def _keep_whole(segments: Segments) -> None:
    waiting = list(segments)
    while waiting:
        _next(waiting).sparsity = 0.0


def _shrunk(layer: Layer, segments: Segments) -> Layer:
    if layer.op == "reshape":
        shape = sides(layer.attributes, "shape")
        return replace(layer, attributes={**layer.attributes, "shape": (*shape[:-1], _kept(segments))})
    if layer.op not in MAKERS:
        return layer
    return replace(layer, attributes={**layer.attributes, MAKERS[layer.op]: _kept(segments)})


def _kept(segments: Segments) -> int:
    waiting = list(segments)
    kept = 0
    while waiting:
        channels = _next(waiting)
        kept += max(1, floor(channels.size * (1 - channels.sparsity) + 0.5))
    return kept
