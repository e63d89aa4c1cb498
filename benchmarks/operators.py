"""docs/operators.md from the code: `python -m benchmarks.operators docs/operators.md` writes it anew."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from backends.cmsis_nn.lower import OWN, WIDE
from backends.portable.support import SUPPORT as PORTABLE
from benchmarks.operator_nodes import ONNX, TFLITE
from compiler.frontends.onnx.curves import curve
from compiler.frontends.onnx.qoperators import EXPANSIONS as QOPERATORS
from compiler.frontends.onnx.read import HANDLERS
from compiler.frontends.onnx.support import SUPPORT as ONNX_SUPPORT
from compiler.frontends.tflite.operators import SUPPORT
from compiler.ir.ops import Op

_BYTES = "int8, uint8"
_OPENING = """# Operators

What `protonas compile` and `protonas plan` read. `python -m benchmarks.operators` makes this page from the
tables that the code itself works with, and a test holds it to them. `protonas compile MODEL --check` says the
same of one model: every operator that stops it, with its tensor, its shape, why, and what would do.

The columns of kernels name the types of activations that there are kernels for. An operator without any moves
no byte, or folds into its neighbours when the file is read. What CMSIS-NN lacks, or computes in another way
than the model asks for, its backend calls portable kernels for, and says so for each layer.
"""
_TFLITE = """
## TFLite

Exact to the byte to TensorFlow Lite Micro. Batch 1, static shapes; weights are constants of the file.
"""
_ONNX = """
## ONNX

QDQ and QOperator files, int8 and uint8, whose numbers and single rounding are kept; maps become channels last
without transposes in the C. A float file is quantized to int8 with samples (`--calibrate`).
"""
_CURVES = """
Any of these functions of one number becomes a table of 256 bytes where it stands between quantized values
(of a float file: Gelu, HardSigmoid with 1/6 and 1/2, HardSwish, LeakyRelu, Sigmoid, Tanh):
{names}.
"""
_QOPERATORS = """
Operators on integers are read as their real forms between DequantizeLinear and QuantizeLinear:
{names}.
"""


def page() -> str:
    """The whole page."""
    return "".join([_OPENING, _TFLITE, "\n", _tflite(), _ONNX, "\n", _onnx()])


def _tflite() -> str:
    rows = [
        (
            row.operator,
            row.types,
            *_kernels(TFLITE.get(row.operator, ()), row.types),
            _sentence(row.restrictions),
        )
        for row in SUPPORT
    ]
    return _table(("operator", "types", "portable kernels", "CMSIS-NN kernels", "restrictions"), rows)


def _onnx() -> str:
    rows = [
        (
            row.operator,
            _BYTES,
            *_kernels(ONNX.get(row.operator, ()), "int8"),
            "yes" if row.floats else "",
            _sentence(row.restrictions),
        )
        for row in ONNX_SUPPORT
    ]
    heads = ("operator", "types", "portable kernels", "CMSIS-NN kernels", "float files", "restrictions")
    curves = sorted(name for name, handler in HANDLERS.items() if handler is curve)
    functions = _CURVES.format(names=", ".join(curves))
    return _table(heads, rows) + functions + _QOPERATORS.format(names=", ".join(sorted(QOPERATORS)))


def _kernels(nodes: Sequence[type[Op]], types: str) -> tuple[str, str]:
    """Those of the types of activations that portable kernels take, and CMSIS-NN's."""
    known = [PORTABLE[node] for node in nodes if node in PORTABLE]
    found = [signature.inputs[0] for support in known for signature in support.signatures]
    read = [dtype for dtype in types.split(", ") if dtype in found] or list(dict.fromkeys(found))
    library = [("int8", OWN), ("int16", WIDE)]
    taken = [dtype for dtype, own in library if dtype in types and any(node in own for node in nodes)]
    return ", ".join(read), ", ".join(taken)


def _sentence(text: str) -> str:
    """One line without a full stop, safe in a table."""
    return " ".join(text.split()).removesuffix(".").replace("|", "\\|")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(
        f"| {' | '.join(line)} |\n".replace("|  |", "| |").replace("|  |", "| |") for line in lines
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
