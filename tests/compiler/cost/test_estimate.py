"""Costs add up, layer by layer and as a whole."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings

from compiler.cost.cost import Cost
from compiler.cost.estimate import bytes_in_use, estimate
from compiler.ir.plan import MemoryPlan, Placement
from compiler.ir.program import Constant, KernelCall, Program
from compiler.memory.placement import plan_memory
from compiler.target import Memory, Target
from tests.compiler.cost.fake_backend import FakeBackend
from tests.compiler.memory.programs import call, over, program, programs

BOARD = Target(
    name="board",
    description="",
    core="cortex-m4",
    clock_hz=80_000_000,
    memories=(
        Memory(name="sram", kind="ram", bytes=65_536, source=""),
        Memory(name="flash", kind="flash", bytes=262_144, source=""),
    ),
    active_milliwatts=40.0,
)


def cost_of(net: Program, target: Target = BOARD) -> Cost:
    return estimate(net, plan_memory(net), target, FakeBackend(), macs=7, parameters=5)


@given(programs())
@settings(max_examples=100, deadline=None)
def test_the_whole_is_the_sum_of_its_layers(drawn: Program) -> None:
    cost = cost_of(drawn)
    plan = plan_memory(drawn)
    assert cost.cycles == sum(layer.cycles for layer in cost.layers)
    assert cost.flash.constants_bytes + cost.flash.calls_bytes == sum(
        layer.flash_bytes for layer in cost.layers
    )
    assert cost.flash_bytes == cost.flash.kernels_bytes + sum(layer.flash_bytes for layer in cost.layers)
    assert cost.ram_bytes == plan.arena_bytes + plan.state_bytes
    assert all(layer.ram_bytes <= cost.ram_bytes for layer in cost.layers)
    assert [layer.layer for layer in cost.layers] == [one.layer for one in drawn.calls]
    assert (cost.macs, cost.parameters) == (7, 5)


def test_time_is_cycles_over_the_clock_and_energy_is_power_times_time() -> None:
    net = program({"x": 8, "y": 8}, call("x", "y"), inputs="x", outputs="y")
    cost = cost_of(net)
    assert cost.latency_us == pytest.approx(cost.cycles / 80)
    assert cost.energy_uj == pytest.approx(cost.latency_us * 1e-6 * 40e-3 * 1e6)


def test_energy_is_unknown_where_power_is() -> None:
    net = program({"x": 8, "y": 8}, call("x", "y"), inputs="x", outputs="y")
    unpowered = Target(
        name="board", description="", core="cortex-m4", clock_hz=1_000_000, memories=BOARD.memories
    )
    assert cost_of(net, unpowered).energy_uj is None


def test_a_constant_is_padded_and_charged_once_and_only_if_used() -> None:
    def constant(name: str, size: int, data: np.ndarray | None = None) -> Constant:
        return Constant(name=name, dtype="int8", shape=(size,), bytes=size, alignment=4, data=data)

    def layer(name: str, constants: Mapping[str, str]) -> KernelCall:
        return KernelCall(
            layer=name, kernel="k", reads=("x",), writes=("y",), constants=tuple(constants.items())
        )

    bare = program({"x": 8, "y": 8}, inputs="x", outputs="y")
    calls = (layer("first", {"weight": "w", "bias": "b"}), layer("second", {"weight": "w"}))
    net = Program(
        name="net",
        backend="test",
        isa="dsp",
        inputs=("x",),
        outputs=("y",),
        calls=calls,
        buffers=bare.buffers,
        constants=(constant("w", 10), constant("b", 4), constant("unused", 100)),
    )
    cost = cost_of(net)
    assert cost.flash.constants_bytes == 12 + 4
    own = FakeBackend().call_bytes(calls[0], BOARD.core)
    assert [layer.flash_bytes - own for layer in cost.layers] == [16, 0]


def test_bytes_that_two_buffers_share_are_in_use_once() -> None:
    add = call("a b", "y", overlaps=(over("y", "a"), over("y", "b")))
    net = program({"a": 10, "b": 10, "y": 10}, add, inputs="a b", outputs="y")
    assert bytes_in_use(plan_memory(net), 1) == (20,)


def test_gaps_are_not_in_use() -> None:
    def at(name: str, offset: int, size: int, first: int, last: int) -> Placement:
        return Placement(buffer=name, region="arena", offset=offset, bytes=size, first=first, last=last)

    placements = (at("x", 0, 4, -1, 0), at("y", 16, 8, 0, 1), at("z", 18, 2, 0, 0), at("late", 4, 4, 1, 1))
    plan = MemoryPlan(placements=placements, arena_bytes=24, state_bytes=0, lower_bound_bytes=0)
    assert bytes_in_use(plan, 2) == (12, 12)
