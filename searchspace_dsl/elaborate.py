"""One member of an unrolled space to an Architecture: layers pruned, those that nothing reads left out."""

from collections import Counter
from dataclasses import replace

from searchspace_dsl.architecture import Architecture, Layer
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.layers import DEAD, WEIGHTED, LayerMaker
from searchspace_dsl.pruning import prune
from searchspace_dsl.shapes import Shape, show
from searchspace_dsl.unroll import Unrolled
from searchspace_dsl.values import ImpossibleError, Run


def elaborate(
    unrolled: Unrolled, vector: list[float], input_shape: Shape, classes: int | None
) -> Architecture | Infeasible:
    """The network that `vector` stands for; its output is a vector of `classes` numbers where that is given.

    With 0 classes its output has the shape of its input.

    Infeasible is of kind "shape" (layers that do not fit) or "require".
    """
    try:
        return build(unrolled, vector, input_shape, classes)
    except ImpossibleError as error:
        return Infeasible(error.kind, error.reason)


def build(unrolled: Unrolled, vector: list[float], input_shape: Shape, classes: int | None) -> Architecture:
    """As `elaborate`, but raises ImpossibleError, which knows the place in the spec."""
    maker = LayerMaker(input_shape)
    run = Run(vector, maker.shapes)
    index = unrolled.selector.evaluate(run)
    assert isinstance(index, int)
    output = unrolled.networks[index].walk(run, maker, "input")
    name = unrolled.names[index]
    if output == DEAD:
        reason = f"{name} is disconnected: a `none` is on every way from its input to its output"
        raise ImpossibleError("shape", reason)
    _check_output(name, maker, output, classes)
    layers = _read_layers(maker.layers, output)
    layers = prune(layers, maker.shapes, maker.sparsity, output)
    named, output = _renumbered(_resolve_biases(layers, output), output)
    return Architecture(name=name, input_shape=maker.shapes["input"], layers=named, output=output)


def _check_output(name: str, maker: LayerMaker, output: str, classes: int | None) -> None:
    input_shape = maker.shapes["input"]
    if classes is not None and maker.shapes[output] != ((classes,) if classes else input_shape):
        made = show(maker.shapes[output])
        where = maker.layers[-1].span if maker.layers else None
        wanted = f"has {classes} classes" if classes else f"reconstructs {show(input_shape)}"
        raise ImpossibleError("shape", f"{name} ends in {made}, but the task {wanted}", where)


def _read_layers(layers: list[Layer], output: str) -> list[Layer]:
    """The layers that the output depends on."""
    read = {output}
    kept = []
    for layer in reversed(layers):
        if layer.name in read:
            read.update(layer.inputs)
            kept.append(layer)
    return kept[::-1]


def _renumbered(layers: list[Layer], output: str) -> tuple[tuple[Layer, ...], str]:
    """Names without gaps, so that equal networks are equal whatever else was built."""
    counts: Counter[str] = Counter()
    names = {"input": "input"}
    renamed = []
    for layer in layers:
        counts[layer.op] += 1
        names[layer.name] = f"{layer.op}_{counts[layer.op]}"
        if names[layer.name] != layer.name or any(names[source] != source for source in layer.inputs):
            inputs = tuple(names[source] for source in layer.inputs)
            layer = replace(layer, name=names[layer.name], inputs=inputs)
        renamed.append(layer)
    return tuple(renamed), names[output]


def _resolve_biases(layers: list[Layer], output: str) -> list[Layer]:
    """`bias` where the spec says nothing: none before a batch_norm that is the only reader."""
    readers: dict[str, list[str]] = {}
    for layer in layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer.op)
    resolved = []
    for layer in layers:
        if layer.op in WEIGHTED and "bias" not in layer.attributes:
            bias = layer.name == output or readers.get(layer.name) != ["batch_norm"]
            layer = replace(layer, attributes={**layer.attributes, "bias": bias})
        resolved.append(layer)
    return resolved
