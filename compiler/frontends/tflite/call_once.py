"""CALL_ONCE: a subgraph that sets variables before the first call. TFLM: micro/kernels/call_once.cc."""

import numpy as np

from compiler.frontends.tflite.call import Call
from compiler.frontends.tflite.constants import Constants
from compiler.frontends.tflite.types import value_type
from compiler.frontends.tflite.variables import import_var_handle

INDICES_EACH = 1024
"""What an operator of the subgraph counts for against Builder.spend: a file may have 1,024 of them."""
_NEAREST = "variables set to one constant number each"


def import_call_once(call: Call) -> None:
    """Variables that the subgraph assigns start as its constants, every element alike."""
    number = call.option("InitSubgraphIndex")
    if not 1 <= number < len(call.subgraphs):
        raise call.broken(f"calls subgraph {number} of {len(call.subgraphs)}")
    inner = call.subgraphs[number]
    handles: dict[int, str] = {}
    call.build.spend(INDICES_EACH * len(inner.operators))
    constants = Constants(inner.tensors)
    for operator in inner.operators:
        made = Call(
            operator=operator,
            tensors=inner.tensors,
            build=call.build,
            constants=constants,
            values=handles,
            subgraphs=(),
        )
        if operator.name == "VAR_HANDLE":
            import_var_handle(made)
        elif operator.name == "ASSIGN_VARIABLE":
            _start(made)
        else:
            call.refuse(f"its subgraph has {operator.name!r:.40}", _NEAREST)


def _start(call: Call) -> None:
    handle, tensor = call.source(0), call.source(1)
    array = call.array(1, "value")
    typed = value_type(tensor)
    first = int(array.flat[0]) if array.dtype.kind in "iu" else 0
    call.require(bool(np.all(array == first)), "it sets a variable to several numbers", _NEAREST)
    wide = typed.dtype not in ("int8", "uint8")
    call.require(not (wide and first), f"it sets {typed.dtype} to {first}", "int8, or 0")
    if handle.index not in call.values:
        raise call.broken(f"uses the handle {handle.name!r:.80} before it is made")
    found = call.build.states.variable(call.values[handle.index], f"{call.name}/variable", typed)
    if found is None:
        raise call.broken(f"uses {handle.name!r:.80} as a handle, which it is not")
    call.build.states.start(found[0], first)
