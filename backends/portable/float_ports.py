"""Float32 at a network's border as kernel calls: from real numbers to integers and back."""

import numpy as np

from backends.portable.overlap import elementwise_overlap
from backends.portable.source import Lowered, Source, make_constant
from compiler.ir.graph import Node
from compiler.ir.ops import Dequantize, Quantize
from compiler.ir.program import KernelCall, Overlap
from compiler.ir.tensor import Dtype

SHORT: dict[Dtype, str] = {"int8": "s8", "uint8": "u8", "int16": "s16"}
"""What kernels call the integers that have float32 forms."""


def lower_quantize(source: Source, node: Node, op: Quantize) -> Lowered:
    """Bytes may be written over the floats: each is four times as far ahead."""
    short = SHORT[source.tensor(node.outputs[0]).dtype]
    (read,), (write,) = source.buffers(node.inputs), source.buffers(node.outputs)
    overlaps = (elementwise_overlap(write, read),) if short != "s16" else ()
    return _port(source, node, f"protonas_quantize_f32_{short}", node.outputs[0], overlaps)


def lower_dequantize(source: Source, node: Node, op: Dequantize) -> Lowered:
    """The output is larger than the input."""
    short = SHORT[source.tensor(node.inputs[0]).dtype]
    return _port(source, node, f"protonas_dequantize_{short}_f32", node.inputs[0], ())


def _port(source: Source, node: Node, kernel: str, integers: str, overlaps: tuple[Overlap, ...]) -> Lowered:
    quantization = source.quantization(integers)
    scale = None if quantization is None else np.array(quantization.scale, np.float32)
    table = make_constant(f"{node.name}/scale", "float32", (1,), scale)
    call = KernelCall(
        layer=node.name,
        kernel=kernel,
        reads=source.buffers(node.inputs),
        writes=source.buffers(node.outputs),
        overlaps=overlaps,
        parameters=(
            ("zero_point", source.zero_point(integers)),
            ("size", source.tensor(node.outputs[0]).elements),
        ),
        constants=(("scale", table.name),),
        sources=(f"src/{kernel}.c",),
    )
    return Lowered(calls=(call,), constants=(table,))
