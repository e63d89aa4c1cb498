"""ADD, SUB, MUL and kin: two tensors, with broadcasting. TFLM: micro/kernels/{add,sub,mul}_common.cc,
{squared_difference,maximum_minimum}.cc, prelu_common.cc, batch_matmul_common.cc.
"""

from compiler.frontends.tflite.builder import Shape
from compiler.frontends.tflite.call import Call
from compiler.ir.ops import Add, BatchMatMul, Maximum, Minimum, Mul, Op, PRelu, SquaredDifference, Sub


def import_add(call: Call) -> None:
    """ADD."""
    _import_pair(call, Add(activation=call.activation()))


def import_sub(call: Call) -> None:
    """SUB."""
    _import_pair(call, Sub(activation=call.activation()))


def import_mul(call: Call) -> None:
    """MUL."""
    _import_pair(call, Mul(activation=call.activation()))


def import_squared_difference(call: Call) -> None:
    """SQUARED_DIFFERENCE."""
    _import_pair(call, SquaredDifference())


def import_maximum(call: Call) -> None:
    """MAXIMUM compares integers as they are: all stand for the same numbers."""
    _import_pair(call, Maximum(), same=True)


def import_minimum(call: Call) -> None:
    """MINIMUM compares integers as they are: all stand for the same numbers."""
    _import_pair(call, Minimum(), same=True)


def import_prelu(call: Call) -> None:
    """PRELU: the slopes are constant, int8, and broadcast to x."""
    call.require_types(call.source(0), call.target(), "int8", "int16")
    slope = call.source(1)
    call.require(slope.dtype == "int8", f"its slopes are {slope.dtype}", "int8 slopes")
    call.array(1, "slope")
    left, right, shape = _paired_shapes(call)
    if left != shape:
        raise call.broken(f"makes {list(shape)} of {list(left)}")
    call.emit(PRelu(), (call.value(0, left), call.value(1, right)), shape)


def import_batch_matmul(call: Call) -> None:
    """BATCH_MATMUL: leading axes are equal; either operand may be constant."""
    left, right = call.source(0), call.source(1)
    call.require_types(left, call.target(), "int8", "int16")
    call.require_types(right, call.target(), "int8", "int16")
    shapes = (call.shape(left), call.shape(right), call.shape(call.target()))
    if min(map(len, shapes)) < 2:
        raise call.broken(f"multiplies {list(shapes[0])} by {list(shapes[1])}")
    leading = {_trimmed(shape[:-2]) for shape in shapes}
    call.require(len(leading) == 1, "its operands have different leading axes", "equal leading axes")
    batch = leading.pop()
    views = tuple(batch + shape[-2:] for shape in shapes)
    op = BatchMatMul(transpose_left=bool(call.option("AdjX")), transpose_right=bool(call.option("AdjY")))
    call.emit(op, (call.value(0, views[0]), call.value(1, views[1])), views[2])


def _trimmed(shape: Shape) -> Shape:
    """Without leading axes of 1."""
    while shape and shape[0] == 1:
        shape = shape[1:]
    return shape


def _import_pair(call: Call, op: Op, *, same: bool = False) -> None:
    """An operator of two tensors of one type; `same`: both stand for what the output's integers do."""
    call.require_types(call.source(0), call.target(), "int8", "int16")
    call.require_types(call.source(1), call.target(), "int8", "int16")
    left, right, shape = _paired_shapes(call)
    view = call.same if same else call.value
    call.emit(op, (view(0, left), view(1, right)), shape)


def _paired_shapes(call: Call) -> tuple[Shape, Shape, Shape]:
    """Of both inputs and the output, all in one rank, without a leading axis of 1 that they share."""
    given = [call.shape(tensor) for tensor in (call.source(0), call.source(1), call.target())]
    rank = max(map(len, given))
    shapes = [(1,) * (rank - len(shape)) + shape for shape in given]
    if rank > 1 and all(shape[0] == 1 for shape in shapes):
        shapes = [shape[1:] for shape in shapes]
    return shapes[0], shapes[1], shapes[2]
