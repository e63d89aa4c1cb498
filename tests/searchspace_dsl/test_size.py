"""The size of a space equals what enumerating all of its vectors finds."""

from collections.abc import Callable
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from searchspace_dsl.architecture import Architecture
from searchspace_dsl.infeasible import Infeasible
from searchspace_dsl.load import load_text
from searchspace_dsl.space import SearchSpace

TASK = "task classification { input [8, 8, 1] uint8 classes 10 }\n"
MOST_VECTORS = 1_500


def enumerated(space: SearchSpace) -> int:
    """Distinct canonical vectors that satisfy every require."""
    members = set()
    for vector in product(*(range(decision.cardinality or 1) for decision in space.decisions)):
        array = np.array(vector, dtype=np.float64)
        found = space.elaborate(array)
        if not (isinstance(found, Infeasible) and found.kind == "require"):
            members.add(space.canonical(array).tobytes())
    return len(members)


CASES = [
    ("", "conv(choose 1..3, 3)", 3),
    ("", "repeat choose 0..3 { conv(4, choose {1, 3}) }", 1 + 2 + 4 + 8),
    ("", "k = choose {1, 3} repeat choose 0..3 { conv(4, k) }", 1 + 3 * 2),
    (
        "",
        "n = choose 1..3 repeat n { conv(4, choose {1, 3}) } repeat n { conv(choose 1..2, 1) }",
        4 + 16 + 64,
    ),
    ("", "choose { skip, conv(choose 1..4, 1), relu -> conv(choose {1, 2}, 3) }", 1 + 4 + 2),
    ("", "act = choose { relu, relu6 } conv(2, 3) -> act -> conv(2, 3) -> act", 2),
    ("", "op = choose { skip, conv(choose 1..4, 1) } op -> op", 5),
    ("block b(f) { conv(f, choose {1, 3}) }", "b(choose 1..2) b(3)", 8),
    ("tied block b(f) { conv(f, choose {1, 3}) }", "b(choose 1..2) b(3)", 4),
    ("", "tied repeat 3 { conv(4, choose {1, 3}) }", 2),
    ("", "d = [3 of choose 0..2] repeat 2 as i { repeat d[i] { relu } } relu", 9),
    ("", "d = [3 of choose 1..2] i = choose 0..2 conv(d[i], 1)", 6),
    ("", "ks = choose { [3, 1], [5, 2] } conv(4, ks[0], stride = ks[1])", 2),
    ("", "a = choose 1..4 b = choose 1..4 require a < b conv(a, 1) conv(b, 1)", 6),
    ("", "a = choose 1..4 choose { conv(a, 1), { b = choose 1..4 require a * b < 6 conv(b, 1) } }", 4 + 8),
    ("", "a = choose 0..3 b = choose 0..1 conv(4 / b + a, 1)", 4),
    ("", "n = choose 2..4 repeat n / 2 { relu } relu", 2),
    (
        "",
        "a = choose 1..2 choose { conv(a, 1) -> relu -> conv(a, 3), conv(a, choose {1, 3}), relu }",
        2 + 4 + 1,
    ),
    ("", "a = choose 1..3 choose { conv(a, 1), relu } conv(a, 3)", 6),
    ("", "a = choose 0..1 op = [relu, conv(a + 1, 1)][a] op", 2),
    ("", "choose { none, skip } as x add(input, x)", 2),
    ("", "s = choose { 0, 0.5 } with sparsity = s, weights = choose { int8, int4 } { conv(2, 3) }", 4),
    ("block b() { conv(channels(input) / 2, choose {1, 3}) }", "conv(choose {2, 4}, 3) b", 4),
    ("", "a = choose 1..9 require a % 3 == 0 or not (a > 2) conv(a, 1)", 5),
]


@pytest.mark.parametrize(("before", "body", "size"), CASES, ids=range(len(CASES)))
def test_size_is_exact(space_of: Callable[..., SearchSpace], before: str, body: str, size: int) -> None:
    space = space_of(body, before)
    counted = space.size()
    assert (counted.count, counted.exact) == (size, True)


@pytest.mark.parametrize(
    "case", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 21, 22, 23]
)
def test_enumeration_agrees(space_of: Callable[..., SearchSpace], case: int) -> None:
    before, body, size = CASES[case]
    assert enumerated(space_of(body, before)) == size


def test_architectures_add_up() -> None:
    text = f"{TASK} arch a {{ conv(choose 1..3, 1) flatten dense(10) }} arch b {{ flatten dense(classes) }}"
    assert load_text(text, "two.nas").space.size().count == 4


