"""What ends a classifier: softmax."""

from compiler.frontends.onnx.attributes import axis_of, integer
from compiler.frontends.onnx.layout import best_order, stored
from compiler.frontends.onnx.model import OnnxNode
from compiler.frontends.onnx.reading import Handlers, Reading, result_in, shape_of
from compiler.frontends.onnx.reject import RejectedError
from compiler.frontends.onnx.values import Result, Value
from compiler.ir.curve import UNIT_OUTPUT
from compiler.ir.ops import Activation, Softmax
from compiler.ir.tensor import Quantization

_FINEST_STEP = 0.6 / 256.0
"""Our softmax is off by half a step of 1/256: on a grid no finer than this that is less than one step."""


def softmax(reading: Reading, node: OnnxNode) -> Value:
    """Over one axis; up to opset 12 over all axes from `axis` on."""
    x = reading.operand(node, 0)
    shape = shape_of(x)
    default = -1 if reading.opset >= 13 else 1
    axis = axis_of(node, integer(node, "axis", default), len(shape))
    if reading.opset < 13 and any(size > 1 for size in shape[axis + 1 :]):
        raise RejectedError("it runs over several axes at once", "a softmax over the last axis")
    order = best_order(x.layout)
    order = (*(at for at in order if at != axis), axis)

    def finish(grid: Quantization | None, activation: Activation) -> Result:
        source = reading.draft.arranged(x, order)
        sides = tuple(shape[at] for at in order)
        if grid is None:
            return result_in(
                reading.draft.compute(Softmax(), (source,), node.outputs[0], sides, None), shape, order
            )
        if grid.scale[0] < _FINEST_STEP:
            raise RejectedError("its output scale is much finer than 1/256", "a scale of 1/256 or more")
        name = reading.draft.compute(Softmax(), (source,), node.outputs[0], sides, UNIT_OUTPUT)
        value = reading.plain(result_in(name, shape, order), UNIT_OUTPUT)
        result = Result(reading.looked_up(value, grid), value.layout)
        return reading.activated(result, activation, grid, shape)

    return reading.result(stored(shape, order), finish, fixed=UNIT_OUTPUT)


HANDLERS: Handlers = {"Softmax": softmax}
