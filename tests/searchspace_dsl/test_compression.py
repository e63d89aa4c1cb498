"""Pruning while a network is built, and bit widths that have no kernels."""

from collections.abc import Callable
from itertools import pairwise
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.shapes import infer_shapes
from searchspace_dsl.space import SearchSpace

NetworkOf = Callable[..., Architecture]
SqueezeExcite = "block se() { global_average_pool -> reshape([1, 1, channels(input)]) -> conv(2, 1) -> relu \
-> conv(channels(input), 1) -> hard_sigmoid as factors mul(input, factors) }"


def made(network: Architecture) -> list[int]:
    """Channels that each layer with filters or units makes, the classifier left out."""
    counts = [layer.attributes.get("filters", layer.attributes.get("units")) for layer in network.layers[:-1]]
    return [count for count in counts if isinstance(count, int)]


def test_a_sparsity_is_the_share_of_channels_taken_away(network_of: NetworkOf) -> None:
    network = network_of("conv(8, 3) with sparsity = 30% { conv(15, 3) -> conv(1, 1) } conv(4, 1)")
    assert made(network) == [8, 11, 1, 4]  # 15 * 0.7 = 10.5 rounds up; one channel always stays


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.9])
def test_values_added_together_keep_the_same_channels(network_of: NetworkOf, share: float) -> None:
    network = network_of(
        f"with sparsity = {share} {{ conv(20, 3) -> batch_norm "
        "residual { conv(40, 3) -> relu -> conv(20, 3) } residual { conv(30, 3) } }"
    )
    kept = [floor(count * (1 - share) + 0.5) for count in (20, 40, 20, 30, 30)]
    assert made(network) == kept
    assert not isinstance(infer_shapes(network), Infeasible)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("conv(20, 3) with sparsity = 0.5 { residual { conv(20, 3) } }", [20, 20]),
        ("with sparsity = 0.5 { conv(20, 3) } with sparsity = 0.2 { residual { conv(20, 3) } }", [16, 16]),
        ("with sparsity = 0.5 { conv(1, 3) -> add(skip, input) conv(8, 1) }", [1, 4]),
        ("with sparsity = 0.5 { add(concat(conv(7, 1), conv(3, 1)), conv(10, 1)) }", [4, 2, 6]),
        ("with sparsity = 0.5 { add(concat(conv(4, 1), conv(6, 1)), concat(conv(6, 1), conv(4, 1))) }",
         [2, 3, 3, 2]),
        ("with sparsity = 0.5 { conv(8, 3) -> conv(8, 3, groups = 4) -> conv(8, 3) }", [8, 8, 4]),
        ("with sparsity = 0.5 { conv(8, 3) -> depthwise(3) -> conv(6, 1) -> depthwise(3, multiplier = 2) }",
         [4, 6]),
        ("with sparsity = 0.5 { conv(8, 3) -> reshape([16, 4, 8]) -> conv(2, 1) -> reshape([16, 8]) }",
         [4, 2]),
        ("with sparsity = 0.5 { conv(8, 3) with sparsity = 0.25 { conv(8, 3) } conv(8, 3) }", [4, 6, 4]),
        ("with sparsity = 0.5 { transposed_conv(8, 3, 2) -> upsample(2) -> pad(1) -> conv(4, 1) }", [4, 2]),
    ],
)  # fmt: skip
def test_one_mask_for_a_group_and_none_for_what_cannot_shrink(
    network_of: NetworkOf, body: str, kept: list[int]
) -> None:
    network = network_of(body)
    assert made(network) == kept
    assert not isinstance(infer_shapes(network), Infeasible)


def test_squeeze_excite_shrinks_with_what_it_scales(network_of: NetworkOf) -> None:
    network = network_of("with sparsity = 0.5 { conv(16, 3) -> se }", SqueezeExcite)
    assert made(network) == [8, 1, 8]
    assert [layer.attributes for layer in network.layers if layer.op == "reshape"] == [{"shape": (1, 1, 8)}]
    assert not isinstance(infer_shapes(network), Infeasible)


def test_a_flattened_map_and_the_classes_stay_consistent() -> None:
    text = (
        "task classification { input [4, 4, 1] uint8 classes 10 }\n"
        "arch net { with sparsity = 0.5 { conv(6, 3) -> flatten -> dense(classes) } }"
    )
    space = load_text(text, "net.nas").space
    network = space.elaborate(space.encode({}))
    assert isinstance(network, Architecture)
    assert infer_shapes(network) == {
        "input": (4, 4, 1), "conv_1": (4, 4, 3), "flatten_1": (48,), "dense_1": (10,),
    }  # fmt: skip


parts = st.recursive(
    st.sampled_from(
        ["conv(c, 3)", "relu", "depthwise(3)", "se", "residual { conv(c, 3) }", "concat(conv(c, 1), skip)"]
    ),
    lambda inner: st.one_of(
        st.builds("{} -> {}".format, inner, inner),
        st.builds("residual {{ conv(c, 1) -> {} }}".format, inner),
        st.builds("add(concat({0}, {1}), concat({1}, {0}))".format, inner, inner),
        st.builds("with sparsity = {1} {{ {0} }}".format, inner, st.sampled_from(["0.1", "0.5", "0.95"])),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(parts, min_size=1, max_size=3), st.floats(0, 0.99))
def test_a_pruned_network_has_shapes_and_no_more_channels(bodies: list[str], share: float) -> None:
    head = "global_average_pool -> dense(classes) } }"
    networks = []
    for sparsity in (0.0, share):
        text = (
            "task classification { input [4, 4, 3] uint8 classes 10 } c = 5\n"
            f"{SqueezeExcite} arch net {{ with sparsity = {sparsity:.3f} {{ {' '.join(bodies)} {head}"
        )
        space = load_text(text, "net.nas").space
        networks.append(space.elaborate(space.encode({})))
    plain, pruned = networks
    assert isinstance(plain, Architecture) and isinstance(pruned, Architecture)
    before, after = infer_shapes(plain), infer_shapes(pruned)
    assert not isinstance(before, Infeasible) and not isinstance(after, Infeasible)
    assert before.keys() == after.keys() and after[pruned.output] == (10,)
    assert all(1 <= after[name][-1] <= before[name][-1] for name in before)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("weights = int4", "conv has no kernel for int4 weights, only for int8"),
        ("activations = int16", "relu has no kernel for int16 activations, only for int8"),
    ],
)
def test_widths_without_kernels_are_infeasible(
    space_of: Callable[..., SearchSpace], setting: str, reason: str
) -> None:
    name, word = setting.split(" = ")
    space = space_of(f"w = choose {{ int8, {word} }} with {name} = w {{ relu -> conv(8, 3) }}")
    assert space.size().count == 2
    assert isinstance(space.elaborate(space.encode({"w": "int8"})), Architecture)
    assert space.elaborate(space.encode({"w": word})) == Infeasible("no kernel", reason)


def test_weights_matter_only_to_layers_that_have_them(network_of: NetworkOf) -> None:
    assert network_of("with weights = int4 { relu -> max_pool(2) }").layers[0].op == "relu"


def test_more_sparsity_never_keeps_more(space_of: Callable[..., SearchSpace]) -> None:
    space = space_of("s = choose 0.0..0.95 with sparsity = s { conv(37, 3) }")
    counts = []
    for share in (0.0, 0.1, 0.3, 0.5, 0.77, 0.95):
        network = space.elaborate(space.encode({"s": share}))
        assert isinstance(network, Architecture)
        counts += made(network)
    assert counts[0] == 37 and all(a > b for a, b in pairwise(counts))
