"""SPACE_TO_BATCH_ND, a convolution and BATCH_TO_SPACE_ND: how TensorFlow writes a dilated convolution.

Each of the maps that the first makes holds every block-th pixel, so a window on it is a dilated one on the
whole map; what the last crops need not have been padded (TensorFlow's space_to_batch_nd documentation). TFLM
leaves unset with what integer it pads (micro/kernels/space_to_batch_nd.cc), so a border that counts is taken
for zero only where zero is the integer 0.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.raw import RawOperator, RawSubgraph, RawTensor

PADS = "Pads"
"""The option that a folded convolution has beside the file's own: top, left, bottom, right."""
_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")
_PLAIN = {"Padding": 1, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1}


def fold_dilations(main: RawSubgraph) -> RawSubgraph:
    """Each such trio whose middle values nobody else reads as one convolution, in the place of its last."""
    reads = Counter(index for operator in main.operators for index in operator.inputs)
    reads.update(main.outputs)
    makers = {index: operator for operator in main.operators for index in operator.outputs}
    folded: dict[int, RawOperator] = {}
    gone: set[int] = set()
    for last in main.operators:
        trio = _trio(last, makers, reads)
        convolution = None if trio is None else _dilated(*trio, main.tensors)
        if trio is not None and convolution is not None:
            folded[last.index] = convolution
            gone.update(operator.index for operator in trio[:2])
    kept = [operator for operator in main.operators if operator.index not in gone]
    return replace(main, operators=tuple(folded.get(operator.index, operator) for operator in kept))


def _trio(
    last: RawOperator, makers: Mapping[int, RawOperator], reads: Counter[int]
) -> tuple[RawOperator, RawOperator, RawOperator] | None:
    if last.name != "BATCH_TO_SPACE_ND" or len(last.inputs) != 3 or len(last.outputs) != 1:
        return None
    middle = makers.get(last.inputs[0])
    if middle is None or middle.name not in _CONVOLUTIONS or not middle.inputs or reads[last.inputs[0]] != 1:
        return None
    first = makers.get(middle.inputs[0])
    if first is None or first.name != "SPACE_TO_BATCH_ND" or len(first.inputs) != 3:
        return None
    return (first, middle, last) if reads[middle.inputs[0]] == 1 else None


def _dilated(
    first: RawOperator, middle: RawOperator, last: RawOperator, tensors: tuple[RawTensor, ...]
) -> RawOperator | None:
    """The convolution of a trio; None where the three do not fit together."""
    block, pads = (_integers(tensors, first.inputs[place]) for place in (1, 2))
    last_block, crops = (_integers(tensors, last.inputs[place]) for place in (1, 2))
    if len(block) != 2 or block != last_block or len(pads) != 4 or len(crops) != 4:
        return None
    if any(middle.options.get(name) != value for name, value in _PLAIN.items()):
        return None
    if not (_alike(tensors, first) and _alike(tensors, last)):
        return None
    top, bottom, left, right = (pad - crop for pad, crop in zip(pads, crops, strict=True))
    if min(top, bottom, left, right, *crops) < 0 or max(pads) > np.iinfo(np.int16).max:
        return None
    if any((top, bottom, left, right)) and any(tensors[first.inputs[0]].zero_point):
        return None
    options = {
        **middle.options, PADS: (top, left, bottom, right),
        "DilationHFactor": block[0], "DilationWFactor": block[1],
    }  # fmt: skip
    inputs = (first.inputs[0], *middle.inputs[1:])
    return replace(middle, index=last.index, inputs=inputs, outputs=last.outputs, options=options)


def _integers(tensors: tuple[RawTensor, ...], index: int) -> tuple[int, ...]:
    tensor = tensors[index] if index >= 0 else None
    if tensor is None or tensor.data is None or tensor.dtype != "int32" or len(tensor.data) > 64:
        return ()
    return tuple(np.frombuffer(tensor.data, "<i4").tolist())


def _alike(tensors: tuple[RawTensor, ...], operator: RawOperator) -> bool:
    """Whether an operator's first input and its output stand for the same numbers, in four axes."""
    if operator.inputs[0] < 0:
        return False
    source, target = tensors[operator.inputs[0]], tensors[operator.outputs[0]]
    same = (source.dtype, source.scale, source.zero_point) == (target.dtype, target.scale, target.zero_point)
    return same and len(source.shape) == len(target.shape) == 4


def import_space_to_batch(call: Call) -> None:
    """Only what fold_dilations has left comes here."""
    call.refuse(
        "it is not part of a dilated convolution",
        "both around a VALID convolution without strides, and no border or zero point 0",
    )
