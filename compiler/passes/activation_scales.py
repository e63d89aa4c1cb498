"""Scale and zero point of every activation: from its range, shared where an operator only moves integers."""

from collections.abc import Mapping

import numpy as np

from compiler.errors import InternalError, ModelError
from compiler.ir.curve import FIXED_OUTPUT, UNIT_OUTPUT
from compiler.ir.encode import encoded_interval, round_half_away
from compiler.ir.graph import Graph
from compiler.ir.ops import Op, Softmax, Unary
from compiler.ir.tensor import Quantization
from compiler.ir.verify import SAME_QUANTIZATION
from compiler.passes.weighted import WEIGHTED

LEAST_SCALE = 2.0**-30
"""Where calibration saw nothing but zeros a scale must still be positive, and its products normal numbers."""
SOFTMAX_OUTPUT = UNIT_OUTPUT

Range = tuple[float, float]


def activation_quantization(low: float, high: float, least_scale: float = LEAST_SCALE) -> Quantization:
    """int8 asymmetric over [low, high], widened to hold 0, as TFLite requires; low becomes exactly -128."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = np.float32(max((high - low) / 255, least_scale))
    steps = round_half_away(np.array([np.float32(low) / scale], np.float32))[0]
    return Quantization(scale=(float(scale),), zero_point=(int(np.clip(-128 - steps, -128, 127)),))


class ActivationScales:
    """The quantization of each value that is no weight or bias, by name: `scales["conv_1"]`.

    An input whose encoding states an interval takes that for its range, other values take `ranges`, constants
    their own least and greatest element. A sigmoid or tanh has the scale that the specification prescribes
    unless what it is joined with needs another. ModelError where a softmax's output, which can have no other,
    would have to share it.
    """

    def __init__(self, graph: Graph, ranges: Mapping[str, Range]) -> None:
        self._group = tied_values(graph)
        self._range: dict[str, Range] = {}
        self._least: dict[str, float] = {}
        self._fixed = _fixed_groups(graph, self._group)
        for name, group in self._group.items():
            low, high = _range_of(name, graph, ranges)
            known = self._range.get(group, (low, high))
            self._range[group] = (min(low, known[0]), max(high, known[1]))

    def __getitem__(self, name: str) -> Quantization:
        group = self._group[name]
        if group in self._fixed:
            return self._fixed[group]
        return activation_quantization(*self._range[group], self._least.get(group, LEAST_SCALE))

    def __contains__(self, name: str) -> bool:
        return name in self._group

    def raise_to(self, name: str, least_scale: float) -> None:
        """Keeps the scale of a value, and of those tied to it, from being smaller than this."""
        group = self._group[name]
        self._least[group] = max(least_scale, self._least.get(group, LEAST_SCALE))


def tied_values(graph: Graph) -> dict[str, str]:
    """For each value that is no weight or bias, the first of those it must share its quantization with."""
    weights = {name for node in graph.nodes if isinstance(node.op, WEIGHTED) for name in node.inputs[1:]}
    constants = [name for name in graph.parameters if name not in weights]
    values = [*graph.inputs, *constants, *(name for node in graph.nodes for name in node.outputs)]
    members = {name: [name] for name in values}
    leader = {name: name for name in values}
    for node in graph.nodes:
        if not isinstance(node.op, SAME_QUANTIZATION):
            continue
        for name in node.inputs:
            first, second = leader[name], leader[node.outputs[0]]
            if first != second:
                leader.update(dict.fromkeys(members[second], first))
                members[first] += members.pop(second)
    return leader


def _fixed_groups(graph: Graph, group: Mapping[str, str]) -> dict[str, Quantization]:
    """The prescribed quantization of each group whose every member that is not merely moved prescribes it."""
    wanted: dict[str, set[Quantization | None]] = {}
    for name in (*graph.inputs, *graph.parameters):
        if name in group:
            wanted.setdefault(group[name], set()).add(None)
    softmaxes = set()
    for node in graph.nodes:
        output = group[node.outputs[0]]
        if not isinstance(node.op, SAME_QUANTIZATION):
            wanted.setdefault(output, set()).add(_prescribed(node.op))
        if isinstance(node.op, Softmax):
            softmaxes.add(output)
    for name in sorted(softmaxes):
        if wanted[name] != {SOFTMAX_OUTPUT}:
            raise ModelError(f"{name!r} is joined with a softmax, whose output has a fixed scale of its own")
    only = {name: next(iter(found)) for name, found in wanted.items() if len(found) == 1}
    return {name: found for name, found in only.items() if found is not None}


def _prescribed(op: Op) -> Quantization | None:
    if isinstance(op, Softmax):
        return SOFTMAX_OUTPUT
    return FIXED_OUTPUT.get(op.activation) if isinstance(op, Unary) else None


def _range_of(name: str, graph: Graph, ranges: Mapping[str, Range]) -> Range:
    if name in graph.weights:
        return float(graph.weights[name].min()), float(graph.weights[name].max())
    interval = encoded_interval(graph.encoding) if graph.encoding is not None else None
    if name in graph.inputs and interval is not None:
        return interval
    if name not in ranges:
        raise InternalError(f"value {name!r} was not calibrated")
    return ranges[name]
