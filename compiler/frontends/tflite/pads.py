"""PAD, PADV2 and RESIZE_BILINEAR. TFLM: micro/kernels/{pad_common,resize_bilinear}.cc."""

from compiler.frontends.tflite.axes import without_batch
from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.convolutions import map_shape
from compiler.frontends.tflite.types import one_scale
from compiler.ir.ops import Pad, ResizeBilinear

MOST_PADDING = 1 << 20


def import_pad(call: Call) -> None:
    """PAD with zero, PADV2 with a constant of the output's quantization."""
    shape, numbers = call.shape(call.source(0)), call.integers(1, "padding")
    if len(numbers) != 2 * len(shape) or not all(0 <= number <= MOST_PADDING for number in numbers):
        raise call.broken(f"pads {list(shape)} by {list(numbers)[:16]}")
    pads = tuple(zip(numbers[0::2], numbers[1::2], strict=True))
    (view,), dropped = without_batch((shape,), *(axis for axis, pair in enumerate(pads) if any(pair)))
    value, border = call.same(0, view), _border(call)
    if not any(numbers):
        call.same_elements(call.source(0), call.target())
        call.bind(value)
        return
    padded = tuple(b + size + a for (b, a), size in zip(pads[dropped:], view, strict=True))
    call.emit(Pad(pads=pads[dropped:], value=border), (value,), padded)


def _border(call: Call) -> float:
    """The real number that the border's integers stand for."""
    if not call.has(2):
        return 0.0
    tensor, numbers = call.source(2), call.integers(2, "border")
    call.require(
        tensor.dtype == call.target().dtype and one_scale(tensor) == one_scale(call.target()),
        "its border is quantized otherwise than its output",
        "one quantization",
    )
    if len(numbers) != 1:
        raise call.broken(f"has {len(numbers)} numbers as its border")
    found = call.quantization(tensor)
    return (numbers[0] - found.zero_point[0]) * found.scale[0]


def import_resize_bilinear(call: Call) -> None:
    """RESIZE_BILINEAR to a constant size."""
    call.require_types(call.source(0), call.target(), "int8")
    shape, made = map_shape(call, call.source(0)), map_shape(call, call.target())
    size = call.integers(1, "size")
    if size != made[:2]:
        raise call.broken(f"resizes to {list(size)}; the file says {list(made)}")
    corners, centers = bool(call.option("AlignCorners")), bool(call.option("HalfPixelCenters"))
    call.require(not (corners and centers), "it aligns corners and centers", "one of the two")
    op = ResizeBilinear(size=(made[0], made[1]), align_corners=corners, half_pixel_centers=centers)
    call.emit(op, (call.same(0, shape),), made)
