"""In which order the axes of an input are stored: as the first operator that cares about it wants them."""

from collections.abc import Iterable

from compiler.frontends.onnx.layout import Order, axes_kept, channels_last
from compiler.frontends.onnx.model import OnnxNode

_MAPS = (
    "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "BatchNormalization", "Resize",
    "Upsample", "ConvInteger", "GlobalMaxPool", "LpPool", "InstanceNormalization", "PRelu",
)  # fmt: skip
_ORDERED = ("Gemm", "MatMul", "Reshape", "Flatten")


def input_order(name: str, shape: tuple[int, ...], nodes: Iterable[OnnxNode]) -> Order | None:
    """Channels last where a map (1, C, H, W) or (1, C, L) goes into an operator on maps; ONNX's own order
    where it is transposed or flattened first. None for other shapes.
    """
    if len(shape) not in (3, 4) or shape[0] != 1:
        return None
    same = {name}
    for node in nodes:
        if not node.inputs or node.inputs[0] not in same:
            continue
        if node.op in _MAPS:
            return channels_last(shape)
        if node.op in _ORDERED or (node.op == "Transpose" and _to_channels_first(node, len(shape))):
            return axes_kept(shape)
        if node.op == "Transpose":
            break
        same.update(node.outputs[:1])
    return channels_last(shape) if len(shape) == 4 else axes_kept(shape)


def _to_channels_first(node: OnnxNode, rank: int) -> bool:
    return node.attributes.get("perm") == (0, rank - 1, *range(1, rank - 1))
