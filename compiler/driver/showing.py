"""What a model takes, in words and tables; `compile` and `plan` share it."""

from compiler.cost.cost import Cost
from compiler.cost.measure import Measured
from compiler.driver.console import Console
from compiler.driver.sizing import Board


def show_cost(title: str, board: Board, measured: Measured, console: Console) -> None:
    """A title and one line each for RAM, flash and work."""
    cost, target = measured.cost, board.target
    blocks = f"arena {cost.arena_bytes:,}"
    blocks += f", state {cost.state_bytes:,}" if cost.state_bytes else ""
    blocks += f", input {cost.input_bytes:,}" if cost.input_bytes else ""
    stack = board.backend.stack_bytes(measured.program, target.core)
    clock = f"{target.core} at {target.clock_hz / 1e6:g} MHz"
    console.line(f"{title}, for {target.name}: {clock}, {board.backend.name} kernels")
    for label, amount, unit, note in (
        ("RAM", cost.ram_bytes, "B", f"of {target.ram_bytes:,}: {blocks}; exact"),
        ("flash", cost.flash_bytes, "B", f"of {target.flash_bytes:,}; a model of what is linked"),
        ("stack", stack, "B", "estimate"),
        ("work", cost.macs_left, "MACs", _work_note(cost)),
        ("time", cost.cycles, "cycles", f"{cost.latency_us / 1000:,.2f} ms; estimate"),
    ):
        console.line(f"  {label:5} {amount:>13,} {unit:6} {note}")


def _work_note(cost: Cost) -> str:
    parameters = f"{cost.parameters:,} parameters"
    if cost.macs_left >= cost.macs:
        return parameters
    return f"of {cost.macs:,} in the file: what never varies is taken out; {parameters} there"


def show_layers(measured: Measured, console: Console) -> None:
    """A row for each kernel call, in the order they run."""
    graph, cost = measured.graph, measured.cost
    shapes = {node.name: graph.tensors[node.outputs[0]].shape for node in graph.nodes if node.outputs}
    console.table(
        "",
        ("", "<layer", "<kernel", "<output", "RAM B", "flash B", "MACs", "cycles est.", "%"),
        [
            (
                str(index),
                layer.layer,
                layer.kernel.removeprefix("protonas_"),
                "x".join(map(str, shapes.get(layer.layer, ()))),
                f"{layer.ram_bytes:,}",
                f"{layer.flash_bytes:,}",
                f"{layer.macs:,}",
                f"{layer.cycles:,}",
                f"{100 * layer.cycles / max(1, cost.cycles):.1f}",
            )
            for index, layer in enumerate(cost.layers)
        ],
    )


def show_fallbacks(board: Board, measured: Measured, console: Console) -> None:
    """A line for each layer that has a kernel of another backend, and why."""
    for layer in measured.cost.layers:
        if layer.fallback:
            kernel = layer.kernel.removeprefix("protonas_")
            console.line(f"  {layer.layer}: {kernel}, no {board.backend.name} kernel: {layer.fallback}")


def show_integers_left(measured: Measured, console: Console) -> None:
    """A line for each port that --float-io could not turn into float32, for want of a kernel."""
    graph = measured.graph
    for name in (*graph.inputs, *graph.outputs):
        tensor = graph.tensors[name]
        if tensor.quantization is not None and tensor.dtype != "float32":
            console.line(f"  {name!r} stays {tensor.dtype}: no kernel converts it; its macros have its scale")
