"""VAR_HANDLE, READ_VARIABLE and ASSIGN_VARIABLE. TFLM: micro/micro_resource_variable.cc.

A variable has a name; its type is that of what is assigned to it. Before the first call TFLM fills each of
its bytes with the zero point of the first value that the file assigns.
"""

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.types import value_type
from compiler.ir.ops import AssignVariable, ReadVariable
from compiler.ir.tensor import Tensor


def import_var_handle(call: Call) -> None:
    """A handle stands for the variable of its name; nothing is computed."""
    names = (call.operator.options.get("Container"), call.operator.options.get("SharedName"))
    container, name = (found if isinstance(found, str) else "" for found in names)
    call.require(
        call.build.states.container_of(name) in (None, container),
        f"variable {name!r:.80} is in two containers",
        "a name for each variable",
    )
    call.bind(call.build.states.handle(name, container, safe_name(name, call.name)))


def import_read_variable(call: Call) -> None:
    """What the variable holds when the operator runs."""
    typed = value_type(call.target())
    state, kept = _variable(call, typed)
    call.emit(ReadVariable(), (state,), kept.shape)


def import_assign_variable(call: Call) -> None:
    """From now on, and in the next call, the variable holds the value."""
    typed = value_type(call.source(1))
    state, kept = _variable(call, typed)
    quantization, byte = typed.quantization, 0
    if quantization is not None:
        byte = (quantization.zero_point[0] + 128) % 256 - 128
    if typed.dtype not in ("int8", "uint8"):
        call.require(byte == 0, f"it keeps {typed.dtype} with a zero point", "zero point 0, or int8")
    call.build.states.start(state, byte % 256 if typed.dtype == "uint8" else byte)
    value = call.value(1, kept.shape)
    call.build.add_effect(AssignVariable(), (state, value), call.name)


def _variable(call: Call, typed: Tensor) -> tuple[str, Tensor]:
    """The state behind the handle, and its type. Broken where the handle is none or the variable holds
    something else."""
    handle = call.source(0)
    if handle.index not in call.values:
        raise call.broken(f"uses the handle {handle.name!r:.80} before it is made")
    found = call.build.states.variable(call.values[handle.index], f"{call.name}/variable", typed)
    if found is None:
        raise call.broken(f"uses {handle.name!r:.80} as a handle, which it is not")
    kept = found[1]
    if (kept.dtype, kept.elements) != (typed.dtype, typed.elements):
        raise call.broken(f"takes a variable of {kept.dtype}{list(kept.shape)} for {typed.dtype}")
    return found
