"""What a network reads and gives: names, and types at its border."""

from collections.abc import Mapping

from compiler.frontends.tflite.names import safe_name
from compiler.frontends.tflite.raw import RawModel, RawTensor


def port_name(tensor: RawTensor, names: Mapping[int, str], otherwise: str) -> str:
    """What a signature calls the tensor, else its own name; "serving_default_x:0" is x."""
    named = names.get(tensor.index, "") or tensor.name.removeprefix("serving_default_")
    return safe_name(named.removesuffix(":0"), otherwise)


def check_ports(model: RawModel) -> str:
    """What is wrong with the network's border, or nothing."""
    main = model.subgraphs[0]
    if not main.outputs:
        return "the network has no outputs"
    if not main.inputs:
        return "the network has no inputs"
    if len(set(main.inputs)) != len(main.inputs):
        return "the network names an input twice"
    return ""
