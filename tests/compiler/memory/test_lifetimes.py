"""When buffers are live, at the borders: inputs, outputs, views, scratch, state, things nothing uses."""

import pytest

from compiler.memory.lifetimes import lifetimes
from tests.compiler.memory.programs import call, program


def test_from_before_the_first_call_to_past_the_last() -> None:
    calls = (call("x", "a"), call("a", "b", "s"), call("b", "y"), call("b", "z"))
    net = program(dict.fromkeys("xabsyz", 4), *calls, inputs="x", outputs="y")
    live = {name: (life.first, life.last) for name, life in lifetimes(net).of.items()}
    assert live == {"x": (-1, 0), "a": (0, 1), "b": (1, 3), "s": (1, 1), "y": (2, 4), "z": (3, 3)}


def test_views_of_views_keep_their_buffer_alive() -> None:
    calls = (call("x", "a"), call("a", "b"), call("far b", "y"))
    net = program(
        dict.fromkeys("xaby", 4), *calls, inputs="x", outputs="y", views={"far": "near", "near": "a"}
    )
    found = lifetimes(net)
    assert found.storage["far"] == "a"
    assert (found.of["a"].first, found.of["a"].last) == (0, 2)


def test_an_output_that_is_a_view_keeps_its_buffer_past_the_end() -> None:
    net = program(
        {"x": 4, "a": 4}, call("x", "a"), call("a", "a"), inputs="x", outputs="flat", views={"flat": "a"}
    )
    assert lifetimes(net).of["a"].last == 2


def test_state_lives_always_and_what_nothing_uses_never() -> None:
    net = program(
        {"x": 4, "ring": 4, "ghost": 4, "y": 4}, call("x", "y"), inputs="x", outputs="y", state="ring"
    )
    live = lifetimes(net).of
    assert (live["ring"].first, live["ring"].last) == (-1, 1)
    assert "ghost" not in live


def test_an_unread_input_is_live_only_before_the_first_call() -> None:
    net = program({"x": 4, "u": 4, "y": 4}, call("x", "y"), inputs="x u", outputs="y")
    assert (lifetimes(net).of["u"].first, lifetimes(net).of["u"].last) == (-1, -1)


def test_a_view_of_nothing_is_refused() -> None:
    with pytest.raises(KeyError):
        lifetimes(program({"x": 4}, inputs="x", outputs="x", views={"v": "nothing"}))
