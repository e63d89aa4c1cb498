"""One ONNX node read for what it does: a name for the operation, and the facts two equal ones share."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from compiler.errors import ModelError
from compiler.export.onnx_amounts import MOST_AMOUNTS, fold
from compiler.export.onnx_file import OnnxFile, OnnxNode
from compiler.export.onnx_tensor import OnnxTensor

Facts = tuple[tuple[str, object], ...]
Pads = tuple[int, ...]

TRANSPARENT = ("Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast")
WEIGHTED = ("conv", "transposed_conv", "dense")
_CONVOLUTIONS = {"Conv": "conv", "ConvTranspose": "transposed_conv"}
_DATA_FIRST = (*TRANSPARENT, "Transpose", "Pad", "Resize", "Clip", "ReduceMean")
"""Operators whose further inputs are amounts, shapes or bounds."""
_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "HardSigmoid": {"alpha": 0.2, "beta": 0.5},
    "LeakyRelu": {"alpha": 0.01},
}


@dataclass(frozen=True, slots=True)
class Constants:
    """Constant values by name; identities of constants, and transposed weights, are constants too."""

    tensors: dict[str, OnnxTensor]
    small: dict[str, np.ndarray]
    flipped: frozenset[str]
    file_name: str

    @classmethod
    def of(cls, file: OnnxFile) -> "Constants":
        """Those of a file, its nodes taken in their order."""
        tensors, flipped = dict(file.constants), set[str]()
        small = {name: tensor.numbers() for name, tensor in tensors.items() if _is_small(tensor)}
        for node in file.nodes:
            known = [small[name] for name in node.inputs if name in small]
            if known and len(known) == len(node.inputs) and len(node.outputs) == 1:
                folded = fold(node.op, known, node.attributes)
                if folded is not None:
                    small[node.outputs[0]] = folded
            if len(node.inputs) != 1 or len(node.outputs) != 1 or node.inputs[0] not in tensors:
                continue
            transposes = node.op == "Transpose" and node.attributes.get("perm", (1, 0)) == (1, 0)
            if node.op in ("Identity", "Cast") or (transposes and node.inputs[0] not in flipped):
                tensors[node.outputs[0]] = tensors[node.inputs[0]]
                if transposes or node.inputs[0] in flipped:
                    flipped.add(node.outputs[0])
        return cls(tensors, small, frozenset(flipped), file.name)

    def get(self, name: str) -> OnnxTensor | None:
        """The constant of this name, if it is one."""
        return self.tensors.get(name)

    def operands(self, node: OnnxNode) -> tuple[str, ...]:
        """The values a node computes from, in order: no constants, amounts or shapes."""
        inputs = node.inputs[:1] if node.op in _DATA_FIRST else node.inputs
        return tuple(name for name in inputs if name and not (name in self.tensors or name in self.small))

    def amounts(self, node: OnnxNode, index: int) -> tuple[float, ...] | None:
        """The few numbers of a constant input; None where there is no such input, or it is no constant."""
        name = node.inputs[index] if index < len(node.inputs) else ""
        if name not in self.small:
            return None
        return tuple(float(number) for number in np.ravel(self.small[name]))


def _is_small(tensor: OnnxTensor) -> bool:
    return len(tensor.shape) <= 1 and 0 <= max(tensor.shape, default=1) <= MOST_AMOUNTS


def facts_of(node: OnnxNode, constants: Constants) -> tuple[str, Facts]:
    """The operation, and what must agree beside its weights' shapes."""
    match node.op:
        case "Conv" | "ConvTranspose":
            return _CONVOLUTIONS[node.op], _convolution_facts(node, constants)
        case "Gemm" | "MatMul":
            factors = tuple(node.attributes.get(name, 1.0) for name in ("alpha", "beta"))
            plain = factors == (1.0, 1.0) and not node.attributes.get("transA")
            return "dense", () if plain else (("factors", factors),)
        case "BatchNormalization":
            return "batch_norm", ()
        case "Clip":
            return _clip_facts(node, constants)
        case "ReduceMean":
            axes = _listed(node, "axes") or constants.amounts(node, 1) or ()
            spatial = axes in ((2, 3), (-1, -2), (3, 2), (-2, -1))
            return ("GlobalAveragePool", ()) if spatial else ("ReduceMean", (("axes", axes),))
        case "MaxPool" | "AveragePool":
            return node.op, _pool_facts(node)
        case "Softmax":
            axis = node.attributes.get("axis", -1)
            return "Softmax", () if axis in (1, -1) else (("axis", axis),)
        case "Pad" | "Resize":
            return node.op, _amount_facts(node, constants)
        case _:
            return node.op, _other_facts(node, constants)


def weight_inputs(node: OnnxNode, op: str, constants: Constants) -> tuple[tuple[OnnxTensor, ...], bool]:
    """The tensors a layer or batch norm learns, and whether a dense weight is (inputs, units)."""
    if op not in (*WEIGHTED, "batch_norm"):
        return (), False
    found = []
    for name in (name for name in node.inputs[1:] if name):
        tensor = constants.get(name)
        if tensor is None:
            where = f"{constants.file_name}: node {node.name!r:.120} ({node.op})"
            raise ModelError(f"{where} computes its weights ({name!r:.120}); they must be stored in the file")
        found.append(tensor)
    if len(found) != 4 if op == "batch_norm" else not 1 <= len(found) <= 2:
        where = f"{constants.file_name}: node {node.name!r:.120} ({node.op})"
        raise ModelError(f"{where} has {len(node.inputs)} inputs")
    stands = node.op == "Gemm" and bool(node.attributes.get("transB"))
    return tuple(found), op == "dense" and stands == (node.inputs[1] in constants.flipped)


