"""Specs put together at random from every construct: what loads is a space whose every operation holds."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.errors import SpecError
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.shapes import infer_shapes
from searchspace_dsl.space import SearchSpace

HEAD = """
side = choose {6, 8}
width = choose 1..9 step 2
share = choose 0.0..0.9
task classification { input [side, 8, 2] uint8 resize nearest classes 3 }
block se(ratio = 2) {
    global_average_pool -> reshape([1, 1, channels(input)]) -> conv(channels(input) / ratio, 1) -> relu
    conv(channels(input), 1) -> hard_sigmoid as factors
    mul(input, factors)
}
block edge(c) { choose { none, skip, conv(c, choose {1, 3}) -> batch_norm } }
tied block cell(c) { conv(c, 1) as a  edge(c) as b  add(a, b -> edge(c), a -> edge(c)) }
"""
STEPS = st.sampled_from(
    [
        "conv(width, 3)", "conv(8, choose {1, 3}, stride = choose 1..2)", "relu", "leaky_relu(0.2)",
        "depthwise(3) -> batch_norm", "conv(4, 3, groups = choose {1, 2})", "transposed_conv(4, 3, 2)",
        "max_pool(2)", "pad([1, choose 0..2])", "upsample(2)", "se", "se(ratio = 4)", "cell(4)",
        "cell(width)", "none", "skip", "hard_swish", "concat(skip, none, relu)", "add(relu, none)",
        "conv(1, 9, padding = valid)", "mul(skip, global_max_pool -> sigmoid)",
        "require width * share < 5", "input",
    ]
)  # fmt: skip


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Bodies around smaller ones."""
    return st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("residual {{ conv(width, 1) {} }}".format, inner),
        st.builds("repeat choose 0..2 {{ {} }}".format, inner),
        st.builds("tied repeat 2 {{ {} conv(2, 1) }}".format, inner),
        st.builds("choose {{ {{ {} }}, {{ tanh {} }} }}".format, inner, inner),
        st.builds("with sparsity = share {{ {} }}".format, inner),
        st.builds("with weights = choose {{ int8, int4 }} {{ {} }}".format, inner),
        st.builds("add({{ {} conv(3, 1) }}, conv(3, 1))".format, inner),
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(STEPS, around, max_leaves=8), st.integers(0, 2**32))
def test_what_loads_samples_moves_builds_and_counts(body: str, seed: int) -> None:
    text = f"{HEAD} arch net {{ {body} global_average_pool -> dense(classes) }}"
    try:
        space = load_text(text, "random.nas").space
    except SpecError as error:
        assert {finding.code for finding in error.diagnostics} <= {"NAS022", "NAS040", "NAS041"}, error
        return
    size = space.size()
    assert size.count >= 1 and (size.satisfying is None) == size.exact
    rng = np.random.default_rng(seed)
    members = [space.sample(rng) for _ in range(3)]
    members += [space.mutate(members[0], rng, 0.3), space.crossover(members[1], members[2], rng)]
    for member in members:
        assert np.array_equal(space.encode(space.decode(member)), member)
        check_network(space, space.elaborate(member))


def check_network(space: SearchSpace, network: Architecture | Infeasible) -> None:
    if isinstance(network, Infeasible):
        assert network.kind in ("shape", "no kernel")
        return
    shapes = infer_shapes(network)
    assert not isinstance(shapes, Infeasible) and shapes[network.output] == (3,)
    assert all(a <= b for a, b in zip(network.input_shape, space.input_shape, strict=True))
    read = {network.output} | {name for layer in network.layers for name in layer.inputs}
    assert {layer.name for layer in network.layers} <= read
