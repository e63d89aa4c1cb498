"""What an ONNX network computes, free of how a tool wrote it: steps in an order that only the wiring decides.

Two files with equal skeletons are one network, whatever their names, the order of their nodes, and the
reshapes and identities that exporters leave behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from compiler.errors import ModelError
from compiler.export.onnx_file import OnnxFile, OnnxNode
from compiler.export.onnx_steps import (
    TRANSPARENT,
    Constants,
    Facts,
    Pads,
    facts_of,
    spatial_pads,
    weight_inputs,
)
from compiler.export.onnx_tensor import OnnxTensor

NETWORK_INPUT = -1
_TO_COLUMNS = ((0, 2, 3, 1), (0, 2, 1))
"""Transposes after which a flattened map has its channels last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One operator that counts. `sources`: steps it reads, NETWORK_INPUT for the network's input.

    `tensors`: weight and bias, or gamma, beta, mean and variance. `flipped`: the weight of a dense layer is
    (inputs, units). `channels_last`: the order in which a dense layer reads a map.
    """

    op: str
    facts: Facts
    sources: tuple[int, ...]
    node: str
    tensors: tuple[OnnxTensor, ...] = ()
    flipped: bool = False
    channels_last: bool = False
    epsilon: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """Those of its tensors."""
        return tuple(tensor.name for tensor in self.tensors)


@dataclass(frozen=True, slots=True)
class _Value:
    """A step's result with moves after it that a later step may take over: transposes, and pads of zeros."""

    step: int
    moves: tuple[OnnxNode, ...] = ()


@dataclass(slots=True)
class _Walk:
    file: OnnxFile
    constants: Constants
    readers: Mapping[str, int]
    values: dict[str, _Value] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def skeleton_of(file: OnnxFile) -> tuple[Step, ...]:
    """The steps between the file's input and its output, each after those it reads, in order of operands.

    ModelError where the file has not one input and one output, or is no acyclic graph.
    """
    if len(file.inputs) != 1 or len(file.outputs) != 1:
        found = f"{len(file.inputs)} inputs and {len(file.outputs)} outputs"
        raise ModelError(f"{file.name} has {found}; a prototype has one of each")
    readers: dict[str, int] = {}
    for name in (name for node in file.nodes for name in node.inputs):
        readers[name] = readers.get(name, 0) + 1
    walk = _Walk(file, Constants.of(file), readers, {file.inputs[0]: _Value(NETWORK_INPUT)})
    _visit(file.outputs[0], walk)
    _settle(walk.values[file.outputs[0]], walk)
    return tuple(walk.steps)


def _visit(output: str, walk: _Walk) -> None:
    """Everything that `output` needs, each value after its operands."""
    producer = {name: node for node in walk.file.nodes for name in node.outputs[:1]}
    pending, open_values = [output], set[str]()
    while pending:
        name = pending[-1]
        if name in walk.values:
            pending.pop()
            continue
        if name not in producer:
            raise ModelError(f"{walk.file.name}: nothing defines the value {name!r:.120}")
        operands = walk.constants.operands(producer[name])
        missing = [operand for operand in operands if operand not in walk.values]
        if missing and name in open_values:
            raise ModelError(f"{walk.file.name}: the value {name!r:.120} needs itself")
        open_values.add(name)
        if missing:
            pending += reversed(missing)
        else:
            walk.values[name] = _value_of(producer[name], [walk.values[v] for v in operands], walk)
            pending.pop()


def _value_of(node: OnnxNode, operands: list[_Value], walk: _Walk) -> _Value:
    if node.op in TRANSPARENT and len(operands) == 1:
        return operands[0]
    if len(operands) == 1 and (node.op == "Transpose" or spatial_pads(node, walk.constants)):
        return _Value(operands[0].step, (*operands[0].moves, node))
    if node.op == "Add" and len(operands) == 1 and _takes_bias(node, operands[0], walk):
        return operands[0]
    return _append(node, operands, walk)


def _append(node: OnnxNode, operands: list[_Value], walk: _Walk) -> _Value:
    op, facts = facts_of(node, walk.constants)
    tensors, flipped = weight_inputs(node, op, walk.constants)
    pads, channels_last = None, False
    if op in ("conv", "dense") and operands and len(operands[0].moves) == 1:
        move = operands[0].moves[0]
        pads = spatial_pads(move, walk.constants) if op == "conv" else None
        channels_last = op == "dense" and move.attributes.get("perm") in _TO_COLUMNS
        if pads is not None or channels_last:
            operands = [_Value(operands[0].step), *operands[1:]]
    step = Step(
        op=op,
        facts=_padded(facts, pads) if pads is not None else facts,
        sources=tuple(_settle(operand, walk) for operand in operands),
        node=node.name,
        tensors=tensors,
        flipped=flipped,
        channels_last=channels_last,
        epsilon=_epsilon(node),
    )
    walk.steps.append(step)
    return _Value(len(walk.steps) - 1)


def _settle(value: _Value, walk: _Walk) -> int:
    """The step that a value is, once moves that nothing took over are steps of their own."""
    source = value.step
    for move in value.moves:
        op, facts = facts_of(move, walk.constants)
        walk.steps.append(Step(op=op, facts=facts, sources=(source,), node=move.name))
        source = len(walk.steps) - 1
    return source


def _takes_bias(node: OnnxNode, operand: _Value, walk: _Walk) -> bool:
    """Whether the addition is the bias of the MatMul before it; the MatMul's step then has it."""
    if operand.step == NETWORK_INPUT or operand.moves:
        return False
    step, constants = walk.steps[operand.step], [walk.constants.get(name) for name in node.inputs]
    bias = next((tensor for tensor in constants if tensor is not None), None)
    variable = next(name for name, tensor in zip(node.inputs, constants, strict=True) if tensor is None)
    if step.op != "dense" or len(step.tensors) != 1 or bias is None or walk.readers[variable] != 1:
        return False
    units = step.tensors[0].shape[-1 if step.flipped else 0]
    if bias.shape != (units,):
        return False
    walk.steps[operand.step] = replace(step, tensors=(*step.tensors, bias))
    return True


def _padded(facts: Facts, pads: Pads) -> Facts:
    own = dict(facts)["pads"]
    assert isinstance(own, tuple), "a convolution has pads"
    total = tuple(a + b for a, b in zip(own, pads, strict=True))
    return tuple((key, total if key == "pads" else value) for key, value in facts)


def _epsilon(node: OnnxNode) -> float:
    value = node.attributes.get("epsilon", 1e-5)
    return value if isinstance(value, float) else 1e-5
