"""What the constructs of the language become: layers, shapes, scopes, biases."""

from collections.abc import Callable

import pytest

from searchspace_dsl.architecture import Architecture, Layer
from searchspace_dsl.errors import SpecError
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.shapes import infer_shapes
from searchspace_dsl.space import SearchSpace

TASK = "task classification { input [8, 8, 1] uint8 classes 10 }\n"
HEAD = "global_average_pool -> dense(classes)"
NetworkOf = Callable[..., Architecture]
SpaceOf = Callable[..., SearchSpace]


def listing(network: Architecture) -> list[str]:
    """One line a layer, without the head that the fixture adds."""
    return [f"{layer.name} <- {', '.join(layer.inputs)}" for layer in network.layers[:-2]]


def layer(network: Architecture, name: str) -> Layer:
    return next(layer for layer in network.layers if layer.name == name)


def shapes(network: Architecture) -> dict[str, tuple[int, ...]]:
    found = infer_shapes(network)
    assert not isinstance(found, Infeasible)
    return found


def test_a_chain_and_the_next_line_follow_on(network_of: NetworkOf) -> None:
    network = network_of("conv(8, 3) -> relu\n conv(4, 1)")
    assert listing(network) == ["conv_1 <- input", "relu_1 <- conv_1", "conv_2 <- relu_1"]
    assert network.output == "dense_1"


def test_every_attribute_is_filled_in(network_of: NetworkOf) -> None:
    network = network_of("conv(8, [3, 1]) depthwise(3, stride = 2) max_pool(2) average_pool(2, stride = 1)")
    assert layer(network, "conv_1").attributes == {
        "filters": 8,
        "kernel": (3, 1),
        "stride": (1, 1),
        "padding": "same",
        "dilation": (1, 1),
        "groups": 1,
        "bias": True,
    }
    assert layer(network, "depthwise_1").attributes == {
        "kernel": (3, 3),
        "stride": (2, 2),
        "padding": "same",
        "dilation": (1, 1),
        "multiplier": 1,
        "bias": True,
    }
    assert layer(network, "max_pool_1").attributes == {"kernel": (2, 2), "stride": (2, 2), "padding": "valid"}
    assert layer(network, "average_pool_1").attributes["stride"] == (1, 1)
    assert layer(network, "dense_1").attributes == {"units": 10, "bias": True}


@pytest.mark.parametrize(
    ("body", "bias"),
    [
        ("conv(8, 3) -> batch_norm", False),
        ("conv(8, 3) -> relu -> batch_norm", True),
        ("conv(8, 3, bias = true) -> batch_norm", True),
        ("conv(8, 3, bias = false) -> relu", False),
        ("conv(8, 3) as x  batch_norm  add(skip, x)", True),
    ],
)
def test_a_bias_is_left_out_only_where_batch_norm_alone_follows(
    network_of: NetworkOf, body: str, bias: bool
) -> None:
    assert layer(network_of(body), "conv_1").attributes["bias"] is bias


def test_a_residual_of_equal_shapes_adds(network_of: NetworkOf) -> None:
    network = network_of("conv(8, 3) residual { conv(8, 3) -> batch_norm } relu")
    assert listing(network)[1:4] == [
        "conv_2 <- conv_1",
        "batch_norm_1 <- conv_2",
        "add_1 <- conv_1, batch_norm_1",
    ]


def test_a_residual_of_other_shape_is_projected_with_the_stride_of_its_body(network_of: NetworkOf) -> None:
    network = network_of("residual { conv(8, 3, stride = 2) -> relu -> max_pool([1, 2]) } relu")
    projection = layer(network, "conv_2")
    assert projection.attributes["kernel"] == (1, 1)
    assert projection.attributes["stride"] == (2, 4)
    assert projection.attributes["bias"] is False
    assert listing(network)[3:6] == [
        "conv_2 <- input",
        "batch_norm_1 <- conv_2",
        "add_1 <- batch_norm_1, max_pool_1",
    ]
    assert shapes(network)["add_1"] == (4, 2, 8)


