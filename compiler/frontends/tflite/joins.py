"""CONCATENATION and PACK. TFLM: micro/kernels/{concatenation,pack}.cc; integers are copied as they are."""

from compiler.frontends.tflite.axes import axis_of, without_batch
from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.ir.ops import Concat


def import_concatenation(call: Call) -> None:
    """Inputs of one rank; some may be constant."""
    call.require(call.activation() == "none", "it fuses an activation", "none, which TFLM demands")
    shapes = tuple(call.shape(call.source(position)) for position in range(len(call.operator.inputs)))
    rank = len(call.shape(call.target()))
    if not shapes or any(len(shape) != rank for shape in shapes):
        raise call.broken(f"joins {[list(shape) for shape in shapes]}")
    _join(call, shapes, axis_of(call, call.option("Axis"), rank))


def import_pack(call: Call) -> None:
    """Inputs of one shape, joined along a new axis."""
    shapes = tuple(call.shape(call.source(position)) for position in range(len(call.operator.inputs)))
    if len(set(shapes)) != 1:
        raise call.broken(f"packs {[list(shape) for shape in shapes]}")
    axis = axis_of(call, call.option("Axis"), len(shapes[0]) + 1)
    _join(call, tuple((*shape[:axis], 1, *shape[axis:]) for shape in shapes), axis)


def _join(call: Call, shapes: tuple[Shape, ...], axis: int) -> None:
    views, dropped = without_batch(shapes, axis)
    axis -= dropped
    values = tuple(call.same(position, view) for position, view in enumerate(views))
    if len(values) == 1:
        call.same_elements(call.source(0), call.target())
        call.bind(values[0])
        return
    length = sum(view[axis] for view in views)
    call.emit(Concat(axis=axis), values, (*views[0][:axis], length, *views[0][axis + 1 :]))
