"""The attributes of a node, each asked for by its type: a file may hold anything."""

from math import isfinite

import numpy as np

from compiler.errors import ModelError
from compiler.frontends.onnx.model import OnnxNode, shown

LARGEST = 1 << 24
"""Of strides, pads, sizes: no map is as long."""


def malformed(node: OnnxNode, what: str) -> ModelError:
    """The error for a node that is no valid ONNX."""
    return ModelError(f"node {shown(node.name)} ({node.op}) {what}")


def integer(node: OnnxNode, name: str, default: int) -> int:
    """An integer attribute."""
    value = node.attributes.get(name, default)
    if not isinstance(value, int):
        raise malformed(node, f"has an attribute {name} that is no integer")
    return value


def number(node: OnnxNode, name: str, default: float) -> float:
    """A finite number attribute."""
    value = node.attributes.get(name, default)
    if not isinstance(value, int | float) or not isfinite(value):
        raise malformed(node, f"has an attribute {name} that is no number")
    return float(value)


def word(node: OnnxNode, name: str, default: str) -> str:
    """A text attribute."""
    value = node.attributes.get(name, default)
    if not isinstance(value, str):
        raise malformed(node, f"has an attribute {name} that is no text")
    return value


def integers(node: OnnxNode, name: str) -> tuple[int, ...] | None:
    """A list of integers of bounded size; None where the node has none."""
    value = node.attributes.get(name)
    if value is None:
        return None
    if not isinstance(value, tuple) or not all(isinstance(v, int) and abs(v) <= LARGEST for v in value):
        raise malformed(node, f"has an attribute {name} that is no list of sizes")
    return value


def sizes(node: OnnxNode, name: str, default: tuple[int, ...], least: int = 0) -> tuple[int, ...]:
    """A list of as many integers as the default has, none below `least`."""
    found = integers(node, name)
    if not found:
        return default
    if len(found) != len(default) or min(found) < least:
        raise malformed(node, f"has {name} {list(found)}")
    return found


def axis_of(node: OnnxNode, axis: int, rank: int) -> int:
    """An axis counted from 0; negative ones count from the end."""
    if not -rank <= axis < rank:
        raise malformed(node, f"names axis {axis} of {rank}")
    return axis % rank


def axes_of(node: OnnxNode, axes: tuple[int, ...] | np.ndarray, rank: int) -> tuple[int, ...]:
    """Distinct axes counted from 0, ascending."""
    found = sorted({axis_of(node, int(axis), rank) for axis in axes})
    if len(found) != len(axes):
        raise malformed(node, "names an axis twice")
    return tuple(found)
