import numpy as np
import pytest

from compiler.passes.initialize import initialize_weights
from tests.compiler.frontends.networks import Net


def net() -> Net:
    net = Net(16, 16, 8)
    x = net.batch_norm(net.depthwise(net.conv("input", filters=64, groups=2), kernel=(5, 5), multiplier=4))
    net.dense(net.global_average_pool(x), units=300)
    return net


@pytest.mark.parametrize(("name", "fan_in"), [("conv_1", 36), ("depthwise_2", 25), ("dense_5", 256)])
def test_weights_are_kaiming_normal_by_fan_in(name: str, fan_in: int) -> None:
    graph = initialize_weights(net().graph(), np.random.default_rng(0))
    weight = graph.weights[f"{name}/weight"]
    assert weight.dtype == np.float32
    assert weight.std() == pytest.approx(np.sqrt(2 / fan_in), rel=0.05)
    assert abs(weight.mean()) < 3 * weight.std() / np.sqrt(weight.size)


def test_a_transposed_convolution_counts_what_reaches_one_output() -> None:
    net = Net(4, 4, 32)
    net.transposed_conv("input", filters=64, kernel=(4, 4), stride=(2, 2))
    weight = initialize_weights(net.graph(), np.random.default_rng(0)).weights["transposed_conv_1/weight"]
    assert weight.std() == pytest.approx(np.sqrt(2 / (32 * 2 * 2)), rel=0.05)


def test_norms_and_biases_start_neutral() -> None:
    weights = initialize_weights(net().graph(), np.random.default_rng(0)).weights
    expected = {"gamma": 1, "beta": 0, "mean": 0, "variance": 1}
    assert all((weights[f"batch_norm_3/{part}"] == value).all() for part, value in expected.items())
    assert (weights["dense_5/bias"] == 0).all()


def test_the_seed_decides_the_weights() -> None:
    first, again, other = (initialize_weights(net().graph(), np.random.default_rng(s)) for s in (1, 1, 2))
    assert (first.weights["conv_1/weight"] == again.weights["conv_1/weight"]).all()
    assert (first.weights["conv_1/weight"] != other.weights["conv_1/weight"]).any()
