"""Graphs and programs as stable text, one node or call a line; networks that differ print differently."""

from dataclasses import fields

from compiler.ir.graph import Graph, Node, State
from compiler.ir.ops import Op, Window
from compiler.ir.program import Buffer, KernelCall, Program
from compiler.ir.tensor import Quantization, Tensor


def print_graph(graph: Graph) -> str:
    """The graph without its weights' numbers: two graphs that print alike are one network."""
    lines = [f"graph {graph.name}" + (f" rounding {graph.rounding}" if graph.rounding != "double" else "")]
    if graph.encoding is not None:
        encoding = graph.encoding
        lines.append(
            f"  encoding {encoding.raw_dtype} low {encoding.low} high {encoding.high}"
            f" mean {_numbers(encoding.mean)} std {_numbers(encoding.std)}"
        )
    if graph.labels:
        lines.append(f"  labels {', '.join(map(repr, graph.labels))}")
    lines += [f"  input {name}: {_tensor(graph.tensors[name])}" for name in graph.inputs]
    lines += [f"  parameter {name}: {_tensor(graph.tensors[name])}" for name in graph.parameters]
    lines += [f"  {_state(state, graph)}" for state in graph.states]
    lines += [f"  {_node(node, graph)}" for node in graph.nodes]
    lines.append(f"  return {', '.join(graph.outputs)}")
    return "\n".join(lines) + "\n"


def print_program(program: Program) -> str:
    """Buffers, constants and calls of a program, without the constants' numbers."""
    lines = [f"program {program.name} backend {program.backend} isa {program.isa}"]
    lines += [f"  {_buffer(buffer)}" for buffer in program.buffers]
    lines += [f"  view {view.name} of {view.of}" for view in program.views]
    lines += [
        f"  constant {c.name}: {_type(c.dtype, c.shape)} {c.bytes} bytes align {c.alignment}"
        for c in program.constants
    ]
    lines += [f"  {_call(call)}" for call in program.calls]
    lines.append(f"  inputs {', '.join(program.inputs)}")
    lines.append(f"  outputs {', '.join(program.outputs)}")
    return "\n".join(lines) + "\n"


def _state(state: State, graph: Graph) -> str:
    initial = f" initial {state.initial}" if state.initial else ""
    return f"state {state.name}: {_tensor(graph.tensors[state.name])}{initial}"


def _buffer(buffer: Buffer) -> str:
    initial = f" initial {buffer.initial}" if buffer.initial else ""
    return f"{buffer.kind} {buffer.name}: {buffer.bytes} bytes align {buffer.alignment}{initial}"


def _node(node: Node, graph: Graph) -> str:
    results = ", ".join(f"{name}: {_tensor(graph.tensors[name])}" for name in node.outputs) or "nothing"
    label = f" '{node.name}'" if (node.name,) != node.outputs else ""
    scope = f" @{'/'.join(node.scope)}" if node.scope else ""
    return f"{results} = {_op(node.op)}({', '.join(node.inputs)}){label}{scope}"


def _op(op: Op) -> str:
    attributes = ((f.name, getattr(op, f.name), f.default) for f in fields(op))
    changed = [f"{name}={_value(value)}" for name, value, default in attributes if value != default]
    return type(op).__name__ + (f"[{' '.join(changed)}]" if changed else "")


def _value(value: object) -> str:
    if not isinstance(value, Window):
        return str(value)
    text = _by(value.kernel)
    text += f"/{_by(value.strides)}" if value.strides != (1, 1) else ""
    text += f" dilation {_by(value.dilations)}" if value.dilations != (1, 1) else ""
    text += f" pads {','.join(map(str, value.pads))}" if any(value.pads) else ""
    return f"<{text}>"


def _by(pair: tuple[int, int]) -> str:
    return f"{pair[0]}x{pair[1]}"


def _tensor(tensor: Tensor) -> str:
    text = _type(tensor.dtype, tensor.shape)
    return text if tensor.quantization is None else f"{text} {_quantization(tensor.quantization)}"


def _type(dtype: str, shape: tuple[int, ...]) -> str:
    return f"{dtype}[{','.join(map(str, shape))}]"


def _quantization(quantization: Quantization) -> str:
    axis = "" if quantization.axis is None else f" axis {quantization.axis}"
    zero_points = set(quantization.zero_point)
    zero_point = str(zero_points.pop()) if len(zero_points) == 1 else _numbers(quantization.zero_point)
    scale = _numbers(quantization.scale)
    if len(quantization.scale) > 4:
        scale = f"{min(quantization.scale):.9g}..{max(quantization.scale):.9g}"
    return f"(scale {scale} zero {zero_point}{axis})"


def _numbers(values: tuple[float, ...] | tuple[int, ...]) -> str:
    return ",".join(f"{value:.9g}" for value in values)


def _call(call: KernelCall) -> str:
    text = f"{', '.join(call.writes)} = {call.kernel}({', '.join(call.reads)})"
    text += f" scratch {', '.join(call.scratch)}" if call.scratch else ""
    text += "".join(f" {o.write} over {o.read}+{o.lead_bytes}" for o in call.overlaps)
    text += f" [{' '.join(f'{name}={value}' for name, value in call.parameters)}]" if call.parameters else ""
    text += f" {{{' '.join(f'{field}={name}' for field, name in call.constants)}}}" if call.constants else ""
    return f"{text} layer {call.layer} macs {call.macs}"