def spatial_pads(node: OnnxNode, constants: Constants) -> Pads | None:
    """(top, left, bottom, right) where the node pads height and width with zeros and nothing else."""
    if node.op != "Pad" or node.attributes.get("mode", "constant") != "constant":
        return None
    amounts = _listed(node, "pads") or constants.amounts(node, 1) or ()
    value = constants.amounts(node, 2) or (0.0,)
    if len(amounts) not in (6, 8) or value != (0.0,):
        return None
    half = len(amounts) // 2
    before, after = amounts[:half], amounts[half:]
    if any((*before[:2], *after[:2])) or len(node.inputs) > 3:
        return None
    return tuple(int(n) for n in (*_plane(before[2:], 0), *_plane(after[2:], 0)))


def _plane(values: tuple[object, ...], fill: int) -> tuple[int, int]:
    """Two numbers, one for each axis of a map; a series is a map one column wide."""
    numbers = tuple(
        int(value) if isinstance(value, int | float) and isfinite(value) else fill for value in values
    )
    return (numbers[0], numbers[1]) if len(numbers) == 2 else ((*numbers, fill)[0], fill)


def _listed(node: OnnxNode, name: str) -> tuple[object, ...]:
    value = node.attributes.get(name, ())
    return value if isinstance(value, tuple) else ()


def _pads(node: OnnxNode) -> Pads:
    pads = _listed(node, "pads")
    half = len(pads) // 2
    return (*_plane(pads[:half], 0), *_plane(pads[half:], 0))


def _convolution_facts(node: OnnxNode, constants: Constants) -> Facts:
    facts: dict[str, object] = {
        "group": node.attributes.get("group", 1),
        "strides": _plane(_listed(node, "strides"), 1),
        "dilations": _plane(_listed(node, "dilations"), 1),
        "pads": _pads(node),
    }
    if node.op == "ConvTranspose":
        facts["output_padding"] = _plane(_listed(node, "output_padding"), 0)
        if "output_shape" in node.attributes:
            facts["output_shape"] = node.attributes["output_shape"]
    return (*facts.items(), *_automatic(node))


def _pool_facts(node: OnnxNode) -> Facts:
    pads = _pads(node)
    facts: dict[str, object] = {
        "kernel": _plane(_listed(node, "kernel_shape"), 1),
        "strides": _plane(_listed(node, "strides"), 1),
        "pads": pads,
    }
    if _plane(_listed(node, "dilations"), 1) != (1, 1):
        facts["dilations"] = node.attributes["dilations"]
    if node.attributes.get("ceil_mode"):
        facts["ceil_mode"] = 1
    if node.op == "AveragePool" and any(pads):
        facts["count_include_pad"] = node.attributes.get("count_include_pad", 0)
    return (*facts.items(), *_automatic(node))


def _automatic(node: OnnxNode) -> Facts:
    how = node.attributes.get("auto_pad", "NOTSET")
    return () if how in ("NOTSET", "") else (("auto_pad", how),)


def _clip_facts(node: OnnxNode, constants: Constants) -> tuple[str, Facts]:
    low = constants.amounts(node, 1) or _bound(node, "min")
    high = constants.amounts(node, 2) or _bound(node, "max")
    if (low, high) == ((0.0,), (6.0,)):
        return "Relu6", ()
    return ("Relu", ()) if (low, high) == ((0.0,), ()) else ("Clip", (("bounds", (low, high)),))


def _bound(node: OnnxNode, name: str) -> tuple[object, ...]:
    return (node.attributes[name],) if name in node.attributes else ()


def _amount_facts(node: OnnxNode, constants: Constants) -> Facts:
    amounts = tuple(constants.amounts(node, index) or () for index in range(1, len(node.inputs)))
    listed = tuple(value for value in amounts if value not in ((), (0.0,)))
    mode = node.attributes.get("mode", "constant" if node.op == "Pad" else "nearest")
    aligned = node.attributes.get("coordinate_transformation_mode") == "align_corners"
    return (("amounts", listed), ("mode", mode), *((("align_corners", 1),) if aligned else ()))


def _other_facts(node: OnnxNode, constants: Constants) -> Facts:
    """Numbers among the attributes to six digits, and operands that are constant."""
    facts: list[tuple[str, object]] = []
    attributes = {**_DEFAULTS.get(node.op, {}), **node.attributes}
    for name in sorted(attributes):
        value = attributes[name]
        if isinstance(value, np.ndarray):
            continue
        facts.append((name, f"{value:.6g}" if isinstance(value, float) else value))
    for index, name in enumerate(node.inputs):
        tensor, few = constants.get(name), constants.amounts(node, index)
        if few is not None:
            facts.append(("constant", tuple(f"{number:.6g}" for number in few)))
        elif tensor is not None:
            facts.append(("constant of shape", tensor.shape))
    return tuple(facts)