def test_a_residual_around_what_shrinks_and_grows_again_is_projected(network_of: NetworkOf) -> None:
    network = network_of(
        "residual { conv(8, 3, stride = 4) -> transposed_conv(8, 2, 2) -> upsample(2) } relu"
    )
    assert layer(network, "conv_2").attributes["stride"] == (1, 1)
    assert shapes(network)["add_1"] == (8, 8, 8)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("relu residual { upsample(2) }",
         "residual cannot add 8x8x1 and 16x16x1, from relu at line 3 and upsample at line 3; what is between "
         "them enlarges"),
        ("residual { flatten }",
         "residual cannot add 8x8x1 and 64 numbers, from the network's input and flatten at line 3"),
        ("shrink -> conv(4, 5, padding = valid)",
         "conv kernel 5x5 on a 4x4 map, which shrink at line 3 made"),
        ("repeat 2 { shrink } conv(4, 5, padding = valid)",
         "conv kernel 5x5 on a 2x2 map, which shrink at line 3 made"),
        ("add(shrink, skip)",
         "add takes equal shapes, not 4x4x1, 8x8x1, from shrink at line 3 and the network's input"),
        ("shrink(conv(4, 9, padding = valid))",
         "conv kernel 9x9 on a 4x4 map, which max_pool at line 2 made"),
        ("dense(3)",
         "dense takes a vector, not 8x8x1, the network's input; put "
         "global_average_pool or flatten before it"),
    ],
)  # fmt: skip
def test_a_misfit_says_which_shapes_and_where_they_come_from(body: str, reason: str) -> None:
    blocks = "block shrink(rest = relu) { max_pool(2) -> rest }"
    with pytest.raises(SpecError) as raised:
        load_text(f"{TASK}{blocks}\narch net {{ {body} {HEAD} }}", "test.nas")
    assert raised.value.diagnostics[0].message == f"no member can be built: {reason}"


def test_a_residual_that_no_projection_can_fit_is_infeasible(space_of: SpaceOf) -> None:
    space = space_of("residual { conv(8, choose {1, 3}, padding = valid) } relu")
    found = space.elaborate(space.encode({"net.residual_1.conv.kernel": 3}))
    assert isinstance(found, Infeasible) and found.kind == "shape"
    assert "makes 6x6x8 of 8x8x1, but a 1x1 projection of its stride 1x1 makes 8x8x8" in found.reason


def test_a_residual_whose_body_does_nothing_adds_nothing(network_of: NetworkOf) -> None:
    decisions = {"net.residual_1.choice": "skip"}
    assert listing(network_of("relu residual { choose { skip, conv(1, 3) } }", **decisions)) == [
        "relu_1 <- input"
    ]


def test_scopes_are_the_path_of_calls_iterations_and_residuals(network_of: NetworkOf) -> None:
    block = "block b(f) { conv(f, 1) }"
    network = network_of("b(1) b(2) repeat 2 { residual { b(2) relu } } repeat 1 { relu }", block)
    assert [layer.scope for layer in network.layers] == [
        ("b",),
        ("b_2",),
        ("repeat_1.1", "residual_1", "b"),
        ("repeat_1.1", "residual_1"),
        ("repeat_1.1", "residual_1"),
        ("repeat_1.2", "residual_1", "b"),
        ("repeat_1.2", "residual_1"),
        ("repeat_1.2", "residual_1"),
        ("repeat_2.1",),
        (),
        (),
    ]


def test_one_named_block_used_twice_keeps_scopes_apart(network_of: NetworkOf) -> None:
    network = network_of("op = b(1) op -> op", "block b(f) { conv(f, 1) }")
    assert [layer.scope for layer in network.layers[:2]] == [("b",), ("b_again_2",)]


def test_branches_start_from_the_same_value(network_of: NetworkOf) -> None:
    network = network_of("conv(4, 1) concat(conv(8, 1) -> relu, { conv(8, 3) relu6 }, skip)")
    assert listing(network)[1:] == [
        "conv_2 <- conv_1",
        "relu_1 <- conv_2",
        "conv_3 <- conv_1",
        "relu6_1 <- conv_3",
        "concat_1 <- relu_1, relu6_1, conv_1",
    ]
    assert shapes(network)["concat_1"] == (8, 8, 20)


def test_named_values_make_any_graph(network_of: NetworkOf) -> None:
    cell = """block cell(c) {
        input -> conv(c, 1) as a
        add(input -> conv(c, 3), a -> relu) as b
        concat(a, b, input)
    }"""
    network = network_of("cell(2)", cell)
    assert listing(network) == [
        "conv_1 <- input",
        "conv_2 <- input",
        "relu_1 <- conv_1",
        "add_1 <- conv_2, relu_1",
        "concat_1 <- conv_1, add_1, input",
    ]


def test_a_call_decides_anew_and_a_tied_block_once(space_of: SpaceOf) -> None:
    block = "block b(f) { conv(f, choose {1, 3}) }"
    body = "b(2) b(4) repeat 2 { b(4) }"
    names = [decision.name for decision in space_of(body, block).decisions]
    assert names == [
        "net.b.conv.kernel", "net.b_2.conv.kernel", "net.repeat_1.1.b.conv.kernel",
        "net.repeat_1.2.b.conv.kernel",
    ]  # fmt: skip
    assert [decision.name for decision in space_of(body, f"tied {block}").decisions] == ["net.b.conv.kernel"]


