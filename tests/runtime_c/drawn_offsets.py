"""Hypothesis strategy: layers whose weights have zero points, one for all output channels or one for each."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.runtime_c.drawn_graphs import Case, convolutions, dense_layers, depthwise_convolutions

_ZERO_POINTS = st.integers(-128, 127)


@st.composite
def offset_cases(draw: st.DrawFn) -> Case:
    """Any convolution, depthwise convolution or dense layer with at least one zero point that is not 0."""
    case = draw(st.one_of(convolutions(), depthwise_convolutions(), dense_layers()))
    weight = case.graph.tensors["weight"]
    assert weight.quantization is not None
    count = len(weight.quantization.scale)
    zero_points = draw(st.lists(_ZERO_POINTS, min_size=count, max_size=count).filter(any))
    quantization = replace(weight.quantization, zero_point=tuple(zero_points))
    tensors = {**case.graph.tensors, "weight": replace(weight, quantization=quantization)}
    return Case(graph=replace(case.graph, tensors=tensors), inputs=case.inputs)
