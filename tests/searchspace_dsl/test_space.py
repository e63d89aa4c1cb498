"""Sampling, mutation, crossover, encoding: what the search relies on."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.space import Choice, IntRange, MemberError, RealRange, SearchSpace, Vector

SPEC = """
task classification { input [16, 16, 3] uint8 classes 5 }
block mix(filters, kernel) { conv(filters, kernel) -> batch_norm -> relu }
arch net {
    width = choose 0.25..1.0
    base = choose 8..32 step 8
    act = choose { relu, relu6 }
    conv(base * width, choose {3, 5}, stride = choose 1..2) -> act
    repeat choose 0..3 as i {
        residual { choose { mix(base, choose {1, 3}), conv(base, 3, groups = choose {1, 2}) -> act } }
    }
    require base > 8 or width > 0.5
    global_average_pool -> dense(classes)
}
"""
SPACE = load_text(SPEC, "net.nas").space
SEEDS = st.integers(0, 2**32 - 1)


def member(seed: int) -> Vector:
    return SPACE.sample(np.random.default_rng(seed))


def is_member(vector: Vector) -> bool:
    found = SPACE.elaborate(vector)
    return not (isinstance(found, Infeasible) and found.kind == "require") and within_domains(vector)


def within_domains(vector: Vector) -> bool:
    for decision, number, active in zip(SPACE.decisions, vector, SPACE.active(vector), strict=True):
        if not active:
            continue
        domain = decision.domain
        if isinstance(domain, RealRange):
            inside = domain.low <= number <= domain.high
        else:
            inside = float(number).is_integer() and 0 <= number < domain.cardinality
        if not inside:
            return False
    return True


def test_decisions_have_readable_names_in_the_order_of_the_text() -> None:
    names = [decision.name for decision in SPACE.decisions]
    assert names[:6] == ["width", "base", "act", "net.conv.kernel", "net.conv.stride", "net.repeat_1.count"]
    assert "net.repeat_1.2.residual_1.choice.mix.kernel" in names
    assert len(set(names)) == len(names)


def test_domains() -> None:
    domains = {decision.name: decision.domain for decision in SPACE.decisions}
    assert domains["width"] == RealRange(0.25, 1.0)
    assert domains["base"] == IntRange(8, 32, 8)
    assert domains["act"] == Choice(("relu", "relu6"))
    assert [domains[name].cardinality for name in ("width", "base", "act")] == [None, 4, 2]


def test_decisions_stand_at_their_choose() -> None:
    span = next(decision.span for decision in SPACE.decisions if decision.name == "base")
    assert SPEC.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1] == "choose 8..32 step 8"


@settings(max_examples=100, deadline=None)
@given(SEEDS, SEEDS, st.floats(0, 1))
def test_sample_mutate_and_crossover_give_canonical_members(first: int, second: int, rate: float) -> None:
    a, b = member(first), member(second)
    rng = np.random.default_rng(first)
    for vector in (a, b, SPACE.mutate(a, rng, rate), SPACE.crossover(a, b, rng)):
        assert is_member(vector)
        assert vector.dtype == np.float64 and vector.shape == (len(SPACE.decisions),)
        assert np.array_equal(SPACE.canonical(vector), vector)


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_encode_inverts_decode(seed: int) -> None:
    vector = member(seed)
    assert np.array_equal(SPACE.encode(SPACE.decode(vector)), vector)


@settings(max_examples=50, deadline=None)
@given(SEEDS, SEEDS)
def test_inactive_coordinates_change_nothing(seed: int, noise: int) -> None:
    vector = member(seed)
    rng = np.random.default_rng(noise)
    disturbed = np.where(
        SPACE.active(vector), vector, [decision.domain.draw(rng) for decision in SPACE.decisions]
    )
    assert np.array_equal(SPACE.canonical(disturbed), vector)
    assert SPACE.elaborate(disturbed) == SPACE.elaborate(vector)


def test_the_same_seed_gives_the_same_members() -> None:
    again = load_text(SPEC, "net.nas").space
    for seed in range(20):
        a, b = np.random.default_rng(seed), np.random.default_rng(seed)
        assert np.array_equal(SPACE.sample(a), again.sample(b))
        assert np.array_equal(SPACE.mutate(member(seed), a, 0.3), again.mutate(member(seed), b, 0.3))


def test_a_space_survives_pickling() -> None:
    copy = pickle.loads(pickle.dumps(SPACE))  # noqa: S301 - our own bytes, as multiprocessing makes them
    for seed in range(20):
        vector = member(seed)
        assert np.array_equal(copy.sample(np.random.default_rng(seed)), vector)
        assert copy.elaborate(vector) == SPACE.elaborate(vector)


def test_mutation_changes_something_and_a_high_rate_more() -> None:
    rng = np.random.default_rng(0)
    few = many = 0
    for seed in range(50):
        vector = member(seed)
        low, high = SPACE.mutate(vector, rng, 0.0), SPACE.mutate(vector, rng, 1.0)
        assert not np.array_equal(low, vector)
        few += int(np.sum(low != vector))
        many += int(np.sum(high != vector))
    assert many > 2 * few


def test_sampling_is_uniform_over_the_options_at_each_branch() -> None:
    rng = np.random.default_rng(0)
    counts = np.bincount([SPACE.decode(SPACE.sample(rng))["net.repeat_1.count"] for _ in range(2000)])
    assert counts.min() > 400 and counts.max() < 600


def test_a_child_takes_every_decision_from_a_parent_that_has_it() -> None:
    for seed in range(50):
        a, b = member(seed), member(seed + 1000)
        child = SPACE.crossover(a, b, np.random.default_rng(seed))
        shared = SPACE.active(a) & SPACE.active(b)
        assert np.all((child == a)[shared] | (child == b)[shared] | ~SPACE.active(child)[shared])


def test_a_require_that_hardly_ever_holds_is_still_met(space_of: Callable[..., SearchSpace]) -> None:
    names = " ".join(f"x{i} = choose 1..20 require x{i} == {i + 1} conv(x{i}, 1)" for i in range(6))
    space = space_of(names)
    assert space.size().count == 1
    decoded = space.decode(space.sample(np.random.default_rng(3)))
    assert list(decoded.values()) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"bose": 8}, "the space has no decision `bose`; did you mean `base`?"),
        ({"base": 9}, "base cannot be 9; permitted: 8..32 step 8"),
        ({"act": "swish"}, "act cannot be swish; permitted: {relu, relu6}"),
        ({"base": 8}, "the member needs a value for"),
    ],
)
def test_encode_names_what_is_wrong(mapping: dict[str, object], message: str) -> None:
    with pytest.raises(MemberError) as raised:
        SPACE.encode(mapping)
    assert message in str(raised.value)


def test_an_impossible_member_is_a_value_with_a_reason(space_of: Callable[..., SearchSpace]) -> None:
    space = space_of("max_pool(choose {2, 4}) conv(8, 3, padding = valid)")
    fits, misfits = space.encode({"net.max_pool.kernel": 2}), space.encode({"net.max_pool.kernel": 4})
    assert isinstance(space.elaborate(fits), Architecture)
    found = space.elaborate(misfits)
    assert isinstance(found, Infeasible) and found.kind == "shape"
    assert found.reason == "conv kernel 3x3 on a 2x2 map, which max_pool at line 3 made"


def test_a_violated_require_is_a_value_with_a_reason(space_of: Callable[..., SearchSpace]) -> None:
    space = space_of("a = choose 1..4 require a * 2 > 4 conv(a, 1)")
    found = space.elaborate(space.encode({"a": 1}))
    assert found == Infeasible("require", "`require a * 2 > 4` (line 3) does not hold")


def test_deep_nesting_that_loads_also_pickles_counts_and_elaborates(
    space_of: Callable[..., SearchSpace],
) -> None:
    space = space_of("residual { " * 25 + "conv(choose 1..2, 3)" + " }" * 25)
    copy = pickle.loads(pickle.dumps(space))  # noqa: S301 - our own bytes, as multiprocessing makes them
    network = copy.elaborate(copy.sample(np.random.default_rng(0)))
    assert isinstance(network, Architecture)
    assert sum(layer.op == "add" for layer in network.layers) == 25
    assert space.size().count == 2


def test_decisions_without_a_name_are_called_by_their_place() -> None:
    text = (
        "task classification { input [8, 8, 1] classes 10 } block separable(kernel) { depthwise(kernel) }\n"
        "arch net { repeat 2 { separable(choose {3, 5}) } global_average_pool dense(classes) }"
    )
    names = [decision.name for decision in load_text(text, "names.nas").space.decisions]
    assert names[1] == "net.repeat_1.2.separable.kernel"