def test_an_argument_is_decided_once_for_a_call(network_of: NetworkOf) -> None:
    block = "block b(k) { conv(2, k) conv(2, k) }"
    network = network_of("b(choose {1, 3})", block, **{"net.b.k": 3})
    assert [layer.attributes["kernel"] for layer in network.layers[:2]] == [(3, 3), (3, 3)]


def test_blocks_are_arguments_called_or_not(network_of: NetworkOf) -> None:
    blocks = "block wide(op, act) { op(8, 3) -> act } block thin(f, k) { depthwise(k) -> conv(f, 1) }"
    network = network_of("wide(conv, relu) wide(thin, batch_norm -> relu6)", blocks)
    assert [layer.op for layer in network.layers[:-2]] == [
        "conv",
        "relu",
        "depthwise",
        "conv",
        "batch_norm",
        "relu6",
    ]


def test_a_choice_of_operators_can_be_called(network_of: NetworkOf) -> None:
    body = "pool = choose { max_pool, average_pool } pool(2) pool(2, stride = 1)"
    network = network_of(body, pool="average_pool")
    assert [layer.op for layer in network.layers[:-2]] == ["average_pool", "average_pool"]


def test_lists_of_decisions_are_indexed_by_iteration(network_of: NetworkOf) -> None:
    body = "f = [2 of choose 1..4] repeat 2 as i { conv(f[i] * [1, 10][i], 1) }"
    network = network_of(body, **{"f[0]": 3, "f[1]": 2})
    assert [layer.attributes["filters"] for layer in network.layers[:2]] == [3, 20]


def test_a_count_that_is_decided_runs_the_first_iterations(network_of: NetworkOf) -> None:
    network = network_of("repeat choose 0..4 { relu }", **{"net.repeat_1.count": 2})
    assert listing(network) == ["relu_1 <- input", "relu_2 <- relu_1"]


def test_with_sets_defaults_inside_also_of_blocks(network_of: NetworkOf) -> None:
    block = "block b() { conv(2, 3) conv(2, 3, padding = same) }"
    network = network_of(
        "with padding = valid, bias = false { b() conv(2, 1, bias = true) } conv(2, 3)", block
    )
    found = [(layer.attributes["padding"], layer.attributes["bias"]) for layer in network.layers[:4]]
    assert found == [("valid", False), ("same", False), ("valid", True), ("same", True)]


@pytest.mark.parametrize(
    ("expression", "filters"),
    [
        ("2 + 3 * 4 - 1", 13), ("(2 + 3) * 4", 20), ("-2 + 9", 7), ("7 % 4", 3), ("round(20, 8)", 24),
        ("round(19.9, 8)", 16), ("2.5", 3), ("0.2", 1), ("max(3, 9, 4)", 9), ("min(3, 9)", 3),
        ("floor(7 / 2)", 3),
        ("ceil(7 / 2)", 4), ("32 * 25%", 8), ("abs(-5)", 5), ("0x10", 16), ("1_000", 1000), ("[4, 5][1]", 5),
    ],
)  # fmt: skip
def test_arithmetic(network_of: NetworkOf, expression: str, filters: int) -> None:
    assert layer(network_of(f"conv({expression}, 1)"), "conv_1").attributes["filters"] == filters


def test_a_series_takes_one_dimensional_windows() -> None:
    text = (
        "task classification { input [49, 10] int8 classes 3 }\n"
        "arch net { conv(8, 5, stride = 2) max_pool(2) depthwise(3) global_average_pool dense(classes) }"
    )
    space = load_text(text, "series.nas").space
    network = space.elaborate(space.encode({}))
    assert isinstance(network, Architecture)
    assert layer(network, "conv_1").attributes["kernel"] == (5, 1)
    assert [shapes(network)[name] for name in ("conv_1", "max_pool_1", "depthwise_1", "dense_1")] == [
        (25, 8), (12, 8), (12, 8), (3,),
    ]  # fmt: skip


def test_several_architectures_are_a_decision() -> None:
    text = (
        "task classification { input [8, 8, 1] classes 10 } width = choose 1..4\n"
        "arch small { flatten -> dense(classes) } arch large { conv(width, 3) flatten -> dense(classes) }"
    )
    space = load_text(text, "two.nas").space
    network = space.elaborate(space.encode({"arch": "large", "width": 2}))
    assert isinstance(network, Architecture) and network.name == "large"
    assert space.decode(space.encode({"arch": "small"})) == {"arch": "small"}
