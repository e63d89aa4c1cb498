"""RESHAPE, SQUEEZE and EXPAND_DIMS: the same numbers in the same order, so no operator at all."""

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.types import sample_shape


def import_reshape(call: Call) -> None:
    """The output tensor's shape is the new shape; it is the converter that computes it."""
    source, target = call.source(0), call.target()
    if call.is_constant(0):
        call.constants.fold(target, call.array(0, "input"))
        return
    call.same_elements(source, target)
    call.bind(call.same(0, sample_shape(call.shape(source))))