def test_a_tied_cell_of_six_edges_has_fifteen_thousand_members(space_of: Callable[..., SearchSpace]) -> None:
    blocks = """
    block edge(c) { choose { skip, relu, conv(c, 1), conv(c, 3), max_pool(3, stride = 1, padding = same) } }
    tied block cell(c) {
        input -> edge(c) as a
        add(input -> edge(c), a -> edge(c)) as b
        add(input -> edge(c), a -> edge(c), b -> edge(c))
    }"""
    space = space_of("conv(4, 3) repeat 5 { cell(4) } conv(8, 3) repeat 5 { cell(8) }", blocks)
    size = space.size()
    assert (size.count, size.exact, len(space.decisions)) == (5**6, True, 6)


def test_reals_are_counted_apart(space_of: Callable[..., SearchSpace]) -> None:
    size = space_of("w = choose 0.25..1.0 conv(choose {8, 16} * w, 3)").size()
    assert (size.count, size.exact, size.reals) == (2, True, 1)


def test_a_require_over_reals_leaves_an_upper_bound(space_of: Callable[..., SearchSpace]) -> None:
    size = space_of("w = choose 0.25..1.0 n = choose 1..16 require n * w > 2 conv(n, 3)").size()
    assert (size.count, size.exact) == (16, False)
    assert (
        str(size)
        == "at most 16 members, and 1 real decision; of those drawn, about 81% satisfy every require"
    )


def test_the_share_that_satisfies_is_estimated_for_members_not_for_draws(
    space_of: Callable[..., SearchSpace],
) -> None:
    # half of all draws take the branch of 1 member, but 1,000 of 1,001 members lie in the other
    half = "{ n = choose 1..1000 require n * w + n * (1 - w) > 500 conv(n, 1) }"
    size = space_of(f"w = choose 0.0..1.0 choose {{ relu, {half} }}").size()
    assert (size.count, size.exact) == (1_001, False)
    assert size.satisfying == pytest.approx(0.5, abs=0.08)


def test_counting_gives_up_in_time(space_of: Callable[..., SearchSpace]) -> None:
    names = [f"x{i}" for i in range(12)]
    body = " ".join(f"{name} = choose 1..9" for name in names)
    body += f" require {' + '.join(names)} > 50 " + " ".join(f"conv({name}, 1)" for name in names)
    size = space_of(body).size()
    assert (size.count, size.exact) == (9**12, False)


def numbers() -> st.SearchStrategy[str]:
    return st.sampled_from(
        ["1", "2", "choose 1..2", "choose {1, 3}", "a", "b", "a + b", "min(a, 2)", "l[a - 1]"]
    )


def statements() -> st.SearchStrategy[str]:
    leaf = st.one_of(
        numbers().map(lambda n: f"conv({n}, 1)"),
        st.sampled_from(
            ["op", "t(1)", "blk(a)", "blk(choose 1..2)", "require a + b < 4", "require a != l[0]"]
        ),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(numbers(), inner, inner).map(lambda p: f"repeat {p[0]} {{ {p[1]} {p[2]} }}"),
            st.tuples(inner, inner).map(lambda p: f"choose {{ {{ {p[0]} relu }}, {{ relu {p[1]} }} }}"),
            st.tuples(inner, inner).map(lambda p: f"residual {{ conv(2, 1) {p[0]} }} {p[1]}"),
        ),
        max_leaves=3,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(statements(), min_size=1, max_size=3))
def test_size_equals_enumeration_on_drawn_spaces(body: list[str]) -> None:
    text = (
        f"{TASK} block blk(n) {{ conv(n, choose {{1, 3}}) }} tied block t(n) {{ conv(n, choose {{1, 3}}) }}"
        " arch net { a = choose 1..2 b = choose 1..2 l = [2 of choose 1..2] op = choose { relu, conv(b, 1) }"
        f" conv(4, 3) {' '.join(body)} global_average_pool -> dense(classes) }}"
    )
    space = load_text(text, "drawn.nas").space
    assume(prod(decision.cardinality or 1 for decision in space.decisions) <= MOST_VECTORS)
    size = space.size()
    assert size.exact
    assert size.count == enumerated(space)


def test_a_whole_number_that_is_written_as_a_real_counts_rounds() -> None:
    space = load_text(
        "task classification { input [8, 8, 1] uint8 classes 10 }\n"
        "arch net { depth = choose 1..3 step 1.0 repeat depth { conv(8, choose {1, 3}) }\n"
        "global_average_pool -> dense(classes) }",
        "size.nas",
    ).space
    assert space.size().exact and space.size().count == 2 + 4 + 8 == enumerated(space)
    counts = {
        sum(layer.op == "conv" for layer in network.layers)
        for index in range(30)
        if isinstance(network := space.elaborate(space.sample(np.random.default_rng(index))), Architecture)
    }
    assert counts == {1, 2, 3}
