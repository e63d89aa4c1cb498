"""Softmax as a kernel call, its input scaling derived as TensorFlow Lite Micro does."""

from backends.portable.overlap import elementwise_overlap
from backends.portable.source import Lowered, Source
from compiler.ir.fixed_point import Multiplier, softmax_scaling
from compiler.ir.graph import Node
from compiler.ir.ops import Softmax
from compiler.ir.program import KernelCall
from compiler.ir.tensor import Quantization

MOST_ELEMENTS = 4095
"""A row's exponentials, 1 at most each, are summed with 12 integer bits."""

OUTPUT = Quantization(scale=(1 / 256,), zero_point=(-128,))
"""The only quantization an int8 softmax can have."""

_KERNEL = "protonas_softmax_s8"


def lower_softmax(source: Source, node: Node, op: Softmax) -> Lowered:
    """Over the last axis. Element i is last read just before it is written; rows are done in order."""
    (read,), (write,) = source.buffers(node.inputs), source.buffers(node.outputs)
    tensor = source.tensor(node.outputs[0])
    quantization = source.quantization(node.inputs[0])
    multiplier, least = (Multiplier(0, 0), 0) if quantization is None else softmax_scaling(quantization)
    call = KernelCall(
        layer=node.name,
        kernel=_KERNEL,
        reads=(read,),
        writes=(write,),
        overlaps=(elementwise_overlap(write, read),),
        parameters=(
            ("rows", tensor.elements // tensor.shape[-1]),
            ("row_size", tensor.shape[-1]),
            ("multiplier", multiplier.mantissa),
            ("shift", multiplier.shift),
            ("least_difference", least),
        ),
        sources=(f"src/{_KERNEL}.c",),
    )
    return Lowered(calls=(call,))
