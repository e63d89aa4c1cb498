"""Measuring real networks through the portable backend: one path, quick, and repeatable."""

import pytest

from backends.portable.backend import PORTABLE
from compiler.cost.measure import Measured, counts_of, measure, measure_quantized
from compiler.ir.count import count_macs, count_parameters
from compiler.memory.check_plan import check_plan
from compiler.passes.assume_int8 import assume_int8
from compiler.passes.pipeline import run_passes
from compiler.target import Memory, Target
from searchspace_dsl.infeasible import Infeasible
from tests.compiler.cost.fake_backend import FakeBackend
from tests.compiler.cost.networks import mobile_network

BOARD = Target(
    name="board",
    description="",
    core="cortex-m4",
    clock_hz=80_000_000,
    memories=(Memory(name="sram", kind="ram", bytes=65_536, source=""),),
    active_milliwatts=40.0,
)
NETWORKS = {
    "chain": mobile_network(9, residual=False),
    "residual": mobile_network(9),
    "small": mobile_network(2, size=16),
}


def measured(name: str) -> Measured:
    found = measure(NETWORKS[name], PORTABLE, BOARD)
    assert isinstance(found, Measured)
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_the_plan_holds_and_the_cost_is_of_it(name: str) -> None:
    found = measured(name)
    check_plan(found.program, found.plan)
    assert found.cost.arena_bytes == found.plan.arena_bytes
    assert found.plan.arena_bytes <= found.plan.lower_bound_bytes * 1.01
    assert len(found.cost.layers) == len(found.program.calls)


@pytest.mark.parametrize("name", NETWORKS)
def test_macs_and_parameters_are_those_before_folding(name: str) -> None:
    found = measured(name)
    assert found.cost.macs == count_macs(NETWORKS[name]) == sum(layer.macs for layer in found.cost.layers)
    assert found.cost.parameters == count_parameters(NETWORKS[name])


def test_both_ways_in_take_the_same_path() -> None:
    graph = NETWORKS["residual"]
    quantized = assume_int8(run_passes(graph))
    assert measure_quantized(counts_of(graph), quantized, PORTABLE, BOARD) == measured("residual")
    assert measured("residual") == measured("residual")


def test_no_kernel_is_handed_on_as_it_is() -> None:
    refused = Infeasible("no kernel", "there is none for softmax")
    backend = FakeBackend(refused)
    assert measure(NETWORKS["small"], backend, BOARD) is refused
    assert backend.isas == ["dsp"]
