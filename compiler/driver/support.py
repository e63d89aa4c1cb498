"""`protonas compile MODEL --check`: whether every operator is supported, and which kernel each one uses."""

from collections.abc import Sequence
from dataclasses import asdict

from compiler.cost.measure import Measured
from compiler.driver.console import Console
from compiler.driver.model_file import ModelFile
from compiler.driver.sizing import Board
from compiler.errors import ModelError
from compiler.frontends.unsupported import Unsupported
from compiler.ir.graph import Graph
from compiler.ir.ops import Reshape


def show_support(
    file: ModelFile, imported: Graph, measured: Measured, board: Board, console: Console
) -> None:
    """That all is supported, and a row for each operator that code is generated for.

    ModelError for a float network of several inputs, which samples could not quantize.
    """
    floats = all(tensor.dtype == "float32" for tensor in imported.tensors.values())
    if floats and len(imported.inputs) != 1:
        raise ModelError(f"{file.path} has {len(imported.inputs)} inputs; calibration is for networks of one")
    rows = _kernels(measured)
    count = len(imported.nodes)
    left_out = count - len(measured.graph.nodes)
    console.table(
        "",
        ("<operator", "<computes", "<output", f"<{board.backend.name} kernel"),
        [(row["operator"], row["layer"], row["shape"], row["kernel"]) for row in rows],
    )
    console.line(f"{file.path.name}: all {count} operators are supported by {board.backend.name} kernels")
    if left_out:
        console.line(
            f"{left_out} of them need no code: what they compute is known, unused, or the same bytes"
        )
    if floats:
        console.line("a float network: to compile it, give samples to quantize it with, --calibrate FILE.npz")
    console.result({"name": file.name, "supported": True, "operators": rows, "unsupported": []})


def report_unsupported(file: ModelFile, reasons: Sequence[Unsupported], console: Console) -> None:
    """The object of --json for a model that cannot be compiled; in words its error says the same."""
    unsupported = [asdict(reason) for reason in reasons]
    console.result({"name": file.name, "supported": False, "operators": [], "unsupported": unsupported})


def _kernels(measured: Measured) -> list[dict[str, str]]:
    graph = measured.graph
    used: dict[str, list[str]] = {}
    for call in measured.program.calls:
        used.setdefault(call.layer, []).append(call.kernel)
    return [
        {
            "operator": type(node.op).__name__,
            "layer": node.name,
            "shape": "x".join(map(str, graph.tensors[node.outputs[0]].shape)) if node.outputs else "",
            "kernel": _words(used.get(node.name, ()), view=isinstance(node.op, Reshape)),
        }
        for node in graph.nodes
    ]


def _words(kernels: Sequence[str], *, view: bool) -> str:
    """`add_s8`, or `concat_s8 x 3`; an operator without calls of its own says what became of it."""
    if not kernels:
        return "none: the same bytes" if view else "none: part of another"
    counted = {kernel.removeprefix("protonas_"): kernels.count(kernel) for kernel in kernels}
    return ", ".join(name if count == 1 else f"{name} x {count}" for name, count in counted.items())
