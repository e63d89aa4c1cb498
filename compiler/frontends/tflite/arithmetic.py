"""ADD, SUB, MUL and kin: two tensors, with broadcasting. TFLM: micro/kernels/{add,sub,mul}*.cc."""

from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.ir.ops import Add, Op


def import_add(call: Call) -> None:
    """int8 or int16 sums."""
    import_pair(call, Add(activation=call.activation()))


def import_pair(call: Call, op: Op) -> None:
    """An operator of two tensors of one type; one of the two may be constant."""
    left, right = call.source(0), call.source(1)
    call.require_types(left, call.target(), "int8", "int16")
    call.require_types(right, call.target(), "int8", "int16")
    if call.is_constant(0) and call.is_constant(1):
        call.refuse("both its inputs are constant", "one computed input")
    left_shape, right_shape, shape = paired_shapes(
        call.shape(left), call.shape(right), call.shape(call.target())
    )
    call.emit(op, (call.value(0, left_shape), call.value(1, right_shape)), shape)


def paired_shapes(left: Shape, right: Shape, output: Shape) -> tuple[Shape, Shape, Shape]:
    """All three in the output's rank, without a leading axis of 1 that they share."""
    rank = max(len(left), len(right), len(output))
    shapes = [(1,) * (rank - len(shape)) + shape for shape in (left, right, output)]
    if rank > 1 and all(shape[0] == 1 for shape in shapes):
        shapes = [shape[1:] for shape in shapes]
    return shapes[0], shapes[1], shapes[2]
