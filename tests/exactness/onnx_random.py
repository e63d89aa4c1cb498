"""Random ONNX networks of many operators with branches, drawn from a seed."""

from dataclasses import dataclass

import numpy as np

from tests.compiler.frontends.onnx_networks import Net, quantized, wrapped

MOST_STEPS = 7
_CHANNELS = (2, 4, 6, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A quantized file, and the shape of its input without the batch."""

    data: bytes
    shape: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Map:
    """A value (1, C, H, W)."""

    name: str
    shape: tuple[int, int, int]


def random_onnx(seed: int) -> Drawn:
    """The network of a seed: maps that branch and join, then perhaps a dense head; quantized as one of the
    exporters does.
    """
    net = Net(seed)
    rng = net.rng
    shape = (int(rng.choice(_CHANNELS)), int(rng.integers(6, 11)), int(rng.integers(6, 11)))
    maps = [_Map(net.input("x", 1, *shape), shape)]
    maps.append(_conv(net, maps[0]))
    for _ in range(int(rng.integers(3, MOST_STEPS + 1))):
        source = maps[int(rng.integers(max(0, len(maps) - 3), len(maps)))]
        found = _STEPS[int(rng.integers(len(_STEPS)))](net, source, maps)
        if found is not None:
            maps.append(found)
    last = _head(net, maps[-1]) if rng.random() < 0.6 else maps[-1].name
    model = net.model(last)
    samples = rng.normal(size=(12, *shape)).astype(np.float32)
    unsigned = bool(rng.random() < 0.5)
    way = ("qdq", "qoperator", "wrapped")[seed % 3]
    if way == "wrapped":
        data = wrapped(model, samples, unsigned=unsigned)
    else:
        data = quantized(
            model,
            samples,
            qdq=way == "qdq",
            unsigned=unsigned,
            unsigned_weights=unsigned and bool(rng.random() < 0.5),
            per_channel=bool(rng.random() < 0.5),
        )
    steps = ", ".join(node.op_type for node in net.nodes)
    return Drawn(data=data, shape=shape, text=f"seed {seed}, {way}, unsigned {unsigned}: {steps}")


def _conv(net: Net, x: _Map, filters: int | None = None, stride: int = 1) -> _Map:
    """Same padding; depthwise, grouped or neither."""
    rng, (channels, height, width) = net.rng, x.shape
    filters = filters or int(rng.choice(_CHANNELS))
    group = int(rng.choice([1, 1, 2, channels]))
    group = group if channels % group == 0 and filters % group == 0 else 1
    kernel = int(rng.choice([1, 3]))
    pad = kernel // 2
    attributes = {"group": group, "pads": [pad] * 4, "strides": [stride, stride]}
    name = net.conv(x.name, filters, channels, (kernel, kernel), **attributes)
    if rng.random() < 0.6:
        name = net.add("Relu", name)
    return _Map(name, (filters, -(-height // stride), -(-width // stride)))


def _downward(net: Net, x: _Map, maps: list[_Map]) -> _Map | None:
    return _conv(net, x, stride=2) if min(x.shape[1:]) >= 4 else None


def _onward(net: Net, x: _Map, maps: list[_Map]) -> _Map:
    return _conv(net, x)


def _residual(net: Net, x: _Map, maps: list[_Map]) -> _Map:
    other = _conv(net, _conv(net, x), x.shape[0])
    return _Map(net.add("Add", x.name, other.name), x.shape)


def _product(net: Net, x: _Map, maps: list[_Map]) -> _Map:
    return _Map(net.add("Mul", x.name, net.add("Sigmoid", _conv(net, x, x.shape[0]).name)), x.shape)


def _join(net: Net, x: _Map, maps: list[_Map]) -> _Map:
    alike = [one for one in maps if one.shape[1:] == x.shape[1:] and one is not x]
    other = alike[int(net.rng.integers(len(alike)))] if alike else _conv(net, x)
    shape = (x.shape[0] + other.shape[0], *x.shape[1:])
    return _conv(net, _Map(net.add("Concat", x.name, other.name, axis=1), shape))


def _pool(net: Net, x: _Map, maps: list[_Map]) -> _Map | None:
    if min(x.shape[1:]) < 4:
        return None
    kind = str(net.rng.choice(["MaxPool", "AveragePool"]))
    name = net.add(kind, x.name, kernel_shape=[2, 2], strides=[2, 2])
    return _Map(name, (x.shape[0], x.shape[1] // 2, x.shape[2] // 2))


def _enlarge(net: Net, x: _Map, maps: list[_Map]) -> _Map | None:
    if max(x.shape[1:]) > 8:
        return None
    scales = net.constant(np.array([1, 1, 2, 2], np.float32))
    attributes = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    name = net.add("Resize", x.name, "", scales, mode="nearest", **attributes)
    return _Map(name, (x.shape[0], 2 * x.shape[1], 2 * x.shape[2]))


def _slice(net: Net, x: _Map, maps: list[_Map]) -> _Map | None:
    axis = int(net.rng.integers(1, 4))
    size = x.shape[axis - 1]
    if size < 4:
        return None
    numbers = [net.constant(np.array([one], np.int64)) for one in (1, size - 1, axis)]
    shape = tuple(one - 2 * (index == axis - 1) for index, one in enumerate(x.shape))
    return _Map(net.add("Slice", x.name, *numbers), (shape[0], shape[1], shape[2]))


def _head(net: Net, x: _Map) -> str:
    name, size = x.name, int(np.prod(x.shape))
    if net.rng.random() < 0.5:
        name, size = net.add("GlobalAveragePool", name), x.shape[0]
    name = net.add("Gemm", net.add("Flatten", name), net.normal(size, 5, scale=2.0), net.normal(5))
    return net.add("Softmax", name) if net.rng.random() < 0.5 else name


_STEPS = (_onward, _downward, _residual, _product, _join, _pool, _enlarge, _slice)
