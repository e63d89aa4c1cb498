"""What a network reads and gives: names, and which integers stand for float32 at its border."""

from collections.abc import Mapping, Sequence

from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.raw import RawModel, RawOperator, RawSubgraph, RawTensor
from compiler.frontends.tflite.refusal import Broken, Refusal, Unusable
from compiler.frontends.tflite.types import one_scale

QUANTIZED = ("int8", "uint8", "int16")
"""Types of ports that have a float32 form."""


def port_name(tensor: RawTensor, names: Mapping[int, str], otherwise: str) -> str:
    """What a signature calls the tensor, else its own name; "serving_default_x:0" is x."""
    named = names.get(tensor.index, "") or tensor.name.removeprefix("serving_default_")
    return safe_name(named.removesuffix(":0"), otherwise)


def check_ports(model: RawModel) -> None:
    """Unusable where the network reads or gives nothing; Broken where it names an input twice."""
    main = model.subgraphs[0]
    if not main.outputs:
        raise Unusable("the network has no outputs, so it computes nothing")
    if not main.inputs:
        raise Unusable("the network has no inputs: what it gives never varies, so it needs no code")
    if len(set(main.inputs)) != len(main.inputs):
        raise Broken("the network names an input twice")


def readers_of(main: RawSubgraph) -> dict[int, list[RawOperator]]:
    """The operators that read each tensor; one that reads it twice is there twice."""
    found: dict[int, list[RawOperator]] = {}
    for operator in main.operators:
        for index in operator.inputs:
            found.setdefault(index, []).append(operator)
    return found


def integers_behind(main: RawSubgraph, port: RawTensor, readers: Sequence[RawOperator]) -> RawTensor | None:
    """The tensor that a float32 input is quantized to; None where not all that reads it is QUANTIZE.

    Refusal where it is quantized in two ways.
    """
    if port.dtype != "float32" or not readers or port.index in main.outputs:
        return None
    if not all(operator.name == "QUANTIZE" and len(operator.outputs) == 1 for operator in readers):
        return None
    found = [main.tensors[operator.outputs[0]] for operator in readers]
    if len({(tensor.dtype, one_scale(tensor)) for tensor in found}) != 1:
        raise Refusal("it is quantized in two ways", "one QUANTIZE behind each input")
    return found[0]
