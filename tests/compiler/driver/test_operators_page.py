"""docs/operators.md says what the code does."""

from pathlib import Path

from benchmarks.operator_nodes import ONNX, TFLITE
from benchmarks.operators import page
from compiler.frontends.onnx.curves import curve
from compiler.frontends.onnx.read import HANDLERS
from compiler.frontends.onnx.support import SUPPORT as ONNX_SUPPORT
from compiler.frontends.tflite.operators import SUPPORT

PAGE = Path(__file__).parents[3] / "docs" / "operators.md"
WITHOUT_KERNELS = {
    "BATCH_TO_SPACE_ND", "CALL_ONCE", "EXPAND_DIMS", "RESHAPE", "SPACE_TO_BATCH_ND", "SQUEEZE", "VAR_HANDLE",
}  # fmt: skip


def test_the_page_is_what_the_code_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m benchmarks.operators docs/operators.md"


def test_every_operator_of_tflite_says_what_it_becomes() -> None:
    assert {row.operator for row in SUPPORT} == {*TFLITE, *WITHOUT_KERNELS}


def test_only_operators_that_are_read_are_listed() -> None:
    assert set(ONNX) <= set(HANDLERS)
    lines = [line for line in page().splitlines() if line.startswith("| ") and line[2].isalpha()]
    assert all(line.count(" | ") + line.count(" | |") >= 3 for line in lines)


def test_every_operator_of_onnx_has_a_row() -> None:
    listed = [row.operator for row in ONNX_SUPPORT]
    curves = {name for name, handler in HANDLERS.items() if handler is curve}
    assert listed == sorted(listed)
    assert {*listed, *curves} == {name for name in HANDLERS if not name.startswith("protonas.")}
