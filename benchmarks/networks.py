"""Int8 networks of the sizes people deploy, random weights: for flash, stack and instructions."""

from collections.abc import Callable

import numpy as np

from benchmarks.draft import Draft, same
from compiler.ir.graph import Graph
from compiler.ir.ops import Add, Conv2D, Dense, DepthwiseConv2D, GlobalAveragePool, MaxPool2D, Softmax, Window


def conv(draft: Draft, value: str, filters: int, kernel: int, stride: int = 1, *, relu: bool = True) -> str:
    channels = draft.tensors[value].shape[-1]
    op = Conv2D(window=same(kernel, stride), activation="relu" if relu else "none")
    return draft.layer(op, value, weight=(filters, kernel, kernel, channels))


def separable(draft: Draft, value: str, filters: int, stride: int) -> str:
    channels = draft.tensors[value].shape[-1]
    depthwise = DepthwiseConv2D(window=same(3, stride), activation="relu")
    return conv(draft, draft.layer(depthwise, value, weight=(1, 3, 3, channels), axis=3), filters, 1)


def classify(draft: Draft, value: str, classes: int) -> Graph:
    pooled = draft.layer(GlobalAveragePool(), value)
    channels = draft.tensors[pooled].shape[-1]
    return draft.graph((draft.layer(Softmax(), draft.layer(Dense(), pooled, weight=(classes, channels))),))


def digits(rng: np.random.Generator, filters: int = 16) -> Graph:
    """A few convolutions on 8 x 8 pixels."""
    draft = Draft(rng)
    value = conv(draft, draft.source((8, 8, 1)), filters, 3)
    value = draft.layer(MaxPool2D(window=Window(kernel=(2, 2), strides=(2, 2))), value)
    return classify(draft, conv(draft, value, 2 * filters, 3), 10)


def wide_digits(rng: np.random.Generator) -> Graph:
    """The same with enough filters for 64 KiB of weights."""
    return digits(rng, filters=64)


def resnet8(rng: np.random.Generator) -> Graph:
    """MLPerf Tiny's ResNet-8 on 32 x 32 x 3 pixels: 12.5 M MACs."""
    draft = Draft(rng)
    value = conv(draft, draft.source((32, 32, 3)), 16, 3)
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        inner = conv(draft, conv(draft, value, filters, 3, stride), filters, 3, relu=False)
        shortcut = value if stride == 1 else conv(draft, value, filters, 1, stride, relu=False)
        value = draft.layer(Add(activation="relu"), inner, shortcut)
    return classify(draft, value, 10)


def mobilenet_v1(rng: np.random.Generator) -> Graph:
    """MLPerf Tiny's MobileNetV1, a quarter as wide, on 96 x 96 x 3 pixels: 7.5 M MACs."""
    draft = Draft(rng)
    value = conv(draft, draft.source((96, 96, 3)), 8, 3, 2)
    blocks = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *((128, 1),) * 5, (256, 2), (256, 1))
    for filters, stride in blocks:
        value = separable(draft, value, filters, stride)
    return classify(draft, value, 2)


def ds_cnn(rng: np.random.Generator, filters: int = 64, blocks: int = 4, classes: int = 12) -> Graph:
    """The DS-CNN of keyword spotting: with its defaults 2.66 M MACs on 49 x 10 features."""
    draft = Draft(rng)
    first = Window(kernel=(10, 4), strides=(2, 2), pads=(4, 1, 5, 1))
    value = draft.layer(
        Conv2D(window=first, activation="relu"), draft.source((49, 10, 1)), weight=(filters, 10, 4, 1)
    )
    for _ in range(blocks):
        depthwise = DepthwiseConv2D(window=same(3), activation="relu")
        value = draft.layer(depthwise, value, weight=(1, 3, 3, filters), axis=3)
        pointwise = Conv2D(window=same(1), activation="relu")
        value = draft.layer(pointwise, value, weight=(filters, 1, 1, filters))
    value = draft.layer(Dense(), draft.layer(GlobalAveragePool(), value), weight=(classes, filters))
    return draft.graph((value,))


def wide_ds_cnn(rng: np.random.Generator) -> Graph:
    """A DS-CNN with 172 filters, as the large one of keyword spotting: more than 64 KiB of weights."""
    return ds_cnn(rng, filters=172)


NETWORKS: tuple[Callable[[np.random.Generator], Graph], ...] = (
    wide_digits,
    wide_ds_cnn,
    resnet8,
    mobilenet_v1,
)
